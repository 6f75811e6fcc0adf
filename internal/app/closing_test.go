package app_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// thursday is the next day on which the Bürgerbüro opens after the Tuesday.
var thursday = tuesday.AddDays(2)

func boss(branches ...town.BranchID) access.Actor {
	return access.Actor{Kind: access.Staff, User: ledger.User{ID: "boss", Role: ledger.RoleManager, Branches: branches}}
}

func dayOff(date town.Date) app.Closing {
	return app.Closing{
		Counters: catalogue.Counters{Branch: markt, Office: "buergerbuero"},
		Closure:  booking.Closure{From: date, To: date, Reason: town.Text{town.German: "Wir sind heute leider nicht da."}},
	}
}

func (h *townHall) closes(w app.Closing) {
	h.t.Helper()
	if err := h.Closings.CloseOffice(h.ctx(), boss(markt), w, app.Unseen); err != nil {
		h.t.Fatal(err)
	}
}

func TestAManagersClosureCountsAtOnceAndIsTakenBack(t *testing.T) {
	h := openTownHall(t)
	h.book(at(t, thursday, "10:00"))
	h.closes(dayOff(thursday))
	got := h.day(pinAtMarkt, thursday)
	if got.Reason != booking.ReasonClosure || got.Text.In(town.English) != "Wir sind heute leider nicht da." {
		t.Errorf("got %s, %q; want closed, with the reason", got.Reason, got.Text)
	}
	if _, err := h.Book(h.ctx(), access.Actor{}, wants(at(t, thursday, "11:00"))); problem.Of(err).Kind != problem.Invalid {
		t.Errorf("got %v, want no booking in closed time", err)
	}
	concerned, err := h.Dealings.Unfit(h.ctx(), markt)
	if err != nil || len(concerned) != 1 || !concerned[0].Start.Equal(at(t, thursday, "10:00")) {
		t.Errorf("got %v, %v; want the one at ten", concerned, err)
	}
	if err := h.Closings.ReopenOffice(h.ctx(), boss(markt), dayOff(thursday)); err != nil {
		t.Fatal(err)
	}
	if got := h.day(pinAtMarkt, thursday); got.State != booking.DayFree {
		t.Errorf("got %s after reopening, want free", got.State)
	}
	if err := h.Closings.ReopenOffice(h.ctx(), boss(markt), dayOff(thursday)); !problem.Is(err, "closure.unknown") {
		t.Errorf("got %v, want nothing left to take back", err)
	}
	trail, err := h.Trail.Of(h.ctx(), boss(markt), markt, at(t, tuesday, "00:00"), at(t, thursday, "00:00"), 2)
	if err != nil {
		t.Fatal(err)
	}
	told := []string{trail[1].Actor + " " + trail[1].Action + " " + trail[1].Detail, trail[0].Action}
	if diff := cmp.Diff([]string{"boss closed buergerbuero 2026-12-03", "reopened"}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A file that IT imports, or what was exported and is imported again, leaves
// what a manager has closed meanwhile.
func TestAnImportLeavesWhatManagersClosed(t *testing.T) {
	h := openTownHall(t)
	h.closes(dayOff(thursday))
	h.imports(builtIn(t))
	h.change("format: aufruf/1\nbranches: [{id: grimma-markt, closures: [], offices: [{id: buergerbuero, closures: []}]}]\n")
	if got := h.day(pinAtMarkt, thursday); got.Reason != booking.ReasonClosure {
		t.Errorf("got %s, want still closed", got.State)
	}
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
}

func TestAClosureMayBeOfAWholeBranchPartOfADayOrWalkInsAlone(t *testing.T) {
	h := openTownHall(t)
	all := app.Closing{Counters: catalogue.Counters{Branch: markt}, Closure: booking.Closure{From: thursday, To: thursday}}
	hours := all
	hours.Part = &booking.Interval{From: 9 * 60, To: 12 * 60}
	walkIns := all
	walkIns.WalkInOnly = true
	h.book(at(t, thursday, "11:50"))
	h.book(at(t, thursday, "13:00"))

	h.closes(walkIns)
	if got := h.day(pinAtMarkt, thursday); got.State != booking.DayFree {
		t.Errorf("without walk-ins: got %s, want free for appointments", got.State)
	}
	h.closes(hours)
	concerned, err := h.Dealings.Unfit(h.ctx(), markt)
	if err != nil || len(concerned) != 1 {
		t.Errorf("in the morning: got %d concerned, %v; want 1", len(concerned), err)
	}
	h.closes(all)
	if concerned, _ = h.Dealings.Unfit(h.ctx(), markt); len(concerned) != 2 {
		t.Errorf("all day: got %d concerned, want 2", len(concerned))
	}
	urgent, _, err := h.Closings.Of(boss(markt), markt)
	if err != nil || len(urgent) != 3 {
		t.Errorf("got %d closures, %v; want 3", len(urgent), err)
	}
}

func TestAClosureIsRefusedWithAReason(t *testing.T) {
	h := openTownHall(t)
	with := func(change func(*app.Closing)) app.Closing {
		w := dayOff(thursday)
		change(&w)
		return w
	}
	for name, c := range map[string]struct {
		actor access.Actor
		w     app.Closing
		want  string
	}{
		"a clerk":            {staff(clerk), dayOff(thursday), "right.missing"},
		"of another branch":  {boss(nera), dayOff(thursday), "right.missing"},
		"a screen":           {access.Actor{Kind: access.Screen, Device: ledger.Device{Branch: markt}}, dayOff(thursday), "right.missing"},
		"nobody":             {access.Actor{}, dayOff(thursday), "session.required"},
		"no such office":     {boss(), with(func(w *app.Closing) { w.Office = "x" }), "office.unknown"},
		"yesterday":          {boss(), with(func(w *app.Closing) { w.From = tuesday.AddDays(-1) }), "closure.from"},
		"the end before":     {boss(), with(func(w *app.Closing) { w.To = tuesday }), "closure.to"},
		"years":              {boss(), with(func(w *app.Closing) { w.To = tuesday.AddDays(400) }), "closure.to"},
		"no hour":            {boss(), with(func(w *app.Closing) { w.Part = &booking.Interval{From: 600, To: 600} }), "closure.hours"},
		"a novel":            {boss(), with(func(w *app.Closing) { w.Reason = town.Plain(strings.Repeat("a", app.MaxReason+1)) }), "field.too_long"},
		"no German":          {boss(), with(func(w *app.Closing) { w.Reason = town.Text{town.English: "Away"} }), "field.required"},
		"what can't be read": {boss(), with(func(w *app.Closing) { w.Reason = town.Plain("\x00") }), "field.characters"},
	} {
		t.Run(name, func(t *testing.T) {
			e := problem.Of(h.Closings.CloseOffice(h.ctx(), c.actor, c.w, app.Unseen))
			got := []string{e.Key}
			for _, key := range e.Fields {
				got = append(got, key)
			}
			if got[len(got)-1] != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
	if urgent, _, _ := h.Closings.Of(boss(), markt); len(urgent) != 0 {
		t.Errorf("got %v, want nothing closed", urgent)
	}
}

// The later closure is entered first, so that neither end is found by luck.
func TestAppointmentsOfEveryClosureAreConcerned(t *testing.T) {
	h := openTownHall(t)
	later := tuesday.AddDays(14)
	for _, date := range []town.Date{thursday, tuesday.AddDays(7), later} {
		h.book(at(t, date, "10:00"))
	}
	if concerned, err := h.Dealings.Unfit(h.ctx(), markt); err != nil || len(concerned) != 0 {
		t.Errorf("nothing closed: got %v, %v", concerned, err)
	}
	h.closes(dayOff(later))
	h.closes(dayOff(thursday))
	concerned, err := h.Dealings.Unfit(h.ctx(), markt)
	if err != nil {
		t.Fatal(err)
	}
	var got []town.Date
	for _, c := range concerned {
		got = append(got, c.Date)
	}
	if diff := cmp.Diff([]town.Date{thursday, later}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
