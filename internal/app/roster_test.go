package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// short leaves so many counters of the Bürgerbüro on a date.
func short(date town.Date, counters int) app.Rostering {
	return app.Rostering{
		Counters:  catalogue.Counters{Branch: markt, Office: "buergerbuero"},
		Exception: booking.Exception{From: date, To: date, Staffing: &booking.Staffing{Counters: counters}, Reason: "Vertretung fehlt"},
	}
}

func (h *townHall) rosters(w app.Rostering) {
	h.t.Helper()
	if err := h.Rosters.Change(h.ctx(), boss(markt), w, app.Unseen); err != nil {
		h.t.Fatal(err)
	}
}

func (h *townHall) freeOnline(start string) int {
	h.t.Helper()
	slots, err := h.Memory.Slots(h.ctx(), pinAtMarkt, thursday)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range slots {
		if s.Start.Equal(at(h.t, thursday, start)) {
			return s.Free
		}
	}
	return 0
}

func TestFewerCountersCountAtOnceSayWhomTheyConcernAndAreTakenBack(t *testing.T) {
	h := openTownHall(t)
	first, second := h.book(at(t, thursday, "10:00")), h.book(at(t, thursday, "10:00"))
	if first.Ticket.Start != second.Ticket.Start {
		t.Fatal("two side by side are wanted")
	}
	w := short(thursday, 1)
	p, err := h.Rosters.WouldChange(h.ctx(), boss(markt), w)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Concerned) != 1 || p.Concerned[0].ID != second.Ticket.ID || p.Concerned[0].Why != booking.OverCapacity {
		t.Errorf("got %+v concerned, want the second over capacity", p.Concerned)
	}
	if p.First != thursday || p.Before[0].Counters != 4 || p.After[0].Counters != 1 || p.FreeAfter >= p.FreeBefore || p.FreeAfter < 1 {
		t.Errorf("got %+v, want four counters to be one, and fewer places", p)
	}
	if got := h.freeOnline("11:00"); got != 2 {
		t.Errorf("a preview changed something: got %d free, want 2", got)
	}
	h.rosters(w)
	if got := h.freeOnline("11:00"); got != 1 {
		t.Errorf("got %d free, want 1", got)
	}
	if got := h.freeOnline("10:00"); got != 0 {
		t.Errorf("beside who is booked: got %d free, want none", got)
	}
	if list, err := h.Dealings.Unfit(h.ctx(), markt); err != nil || len(list) != 1 || list[0].ID != second.Ticket.ID {
		t.Errorf("got %v, %v; want the second on the list", list, err)
	}
	if err := h.Rosters.Restore(h.ctx(), boss(markt), w); err != nil {
		t.Fatal(err)
	}
	if list, _ := h.Dealings.Unfit(h.ctx(), markt); len(list) > 0 || h.freeOnline("11:00") != 2 {
		t.Errorf("taken back: got %v, %d free", list, h.freeOnline("11:00"))
	}
	if err := h.Rosters.Restore(h.ctx(), boss(markt), w); !problem.Is(err, "roster.unknown") {
		t.Errorf("got %v, want nothing left to take back", err)
	}
	trail, err := h.Trail.Of(h.ctx(), boss(markt), markt, at(t, tuesday, "00:00"), at(t, thursday, "00:00"), 2)
	if err != nil {
		t.Fatal(err)
	}
	told := []string{trail[1].Actor + " " + trail[1].Action + " " + trail[1].Detail, trail[0].Action}
	if diff := cmp.Diff([]string{"boss rostered buergerbuero 2026-12-03 counters 1", "roster_restored"}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNobodyServesAndNobodyIsBooked: with no counter citizens and staff find nothing.
func TestNobodyServesAndNobodyIsBooked(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, thursday, "10:00"))
	h.rosters(short(thursday, 0))
	if got := h.day(pinAtMarkt, thursday); got.State != booking.DayFull {
		t.Errorf("got %s, want full", got.State)
	}
	for name, staff := range map[string]bool{"a citizen": false, "staff": true} {
		wanted := wants(at(t, thursday, "11:00"))
		wanted.Staff = staff
		_, err := h.Book(h.ctx(), boss(markt), wanted)
		if !problem.Is(err, daySlotTaken) {
			t.Errorf("%s: got %v, want nothing free", name, err)
		}
		for _, other := range problem.Of(err).Alternatives {
			if town.DateOf(other, berlin(t)) == thursday {
				t.Errorf("%s is offered %s, when nobody serves", name, other)
			}
		}
	}
	list, err := h.Dealings.Unfit(h.ctx(), markt)
	if err != nil || len(list) != 1 || list[0].ID != made.Ticket.ID || list[0].Why != booking.OverCapacity {
		t.Errorf("got %v, %v; want who is booked over capacity", list, err)
	}
}

