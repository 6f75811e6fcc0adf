package booking_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// drawn writes stretches with who is booked of how many: "09:00-09:20 1/3".
func drawn(zone *time.Location, o booking.Occupancy) []string {
	list := []string{}
	for _, s := range o.Stretches {
		from, to := time.Unix(s.From, 0).In(zone), time.Unix(s.To, 0).In(zone)
		list = append(list, fmt.Sprintf("%s-%s %d/%d", from.Format("15:04"), to.Format("15:04"), s.Booked, s.Staff))
	}
	return list
}

func onDay(p *booking.Plan, date string, taken booking.Taken) booking.Occupancy {
	return p.Occupancy(day(date), day(date), taken)[0]
}

func TestOccupancyFollowsWhoIsThereAndWhatIsBooked(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 2, Counters: 3})
	held, cooling := span(t, "2026-11-25 09:00", "2026-11-25 09:30", true), span(t, "2026-11-25 09:00", "2026-11-25 09:30", true)
	held.Expires, cooling.Cooling = at(t, "2026-11-25 12:00").Unix(), true
	first, second, third := span(t, "2026-11-25 09:10", "2026-11-25 09:30", true), span(t, "2026-11-25 09:20", "2026-11-25 09:40", false), span(t, "2026-11-25 09:20", "2026-11-25 09:30", false)
	got := onDay(plan, "2026-11-25", only(first, second, third, held, cooling))
	if diff := cmp.Diff(drawn(plan.Zone, got), []string{"09:00-09:10 0/2", "09:10-09:20 1/2", "09:20-09:30 3/2", "09:30-09:40 1/2", "09:40-10:00 0/2"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
	if got.Appointments != 3 || got.Capacity() != 2*time.Hour || got.Booked() != 40*time.Minute {
		t.Errorf("got %d appointments, %s of %s, want 3, 40m of 2h", got.Appointments, got.Booked(), got.Capacity())
	}
}

func TestOccupancySaysWhyADateIsClosed(t *testing.T) {
	holidays, _ := booking.HolidaysOf("DE-SN")
	noon, morning, hour := hours("10:00", "12:00"), hours("08:00", "12:00"), hours("10:00", "11:00")
	plan := &booking.Plan{
		Zone: berlin(t), Holidays: holidays,
		Opening: []booking.OpeningRule{
			{Pattern: booking.Pattern{Weekdays: []time.Weekday{1, 2, 3, 4, 5}}, Intervals: []booking.Interval{hours("08:00", "12:00")}, Capacity: booking.Capacity{Online: 1, Staff: 1, Counters: 1}},
			{Pattern: booking.Pattern{Dates: []town.Date{day("2026-12-26")}}, Intervals: []booking.Interval{noon}, Capacity: booking.Capacity{Online: 1, Staff: 1, Counters: 1}, Holidays: true},
		},
		Closures: []booking.Closure{
			{From: day("2026-12-28"), To: day("2026-12-29"), Reason: town.Plain("Umbau")},
			{From: day("2026-12-30"), To: day("2026-12-30"), Part: &morning, Reason: town.Plain("Inventur")},
			{From: day("2026-12-31"), To: day("2026-12-31"), Part: &hour},
			{From: day("2027-01-04"), To: day("2027-01-04"), WalkInOnly: true},
		},
	}
	for _, tc := range []struct {
		date, open string
		why        booking.Reason
		text       string
		holiday    string
	}{
		{"2026-12-23", "08:00-12:00", "", "", ""},
		{"2026-12-25", "", booking.ReasonHoliday, "1. Weihnachtstag", "1. Weihnachtstag"},
		{"2026-12-26", "10:00-12:00", "", "", "2. Weihnachtstag"}, // a Saturday, worked
		{"2026-12-27", "", booking.ReasonWeekday, "", ""},
		{"2026-12-28", "", booking.ReasonClosure, "Umbau", ""},
		{"2026-12-30", "", booking.ReasonClosure, "Inventur", ""},
		{"2026-12-31", "08:00-10:00 11:00-12:00", "", "", ""}, // in week 53
		{"2027-01-01", "", booking.ReasonHoliday, "Neujahr", "Neujahr"},
		{"2027-01-02", "", booking.ReasonWeekday, "", ""},
		{"2027-01-04", "08:00-12:00", "", "", ""},
	} {
		o := onDay(plan, tc.date, nil)
		open := make([]string, len(o.Open))
		for i, iv := range o.Open {
			open[i] = iv.From.String() + "-" + iv.To.String()
		}
		got := []string{strings.Join(open, " "), string(o.Why), o.Text.In(town.German), o.Holiday.In(town.German)}
		if diff := cmp.Diff(got, []string{tc.open, string(tc.why), tc.text, tc.holiday}); diff != "" {
			t.Errorf("%s: got -, want +:\n%s", tc.date, diff)
		}
		if (len(o.Stretches) > 0) != (tc.open != "") {
			t.Errorf("%s: got stretches %v with open %q", tc.date, drawn(plan.Zone, o), tc.open)
		}
	}
	if got := onDay(plan, "2026-12-29", nil); len(got.Closures) != 1 || len(got.Planned) != 1 {
		t.Errorf("got %d closures over %v, want one over what was planned", len(got.Closures), got.Planned)
	}
}

// The night in which the clocks change has 23 or 25 hours, and so has its
// capacity; the day after is as any other.
func TestOccupancyCountsTheHoursThatPass(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Staff: 1, Counters: 1})
	plan.Opening[0].Intervals = []booking.Interval{hours("00:00", "24:00")}
	for date, want := range map[string]time.Duration{"2026-10-25": 25 * time.Hour, "2026-10-26": 24 * time.Hour, "2027-03-28": 23 * time.Hour, "2027-03-29": 24 * time.Hour} {
		o := onDay(plan, date, nil)
		if got := o.Capacity(); got != want {
			t.Errorf("%s: got %s, want %s", date, got, want)
		}
	}
}

