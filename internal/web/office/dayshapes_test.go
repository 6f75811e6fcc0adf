package office

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// day is one from nine to eleven in UTC, with stretches of hours.
func day(stretches ...booking.Stretch) booking.Occupancy {
	o := booking.Occupancy{Date: town.NewDate(2026, time.December, 1), Planned: []booking.Interval{{From: 9 * 60, To: 11 * 60}}}
	o.Open = o.Planned
	for i, s := range stretches {
		s.From = o.Date.At(town.TimeOfDay(9*60+60*i), time.UTC).Unix()
		s.To = s.From + 3600
		o.Stretches = append(o.Stretches, s)
	}
	return o
}

// TestADayIsDrawnToScale: what can be booked, what is, what is beyond, and the hours.
func TestADayIsDrawnToScale(t *testing.T) {
	o := day(booking.Stretch{Staff: 2, Booked: 1}, booking.Stretch{Staff: 2, Booked: 4})
	a := axisOf([]booking.Occupancy{o}, time.UTC)
	want := shape{
		Width: 120, Room: "M0 1000V500H120V1000Z", Taken: "M0 1000V750H60V1000ZM60 1000V500H120V1000Z", Over: "M60 500V0H120V500Z", Hours: "M60 0V1000",
	}
	if diff := cmp.Diff(want, a.shape(&o)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := axisOf(nil, time.UTC), (axis{from: 8 * 60, to: 18 * 60, most: 1, zone: time.UTC}); got != want {
		t.Errorf("closed all day: got %+v, want %+v", got, want)
	}
	o.Planned[0] = booking.Interval{From: 9*60 + 30, To: 12*60 + 10}
	if got := axisOf([]booking.Occupancy{o}, time.UTC); got.from != 9*60 || got.to != 13*60 {
		t.Errorf("got %d to %d, want full hours", got.from, got.to)
	}
}

// TestWhatIsClosedOfADay: before, between and after what is open, and all of it.
func TestWhatIsClosedOfADay(t *testing.T) {
	planned := []booking.Interval{{From: 9 * 60, To: 12 * 60}, {From: 13 * 60, To: 18 * 60}}
	for _, c := range []struct{ open, want []booking.Interval }{
		{planned, nil},
		{nil, planned},
		{[]booking.Interval{{From: 10 * 60, To: 11 * 60}, {From: 13 * 60, To: 18 * 60}}, []booking.Interval{{From: 9 * 60, To: 10 * 60}, {From: 11 * 60, To: 12 * 60}}},
		{[]booking.Interval{{From: 9 * 60, To: 10 * 60}, {From: 11 * 60, To: 12 * 60}, {From: 13 * 60, To: 14 * 60}}, []booking.Interval{{From: 10 * 60, To: 11 * 60}, {From: 14 * 60, To: 18 * 60}}},
	} {
		if diff := cmp.Diff(c.want, closedOf(&booking.Occupancy{Planned: planned, Open: c.open})); diff != "" {
			t.Errorf("open %v (-want +got):\n%s", c.open, diff)
		}
	}
}

// TestASmallDayIsTheMeanOfEachHour, of the minutes in which somebody is there.
func TestASmallDayIsTheMeanOfEachHour(t *testing.T) {
	a := axis{from: 9 * 60, to: 11 * 60, most: 2}
	got := a.byHour([]level{{9 * 60, 9*60 + 15, 2000, 0}, {9*60 + 15, 9*60 + 30, 0, 1000}, {10 * 60, 11 * 60, 1000, 0}})
	want := []level{{9 * 60, 9*60 + 30, 1000, 500}, {10 * 60, 11 * 60, 1000, 0}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(level{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestADayIsFullOnlyWhenItIs, and empty only when it is.
func TestADayIsFullOnlyWhenItIs(t *testing.T) {
	seconds := func(capacity, booked int) booking.Occupancy {
		o := day(booking.Stretch{Staff: capacity, Booked: booked})
		o.Stretches[0].To = o.Stretches[0].From + 1
		return o
	}
	for _, c := range []struct {
		capacity, booked, want int
		bookable               bool
	}{
		{0, 0, 0, false}, {1000, 0, 0, true}, {1000, 1, 1, true}, {1000, 14, 1, true}, {1000, 15, 2, true},
		{1000, 500, 50, true}, {1000, 994, 99, true}, {1000, 999, 99, true}, {1000, 1000, 100, true},
	} {
		got, bookable := percentOf([]booking.Occupancy{seconds(c.capacity, c.booked)})
		if got != c.want || bookable != c.bookable {
			t.Errorf("%d of %d: got %d %% (%t), want %d %% (%t)", c.booked, c.capacity, got, bookable, c.want, c.bookable)
		}
	}
}

// TestRulesOfTheSameDatesAreOneSheet, and what is over stands by itself from the day
// after its last on.
func TestRulesOfTheSameDatesAreOneSheet(t *testing.T) {
	today := town.NewDate(2026, time.December, 1)
	rule := func(to *town.Date, days ...time.Weekday) booking.OpeningRule {
		return booking.OpeningRule{Pattern: booking.Pattern{Weekdays: days, To: to}, Intervals: []booking.Interval{{From: 9 * 60, To: 12 * 60}}}
	}
	v := &hoursView{view: german(t)}
	v.place = place{branch: &catalogue.Branch{}, office: &catalogue.Office{}}
	hold, over := v.sheetsOfRules([]booking.OpeningRule{
		rule(nil, time.Monday), rule(nil, time.Tuesday), rule(new(today), time.Monday), rule(new(today-1), time.Monday),
	}, today, true)
	if len(hold) != 2 || len(over) != 1 {
		t.Errorf("got %d that hold and %d that are over, want 2 and 1", len(hold), len(over))
	}
}

// TestEachWordOfAScreensSoundIsWorded, and tells whether it works.
func TestEachWordOfAScreensSoundIsWorded(t *testing.T) {
	v := german(t).View
	for state, c := range map[string]struct {
		words string
		warn  bool
	}{
		"": {"–", false}, "ready": {v.T("staff.devices.sound_ready"), false}, "played": {v.T("staff.devices.sound_ready"), false},
		"off": {v.T("staff.devices.sound_off"), false}, "blocked": {v.T("staff.devices.sound_blocked"), true}, "strange": {"strange", true},
	} {
		if words, warn := sound(v, state); words != c.words || warn != c.warn {
			t.Errorf("%q: got %q, %t; want %q, %t", state, words, warn, c.words, c.warn)
		}
	}
}