const daySlotTaken = "booking.slot_taken"

// TestAnImportLeavesWhatManagersRostered takes an export in again, and the built-in file.
func TestAnImportLeavesWhatManagersRostered(t *testing.T) {
	h := openTownHall(t)
	off := short(thursday, 0)
	off.Staffing, off.Off = nil, []town.RoomID{"platz-3"}
	off.Part = &booking.Interval{From: 8 * 60, To: 12 * 60}
	h.rosters(off)
	h.imports(builtIn(t))
	data, err := catalogue.Export(*h.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	file, _ := catalogue.Parse("export.yaml", data)
	done, mistakes, err := h.Town.Import(h.ctx(), file)
	if err != nil || len(mistakes) > 0 {
		t.Fatal(err, mistakes)
	}
	for _, c := range done.Changes {
		if c.Kind != catalogue.Unchanged {
			t.Errorf("got %v, want nothing changed", c)
		}
	}
	offices, err := h.Rosters.Of(boss(markt), markt, thursday, 1)
	if err != nil {
		t.Fatal(err)
	}
	got := []int{}
	for _, s := range offices[0].Days[0].Staffed {
		got = append(got, s.Counters)
	}
	if diff := cmp.Diff([]int{3, 4}, got); diff != "" || len(offices[0].Days[0].Changes) != 1 {
		t.Errorf("%+v (-want +got):\n%s", offices[0].Days[0], diff)
	}
}

func TestARosterIsRefusedWithAReason(t *testing.T) {
	h := openTownHall(t)
	with := func(change func(*app.Rostering)) app.Rostering {
		w := short(thursday, 2)
		change(&w)
		return w
	}
	for name, c := range map[string]struct {
		actor access.Actor
		w     app.Rostering
		want  string
	}{
		"a clerk":           {staff(clerk), short(thursday, 2), "right.missing"},
		"of another branch": {boss(nera), short(thursday, 2), "right.missing"},
		"a screen":          {access.Actor{Kind: access.Screen, Device: ledger.Device{Branch: markt}}, short(thursday, 2), "right.missing"},
		"no such office":    {boss(), with(func(w *app.Rostering) { w.Office = "x" }), "office.unknown"},
		"yesterday":         {boss(), with(func(w *app.Rostering) { w.From = tuesday.AddDays(-1) }), "closure.from"},
		"the end before":    {boss(), with(func(w *app.Rostering) { w.To = tuesday }), "closure.to"},
		"no hour":           {boss(), with(func(w *app.Rostering) { w.Part = &booking.Interval{From: 600, To: 600} }), "closure.hours"},
		"below nobody":      {boss(), with(func(w *app.Rostering) { w.Staffing.Counters = -1 }), "mistake.number"},
		"an army":           {boss(), with(func(w *app.Rostering) { w.Staffing.Counters = 100 }), "mistake.number"},
		"nothing":           {boss(), with(func(w *app.Rostering) { w.Staffing = nil }), "mistake.counters"},
		"two things":        {boss(), with(func(w *app.Rostering) { w.More = 1 }), "mistake.counters"},
		"a strange counter": {boss(), with(func(w *app.Rostering) { w.Staffing, w.Off = nil, []town.RoomID{"gewerbeamt"} }), "mistake.counters"},
	} {
		_, previewed := h.Rosters.WouldChange(h.ctx(), c.actor, c.w)
		for way, err := range map[string]error{"previewed": previewed, "changed": h.Rosters.Change(h.ctx(), c.actor, c.w, app.Unseen)} {
			if got := keyOf(err); got != c.want {
				t.Errorf("%s, %s: got %q, want %q", name, way, got, c.want)
			}
		}
	}
}

// keyOf is the key of a refusal, of its field where it is about one.
func keyOf(err error) string {
	if err == nil {
		return ""
	}
	p := problem.Of(err)
	for _, key := range p.Fields {
		return key
	}
	return p.Key
}

// TestEstimatesKnowWhoServes has people wait without an appointment while counters go.
func TestEstimatesKnowWhoServes(t *testing.T) {
	h := openTownHall(t)
	var last string
	for range 8 {
		last = h.walkIn().Token
	}
	estimate := func() int {
		s, err := h.Standing(h.ctx(), last)
		if err != nil || s.Ticket.Kind != queue.WalkIn {
			t.Fatal(s, err)
		}
		return s.High
	}
	all := estimate()
	h.rosters(short(tuesday, 1))
	one := estimate()
	w := short(tuesday, 0)
	w.Part = &booking.Interval{From: 0, To: 17 * 60}
	h.rosters(w)
	if late := estimate(); all >= one || one >= late {
		t.Errorf("got %d minutes at four counters, %d at one, %d until somebody serves; want each longer", all, one, late)
	}
}