func TestOccupancyTakesTheRuleWithMostRoom(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Staff: 1, Counters: 1})
	plan.Opening = append(plan.Opening, booking.OpeningRule{
		Pattern: booking.Pattern{Weekdays: everyDay()}, Intervals: []booking.Interval{hours("09:30", "11:00")}, Capacity: booking.Capacity{Staff: 3, Counters: 4},
	})
	got := onDay(plan, "2026-11-25", nil)
	if diff := cmp.Diff(drawn(plan.Zone, got), []string{"09:00-09:30 0/1", "09:30-11:00 0/3"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestOccupancyFollowsTheRoster(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 2, Counters: 4})
	half := hours("09:30", "10:00")
	plan.Roster.Exceptions = []booking.Exception{{From: day("2026-11-25"), To: day("2026-11-25"), Part: &half, More: -2}}
	got := onDay(plan, "2026-11-25", only(span(t, "2026-11-25 09:20", "2026-11-25 09:40", true)))
	if diff := cmp.Diff(drawn(plan.Zone, got), []string{"09:00-09:20 0/2", "09:20-09:30 1/2", "09:30-09:40 1/1", "09:40-10:00 0/1"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
	if diff := cmp.Diff(drawn(plan.Zone, onDay(plan, "2026-11-26", nil)), []string{"09:00-10:00 0/2"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

// Whatever is booked and whenever it is open: stretches follow each other, lie in
// open time and cover it, and what is booked is what overlaps.
func TestOccupancyCoversTheOpenTime(t *testing.T) {
	zone := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		date := day("2026-11-25") + town.Date(rapid.IntRange(0, 120).Draw(t, "date")) // before the clocks change, for the sum below
		plan := &booking.Plan{Zone: zone}
		for range rapid.IntRange(0, 3).Draw(t, "rules") {
			from := rapid.IntRange(0, 22*60).Draw(t, "from")
			iv := booking.Interval{From: town.TimeOfDay(from), To: town.TimeOfDay(rapid.IntRange(from+1, 24*60).Draw(t, "to"))}
			plan.Opening = append(plan.Opening, booking.OpeningRule{
				Pattern: booking.Pattern{Dates: []town.Date{date}}, Intervals: []booking.Interval{iv}, Capacity: booking.Capacity{Staff: rapid.IntRange(0, 3).Draw(t, "staff")},
			})
		}
		var spans []booking.Span
		for range rapid.IntRange(0, 8).Draw(t, "spans") {
			from := date.Start(zone).Unix() + int64(rapid.IntRange(0, 23*60).Draw(t, "start"))*60
			spans = append(spans, booking.Span{From: from, To: from + int64(rapid.IntRange(1, 90).Draw(t, "minutes"))*60})
		}
		o := plan.Occupancy(date, date, only(spans...))[0]
		covered, open := int64(0), int64(0)
		for i, s := range o.Stretches {
			if s.To <= s.From || i > 0 && s.From < o.Stretches[i-1].To {
				t.Fatalf("stretch %d doesn't follow: %v", i, drawn(zone, o))
			}
			covered += s.To - s.From
			for moment := s.From; moment < s.To; moment += 60 {
				overlap := 0
				for _, span := range spans {
					if span.From <= moment && moment < span.To {
						overlap++
					}
				}
				if s.Booked != overlap {
					t.Fatalf("got %d booked, want %d in %v", s.Booked, overlap, drawn(zone, o))
				}
			}
		}
		for _, iv := range o.Open {
			open += date.At(iv.To, zone).Unix() - date.At(iv.From, zone).Unix()
		}
		if covered != open {
			t.Fatalf("got %d seconds covered of %d open: %v of %v", covered, open, drawn(zone, o), o.Open)
		}
	})
}
