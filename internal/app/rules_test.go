package app_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app/apptest"
	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

func (h *townHall) day(w plan.Wanted, date town.Date) booking.Day {
	h.t.Helper()
	calendar, err := h.Memory.Days(h.ctx(), w, date, date)
	if err != nil {
		h.t.Fatal(err)
	}
	return calendar.Days[0]
}

// starts returns the bookable starts of a date by the wall clock.
func (h *townHall) starts(w plan.Wanted, date town.Date) []string {
	h.t.Helper()
	slots, err := h.Memory.Slots(h.ctx(), w, date)
	if err != nil {
		h.t.Fatal(err)
	}
	var starts []string
	for _, s := range slots {
		starts = append(starts, s.Start.Format("15:04 -0700"))
	}
	return starts
}

var pinAtMarkt = plan.Wanted{Branch: markt, Items: one(pin)}

// office gives the Bürgerbüro at the market one key of YAML.
func (h *townHall) office(settings string) {
	h.t.Helper()
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        " + settings + "\n")
}

func TestSeveralServicesAddUpInOneAppointment(t *testing.T) {
	h := openTownHall(t)
	c := h.Catalogue()
	passport, _ := c.Service("reisepass-beantragen")
	certificate, _ := c.Service("meldebescheinigung")
	r := wants(at(t, tuesday, "13:00"))
	r.Items = []town.Item{{Service: passport.ID, Quantity: 2}, {Service: certificate.ID, Quantity: 1}}
	made, err := h.Book(h.ctx(), access.Actor{}, r)
	if err != nil {
		t.Fatal(err)
	}
	want := time.Duration(2*passport.Minutes+certificate.Minutes) * time.Minute
	if got := made.Ticket.End.Sub(made.Ticket.Start); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestServicesThatDontGoTogetherAreRefusedWithAReason(t *testing.T) {
	h := openTownHall(t)
	for name, c := range map[string]struct {
		items []town.Item
		want  string
	}{
		"two offices":  {[]town.Item{{Service: pin, Quantity: 1}, {Service: "gewerbe-anmelden", Quantity: 1}}, "services.two_offices"},
		"twice":        {[]town.Item{{Service: pin, Quantity: 1}, {Service: pin, Quantity: 1}}, "services.twice"},
		"too often":    {[]town.Item{{Service: pin, Quantity: 21}}, "services.quantity"},
		"not combined": {[]town.Item{{Service: pin, Quantity: 1}, {Service: "meldebescheinigung", Quantity: 1}}, "services.not_combinable"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "not combined" {
				h.change("format: aufruf/1\nservices: [{id: meldebescheinigung, single: true}]\n")
			}
			_, err := h.Memory.Days(h.ctx(), plan.Wanted{Branch: markt, Items: c.items}, tuesday, tuesday)
			if got := problem.Of(err); got.Kind != problem.Invalid || got.Fields["services"] != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestLeadTimeHorizonAndReleaseAreOfTheOffice(t *testing.T) {
	h := openTownHall(t)
	h.office("lead_minutes: 120\n        horizon_days: 7\n        release: 07:00")
	if got, want := h.starts(pinAtMarkt, tuesday)[0], "10:00 +0100"; got != want {
		t.Errorf("at eight with two hours of lead: got %s, want %s", got, want)
	}
	last := tuesday.AddDays(7)
	for _, c := range []struct {
		clock string
		want  booking.DayState
	}{{"00:00", booking.DayClosed}, {"06:59", booking.DayClosed}, {"07:00", booking.DayFree}} {
		h.set(at(t, tuesday, c.clock))
		got := h.day(pinAtMarkt, last)
		if got.State != c.want || c.want == booking.DayClosed && got.Reason != booking.ReasonHorizon {
			t.Errorf("at %s: got %s %s, want %s", c.clock, got.State, got.Reason, c.want)
		}
	}
	nearby := plan.Wanted{Branch: nera, Items: one(pin)}
	if got := h.day(nearby, tuesday.AddDays(14)); got.Reason == booking.ReasonHorizon {
		t.Error("the other branch's horizon changed too")
	}
}

func TestClosuresSayWhy(t *testing.T) {
	h := openTownHall(t)
	h.change(`format: aufruf/1
branches:
  - id: grimma-markt
    closures:
      - {from: 2026-12-03, to: 2026-12-03, reason: {de: Wasserschaden, en: Water damage}}
    offices:
      - id: buergerbuero
        closures:
          - {from: 2026-12-04, to: 2026-12-04, reason: Schulung}
          - {from: 2026-12-08, to: 2026-12-08, hours: 09:00-12:00, reason: Personalversammlung}
`)
	for _, c := range []struct {
		date town.Date
		want string
	}{{tuesday.AddDays(2), "Water damage"}, {tuesday.AddDays(3), "Schulung"}} {
		got := h.day(pinAtMarkt, c.date)
		if got.State != booking.DayClosed || got.Reason != booking.ReasonClosure || got.Text.In(town.English) != c.want {
			t.Errorf("%s: got %s %s %q, want it closed: %s", c.date, got.State, got.Reason, got.Text.In(town.English), c.want)
		}
	}
	if got, want := h.starts(pinAtMarkt, tuesday.AddDays(7))[0], "13:00 +0100"; got != want {
		t.Errorf("closed in the morning: first start %s, want %s", got, want)
	}
	if got := h.day(plan.Wanted{Branch: nera, Items: one(pin)}, tuesday.AddDays(2)); got.Reason == booking.ReasonClosure {
		t.Error("the closure of one branch closes the other")
	}
	if got := h.day(plan.Wanted{Branch: markt, Items: one("gewerbe-anmelden")}, tuesday.AddDays(3)); got.Reason == booking.ReasonClosure {
		t.Error("the closure of one office closes the other")
	}
}

func TestAServiceWithDatesIsBookableOnlyWithin(t *testing.T) {
	h := openTownHall(t)
	const inspection = town.ServiceID("bebauungsplan-auslegung")
	var w plan.Wanted
	for _, b := range h.Catalogue().Branches {
		if _, ok := b.OfficeOf(inspection); ok {
			w = plan.Wanted{Branch: b.ID, Items: one(inspection)}
		}
	}
	calendar, err := h.Memory.Days(h.ctx(), w, tuesday, tuesday.AddDays(40))
	if err != nil {
		t.Fatal(err)
	}
	last, within := town.NewDate(2026, time.December, 18), false
	for _, day := range calendar.Days {
		within = within || day.State == booking.DayFree
		if day.Date > last && (day.State != booking.DayClosed || day.Reason != booking.ReasonNotOffered) {
			t.Errorf("%s: got %s %s, want it not offered", day.Date, day.State, day.Reason)
		}
	}
	if !within {
		t.Error("never bookable within its dates")
	}
}

func TestSaturdaysHolidaysAndTheLongYearThroughTheWholeStack(t *testing.T) {
	h := openTownHall(t)
	h.office("horizon_days: 60")
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    closures: []\n")
	// Every 14 days from 2025-01-04, over the turn of a year of 53 weeks.
	for text, want := range map[string]string{
		"2026-12-05": "free", "2026-12-12": "weekday", "2026-12-19": "free",
		"2026-12-26": "holiday", "2027-01-02": "free", "2027-01-09": "weekday", "2027-01-16": "free",
	} {
		date, err := town.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		day := h.day(pinAtMarkt, date)
		got := string(day.State)
		if day.State == booking.DayClosed {
			got = string(day.Reason)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if got := h.day(pinAtMarkt, town.NewDate(2026, time.December, 26)).Text.In(town.German); got == "" {
		t.Error("the holiday has no name")
	}
}

func TestClockChangesThroughTheWholeStack(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, town.NewDate(2027, time.March, 20), "12:00"))
	spring, autumn := town.NewDate(2027, time.March, 28), town.NewDate(2027, time.October, 31)
	h.office(`grid_minutes: 30
        opening:
          - {dates: [2027-03-28, 2027-10-31], hours: [01:00-04:00], on_holidays: true, capacity: {online: 1, staff: 1, counters: 1}}`)
	wantStarts(t, h.starts(pinAtMarkt, spring), "01:00 +0100", "01:30 +0100", "03:00 +0200", "03:30 +0200")
	made := h.book(at(t, spring, "01:30"))
	if got, want := made.Ticket.End.Format("15:04"), made.Ticket.Start.Add(10*time.Minute).In(berlin(t)).Format("15:04"); made.Ticket.Date != spring || got < want {
		t.Errorf("got until %s on %s", got, made.Ticket.Date)
	}
	h.set(at(t, town.NewDate(2027, time.October, 25), "12:00"))
	wantStarts(t, h.starts(pinAtMarkt, autumn), "01:00 +0200", "01:30 +0200", "02:00 +0200", "02:30 +0200",
		"02:00 +0100", "02:30 +0100", "03:00 +0100", "03:30 +0100")
}

func wantStarts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("start %d: got %s, want %s", i, got[i], want[i])
		}
	}
}

func TestAnEditOfTheRulesCountsAtOnce(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(2)
	if got := h.day(pinAtMarkt, day).State; got != booking.DayFree {
		t.Fatalf("before: got %s, want free", got)
	}
	held, err := h.Hold(h.ctx(), access.Actor{}, pinAtMarkt, at(t, day, "09:00"))
	if err != nil {
		t.Fatal(err)
	}
	h.office("closures: [{from: " + day.String() + ", to: " + day.String() + ", reason: Umzug}]")
	if got := h.day(pinAtMarkt, day); got.Reason != booking.ReasonClosure {
		t.Errorf("after: got %s %s, want closed", got.State, got.Reason)
	}
	r := wants(at(t, day, "09:00"))
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), access.Actor{}, r); !problem.Is(err, "booking.slot_taken") {
		t.Errorf("got %v, want the held time gone by the new rules", err)
	}
}

