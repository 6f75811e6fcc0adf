package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/deskwork"
	"aufruf/internal/town"
)

// TestMemoryKnowsWhatTheRowsSay does whatever changes free time, in any order,
// and compares after each step.
func TestMemoryKnowsWhatTheRowsSay(t *testing.T) {
	h := openTownHall(t)
	h.office("cool_down_minutes: 10")
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		d := &booker{townHall: h, r: r, date: tuesday.AddDays(runs % 14)}
		r.Repeat(map[string]func(*rapid.T){
			"book": d.book, "hold": d.hold, "redeem": d.redeem, "extend": d.extend, "release": d.release,
			"cancel": d.cancel, "move": d.move, "call next": d.next, "look": d.look, "wait": d.wait, "": d.compare,
		})
	})
}

func TestABookingIsFollowedInMemory(t *testing.T) {
	h := openTownHall(t)
	h.free(at(t, tuesday, "10:00"))
	held, err := h.Hold(h.ctx(), access.Actor{}, pinAtMarkt, at(t, tuesday, "10:00"))
	if err != nil {
		t.Fatal(err)
	}
	r := wants(at(t, tuesday, "10:00"))
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
		t.Fatal(err)
	}
	h.sameInMemory(t)
}

// booker does one step after another on a date.
type booker struct {
	*townHall
	r      *rapid.T
	date   town.Date
	holds  []app.HeldSlot
	tokens []string
}

// start is one of a few, so that steps meet.
func (d *booker) start(r *rapid.T) time.Time {
	return at(d.t, d.date, rapid.SampledFrom([]string{"09:00", "09:10", "10:00", "13:30"}).Draw(r, "start"))
}

// Refusals are part of the game: full, closed, called already.

func (d *booker) book(r *rapid.T) { d.booked(wants(d.start(r))) }

func (d *booker) booked(wanted app.BookRequest) {
	if made, err := d.Book(d.ctx(), access.Actor{}, wanted); err == nil {
		d.tokens = append(d.tokens, made.Token)
	}
}

func (d *booker) hold(r *rapid.T) {
	if held, err := d.Hold(d.ctx(), access.Actor{}, pinAtMarkt, d.start(r)); err == nil {
		d.holds = append(d.holds, held)
	}
}

func (d *booker) held(r *rapid.T) app.HeldSlot {
	if len(d.holds) == 0 {
		r.Skip("no holds yet")
	}
	return rapid.SampledFrom(d.holds).Draw(r, "hold")
}

func (d *booker) redeem(r *rapid.T) {
	held := d.held(r)
	wanted := wants(held.Start)
	wanted.Hold = held.ID
	d.booked(wanted)
}

func (d *booker) extend(r *rapid.T) { _, _ = d.ExtendHold(d.ctx(), access.Actor{}, d.held(r).ID) }

func (d *booker) release(r *rapid.T) { _ = d.ReleaseHold(d.ctx(), d.held(r).ID) }

func (d *booker) token(r *rapid.T) string {
	if len(d.tokens) == 0 {
		r.Skip("no appointments yet")
	}
	return rapid.SampledFrom(d.tokens).Draw(r, "token")
}

func (d *booker) cancel(r *rapid.T) { _ = d.Cancel(d.ctx(), access.Actor{}, d.token(r)) }

func (d *booker) move(r *rapid.T) {
	_, _ = d.Move(d.ctx(), access.Actor{}, d.token(r), "", d.start(r).AddDate(0, 0, rapid.IntRange(0, 1).Draw(r, "days")))
}

func (d *booker) next(*rapid.T) {
	_, _ = d.do(clerk, deskwork.Command{Type: deskwork.CallNext, Room: "platz-1"})
}

func (d *booker) look(r *rapid.T) { d.free(d.start(r)) }

// wait passes whole seconds, in which memory counts the ends of holds.
func (d *booker) wait(r *rapid.T) {
	d.set(d.clock().Add(time.Duration(rapid.IntRange(1, 400).Draw(r, "seconds")) * time.Second))
}

