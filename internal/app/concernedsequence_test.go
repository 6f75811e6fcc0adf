package app_test

import (
	"flag"
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// TestWhoeverStandsFitsIsKeptOrIsOnTheList changes the town and its appointments
// in any order, on both engines, and after each step compares the list with one
// that is judged anew from all rows, and with what stands.
func TestWhoeverStandsFitsIsKeptOrIsOnTheList(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			h := openTownHallOn(t, engine.open(t), func(s ledger.Store) ledger.Store { return s })
			runs := 0
			rapid.Check(t, func(r *rapid.T) {
				if runs++; runs > sequences() {
					return
				}
				d := &changer{booker: &booker{townHall: h, r: r, date: tuesday.AddDays(runs % 14)}}
				r.Repeat(map[string]func(*rapid.T){
					"book": d.book, "overbook": d.overbook, "cancel": d.cancel, "move": d.move, "call next": d.next, "wait": d.wait,
					"close": d.close, "reopen": d.reopen, "counters": d.counters, "roster": d.roster, "restore": d.restore, "retire": d.retire, "keep": d.keep,
					"draft": d.draftAndApply, "undo": d.undoLast,
					"deal": d.deal, "carry out": d.carryOut, "halt": d.halt, "undo run": d.undoRun,
					"accept": d.accept, "decline": d.decline, "lapse": d.lapse,
					"": func(r *rapid.T) { d.compare(r); d.compareReserved(r) },
				})
			})
		})
	}
}

// sequences is how many are played: few, for each step reads a whole catalogue;
// as many as -rapid.checks says where it was set.
func sequences() int {
	asked := flag.Lookup("rapid.checks")
	if n, err := strconv.Atoi(asked.Value.String()); err == nil && asked.Value.String() != asked.DefValue {
		return n
	}
	return 4
}

// changer changes the town too.
type changer struct {
	*booker
	runs []string
}

func (d *changer) closing(r *rapid.T) app.Closing {
	w := app.Closing{Counters: catalogue.Counters{Branch: markt, Office: "buergerbuero"}, Closure: booking.Closure{From: d.date, To: d.date}}
	if rapid.Bool().Draw(r, "morning") {
		w.Part = &booking.Interval{From: 9 * 60, To: 12 * 60}
	}
	return w
}

func (d *changer) close(r *rapid.T) {
	_ = d.Closings.CloseOffice(d.ctx(), boss(markt), d.closing(r), app.Unseen)
}

func (d *changer) reopen(r *rapid.T) { _ = d.Closings.ReopenOffice(d.ctx(), boss(markt), d.closing(r)) }

// draftAndApply makes a change by a draft; what can't be made is refused.
func (d *changer) draftAndApply(r *rapid.T) {
	draft, err := d.Drafts.New(d.ctx(), boss(markt), drawEdit(r))
	if err != nil {
		return
	}
	if _, err := d.Drafts.Apply(d.ctx(), boss(markt), draft.ID, draft.Version, app.Unseen); err != nil {
		r.Fatal(err)
	}
}

// undoLast takes the newest change back that isn't yet; one that was changed again
// stays, and a file goes back only by a file.
func (d *changer) undoLast(r *rapid.T) {
	changes, _, err := d.Town.History(d.ctx(), boss(markt), 0, 20)
	if err != nil {
		r.Fatal(err)
	}
	for _, c := range changes {
		if c.UndoneBy != 0 {
			continue
		}
		_, err := d.Town.Undo(d.ctx(), boss(markt), c.ID, app.Unseen)
		if problem.Is(err, "change.imported") {
			continue
		}
		if err != nil && !problem.Is(err, "edit.contradicted") {
			r.Fatal(err)
		}
		return
	}
}

func (d *changer) counters(r *rapid.T) {
	n := rapid.IntRange(0, 3).Draw(r, "counters")
	d.change(fmt.Sprintf(`format: aufruf/1
branches:
  - id: grimma-markt
    offices:
      - id: buergerbuero
        opening:
          - days: [monday, tuesday, wednesday, thursday, friday]
            hours: [09:00-12:00, 13:00-16:00]
            capacity: {online: %d, staff: %d, counters: %d}
`, n, n, n))
}