// TestAnEditByAnotherProcessCountsAtOnce has the command line import into the
// same file that a server serves.
func TestAnEditByAnotherProcessCountsAtOnce(t *testing.T) {
	dir := t.TempDir()
	keys, err := seal.Create(filepath.Join(dir, "key"), tuesday.AddDays(-30), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	open := func() *townHall {
		h := &townHall{t: t, time: apptest.NewClock(at(t, tuesday, "08:00"))}
		h.App = apptest.Open(t, apptest.Options{Clock: h.time, Dir: dir, Keys: keys}).App
		return h
	}
	server := open()
	day := tuesday.AddDays(2)
	if got := server.day(pinAtMarkt, day).State; got != booking.DayFree {
		t.Fatalf("before: got %s, want free", got)
	}
	line := open()
	line.office("closures: [{from: " + day.String() + ", to: " + day.String() + "}]")
	if _, err := server.Book(t.Context(), access.Actor{}, wants(at(t, day, "09:00"))); problem.Of(err).Fields["start"] != "booking.start_outside_hours" {
		t.Errorf("booking: got %v, want it refused", err)
	}
	server.Memory.Saw(markt, line.Memory.Seq(markt)) // as the tail of events does within a second
	if got := server.day(pinAtMarkt, day); got.Reason != booking.ReasonClosure {
		t.Errorf("calendar: got %s %s, want closed", got.State, got.Reason)
	}
}