func (d *booker) compare(r *rapid.T) {
	memory, rows, followed, err := d.Memory.Compare(d.ctx(), markt)
	if err != nil {
		r.Fatal(err)
	}
	if !followed {
		return
	}
	if diff := cmp.Diff(rows, memory); diff != "" {
		r.Fatalf("memory against rows (-rows +memory):\n%s", diff)
	}
}

func TestATransferAtAnotherNodeTakesItsTimeToTheOtherOffice(t *testing.T) {
	h := openTownHall(t)
	h.free(at(t, tuesday, "10:00"))
	h.book(at(t, tuesday, "10:00"))
	h.set(at(t, tuesday, "09:55"))
	other := &townHall{App: anotherNode(t, h), t: t}
	done := other.must(clerk, deskwork.Command{Type: deskwork.CallNext, Room: "platz-1"})
	done = other.must(clerk, deskwork.Command{Type: deskwork.Transfer, Ticket: done.Ticket.ID, Office: "gewerbeamt"})
	h.Memory.Saw(markt, done.Seq)
	h.free(at(t, tuesday, "10:00"))
	h.sameInMemory(t)
}

// anotherNode opens the same database a second time.
func anotherNode(t *testing.T, h *townHall) *app.App {
	t.Helper()
	node, err := apptest.Node(t, apptest.Options{Clock: h.time, Store: h.store, Keys: h.seals})
	if err != nil {
		t.Fatal(err)
	}
	return node
}

// A no-show that is cancelled afterwards gives its time back, also to another
// node that only reads the events.
func TestACancellationEnteredAtAnotherNodeGivesTheTimeBack(t *testing.T) {
	h := openTownHall(t)
	h.free(at(t, tuesday, "10:00"))
	number := h.book(at(t, tuesday, "10:00")).Ticket.Number
	h.set(at(t, tuesday, "10:30"))
	other := anotherNode(t, h)
	for _, what := range []app.Happened{app.HappenedNoShow, app.HappenedCancelled} {
		entered, err := other.EnterAfterwards(h.ctx(), staff(clerk), app.Afterwards{
			Branch: markt, Entries: []app.AfterwardsEntry{{Number: number, What: what}},
		})
		if err != nil || entered[0].Refused != nil {
			t.Fatal(what, err, entered)
		}
	}
	h.Memory.Saw(markt, other.Memory.Seq(markt))
	h.free(at(t, tuesday, "10:00"))
	h.sameInMemory(t)
}

// Two nodes give out one time each from its own memory, and never too much.
func TestTwoNodesNeverPassCapacity(t *testing.T) {
	h := openTownHall(t)
	nodes := []*app.App{h.App, anotherNode(t, h)}
	start := at(t, tuesday, "09:20")
	for _, node := range nodes {
		if _, err := node.Memory.Slots(h.ctx(), pinAtMarkt, tuesday); err != nil { // so that both remember
			t.Fatal(err)
		}
	}
	got := outcomes(200, func(i int) error {
		node := nodes[i%len(nodes)]
		r := wants(start)
		if i%3 == 0 {
			held, err := node.Hold(h.ctx(), access.Actor{}, r.Wanted, start)
			if err != nil {
				return err
			}
			r.Hold = held.ID
		}
		_, err := node.Book(h.ctx(), access.Actor{}, r)
		return err
	})
	if got[""] != 2 || got["booking.slot_taken"] != 198 {
		t.Errorf("got %v, want 2 bookings and 198 refusals", got)
	}
}

// sameInMemory fails where memory is behind, or differs from the rows.
func (h *townHall) sameInMemory(t *testing.T) {
	t.Helper()
	memory, rows, followed, err := h.Memory.Compare(h.ctx(), markt)
	if err != nil || !followed {
		t.Fatal(followed, err)
	}
	if diff := cmp.Diff(rows, memory); diff != "" {
		t.Errorf("memory against rows (-rows +memory):\n%s", diff)
	}
}