// rostering is drawn from few, so that some are said twice and taken back.
func (d *changer) rostering(r *rapid.T) app.Rostering {
	w := app.Rostering{Counters: catalogue.Counters{Branch: markt, Office: "buergerbuero"}, Exception: booking.Exception{From: d.date, To: d.date}}
	if rapid.Bool().Draw(r, "before noon") {
		w.Part = &booking.Interval{From: 9 * 60, To: 11*60 + 10}
	}
	switch rapid.IntRange(0, 3).Draw(r, "saying") {
	case 0:
		w.Off = []town.RoomID{rapid.SampledFrom([]town.RoomID{"platz-2", "platz-3"}).Draw(r, "counter")}
	case 1:
		w.More = rapid.SampledFrom([]int{-1, 1}).Draw(r, "more")
	case 2:
		w.Staffing = &booking.Staffing{Rooms: []town.RoomID{"platz-1", "platz-3"}}
	default:
		w.Staffing = &booking.Staffing{Counters: rapid.IntRange(0, 4).Draw(r, "counters")}
	}
	return w
}

func (d *changer) roster(r *rapid.T) {
	if err := d.Rosters.Change(d.ctx(), boss(markt), d.rostering(r), app.Unseen); err != nil {
		r.Fatal(err)
	}
}

func (d *changer) restore(r *rapid.T) { _ = d.Rosters.Restore(d.ctx(), boss(markt), d.rostering(r)) }

func (d *changer) retire(r *rapid.T) {
	d.change(fmt.Sprintf("format: aufruf/1\nservices: [{id: eid-pin, retired: %t}]\n", rapid.Bool().Draw(r, "retired")))
}

func (d *changer) overbook(r *rapid.T) {
	wanted := wants(d.start(r))
	wanted.Staff, wanted.Overbook = true, true
	if made, err := d.Book(d.ctx(), boss(markt), wanted); err == nil {
		d.tokens = append(d.tokens, made.Token)
	}
}

func (d *changer) keep(r *rapid.T) {
	list, err := d.Dealings.Unfit(d.ctx(), markt)
	if err != nil {
		r.Fatal(err)
	}
	if len(list) == 0 {
		r.Skip("all fit")
	}
	if err := d.Dealings.Keep(d.ctx(), boss(markt), markt, rapid.SampledFrom(list).Draw(r, "kept").ID); err != nil {
		r.Fatal(err)
	}
}

func (d *changer) compare(r *rapid.T) {
	kept, err := d.Dealings.Unfit(d.ctx(), markt)
	if err != nil {
		r.Fatal(err)
	}
	anew, _, err := d.Town.TryImport(d.ctx(), catalogue.File{})
	if err != nil {
		r.Fatal(err)
	}
	got, want := []string{}, []string{}
	for _, u := range kept {
		got = append(got, string(u.ID)+" "+string(u.Why))
		if u.Kept || u.Overbooked && u.Why == booking.OverCapacity || u.State != queue.Booked || !u.Start.After(d.clock()) {
			r.Fatalf("%s is on the list: %+v", u.Number, u.Ticket)
		}
	}
	for _, u := range anew.Concerned {
		if u.Branch == markt {
			want = append(want, string(u.ID)+" "+string(u.Why))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.Fatalf("the list against one judged anew (-anew +list):\n%s", diff)
	}
}

// BenchmarkUnfit judges a branch with 48,000 appointments to come: all anew, as
// after the catalogue changed, and after one held time.
func BenchmarkUnfit(b *testing.B) {
	h, _ := busyTown(b, 48_000)
	look := func(b *testing.B) {
		b.Helper()
		if _, err := h.Dealings.Unfit(h.ctx(), markt); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("anew", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			b.StopTimer()
			h.change(fmt.Sprintf("format: aufruf/1\nservices: [{id: reisepass-beantragen, retired: %t}]\n", n%2 == 0))
			b.StartTimer()
			look(b)
		}
	})
	b.Run("after one change", func(b *testing.B) {
		start := at(b, tuesday, "19:00")
		for b.Loop() {
			held, err := h.Hold(h.ctx(), access.Actor{}, pinAtMarkt, start)
			if err != nil {
				b.Fatal(err)
			}
			look(b)
			if err := h.ReleaseHold(h.ctx(), held.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("nothing changed", func(b *testing.B) {
		for b.Loop() {
			look(b)
		}
	})
}
