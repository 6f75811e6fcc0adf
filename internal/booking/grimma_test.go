package booking_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// stadthaus is the real plan of the Bürgerbüro in the Stadthaus of Grimma:
// lunch break, closed on Wednesdays, a Saturday every 14 days from 4 January
// 2025, walk-ins on Monday morning, Tuesday and Thursday afternoon.
func stadthaus(t testing.TB) *booking.Plan {
	t.Helper()
	holidays, ok := booking.HolidaysOf("DE-SN")
	if !ok {
		t.Fatal("no holidays for Saxony")
	}
	capacity := booking.Capacity{Online: 2, Staff: 3, Counters: 4}
	morning, afternoon, evening := hours("09:00", "12:00"), hours("13:00", "16:00"), hours("13:00", "18:00")
	rule := func(intervals []booking.Interval, days ...time.Weekday) booking.OpeningRule {
		return booking.OpeningRule{
			Pattern:   booking.Pattern{Weekdays: days, From: new(day("2025-01-01"))},
			Intervals: intervals,
			Capacity:  capacity,
		}
	}
	saturday := rule([]booking.Interval{morning}, time.Saturday)
	saturday.Pattern.Every, saturday.Pattern.Anchor = 2, day("2025-01-04")
	return &booking.Plan{
		Zone: berlin(t),
		Grid: 10 * time.Minute,
		Opening: []booking.OpeningRule{
			rule([]booking.Interval{morning, afternoon}, time.Monday, time.Thursday),
			rule([]booking.Interval{morning, evening}, time.Tuesday),
			rule([]booking.Interval{morning}, time.Friday),
			saturday,
		},
		WalkIn: []booking.OpeningRule{
			rule([]booking.Interval{morning}, time.Monday),
			rule([]booking.Interval{morning, evening}, time.Tuesday),
			rule([]booking.Interval{afternoon}, time.Thursday),
		},
		Closures: []booking.Closure{
			{From: day("2024-12-23"), To: day("2024-12-29"), Reason: town.Plain("Häuser der Stadtverwaltung geschlossen")},
			{From: day("2026-12-21"), To: day("2026-12-27"), Reason: town.Plain("Zwischen den Jahren geschlossen")},
			{From: day("2026-12-08"), To: day("2026-12-08"), Reason: town.Plain("Personalausfall"), WalkInOnly: true},
			{From: day("2026-12-10"), To: day("2026-12-10"), Part: new(hours("10:05", "14:00")), Reason: town.Plain("Personalversammlung")},
		},
		Holidays: holidays,
		Lead:     time.Hour,
		Horizon:  60,
		Release:  tod("07:00"),
	}
}

func day(s string) town.Date {
	d, err := town.ParseDate(s)
	if err != nil {
		return -1 // no test asks for the last day of 1969
	}
	return d
}

func tod(s string) town.TimeOfDay {
	parsed, err := town.ParseTimeOfDay(s)
	if err != nil {
		return -1
	}
	return parsed
}

func hours(from, to string) booking.Interval { return booking.Interval{From: tod(from), To: tod(to)} }

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// at reads "2026-12-01 09:05" on Berlin's wall clock.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	parsed, err := time.ParseInLocation("2006-01-02 15:04", s, berlin(t))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// request asks for 20 minutes, at five past nine on the last Tuesday of
// November 2026 unless the test says otherwise.
func request(t testing.TB) booking.Request {
	t.Helper()
	return booking.Request{Now: at(t, "2026-11-24 09:05"), Duration: 20 * time.Minute, Services: []town.ServiceID{"reisepass"}}
}

func TestSaturdaysOfGrimma(t *testing.T) {
	published := []string{"2025-01-04", "2025-01-18", "2025-02-01", "2025-02-15", "2025-03-01", "2025-03-15", "2025-03-29", "2025-04-12", "2025-04-26"}
	acrossTheLongYear := []string{"2026-11-21", "2026-12-05", "2026-12-19", "2027-01-02", "2027-01-16", "2027-01-30", "2027-02-13", "2027-02-27", "2027-03-13", "2027-03-27"}
	pattern := stadthaus(t).Opening[3].Pattern
	for _, tc := range []struct {
		from, to string
		want     []string
	}{
		{"2025-01-01", "2025-04-30", published},
		{"2026-11-10", "2027-04-01", acrossTheLongYear},
	} {
		var got []string
		for d := day(tc.from); d <= day(tc.to); d++ {
			if pattern.Matches(d) {
				got = append(got, d.String())
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("from %s (-want +got):\n%s", tc.from, diff)
		}
	}
}

func TestWeeksCountBackwardsFromTheAnchorToo(t *testing.T) {
	pattern := booking.Pattern{Weekdays: []time.Weekday{time.Sunday, time.Monday}, Every: 3, Anchor: day("2027-01-01"), From: new(day("2026-01-01"))}
	var got []string
	for d := day("2026-11-30"); d <= day("2027-01-24"); d++ {
		if pattern.Matches(d) {
			got = append(got, d.String())
		}
	}
	want := []string{"2026-12-07", "2026-12-13", "2026-12-28", "2027-01-03", "2027-01-18", "2027-01-24"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNthWeekdays(t *testing.T) {
	saturdays := booking.Pattern{Weekdays: []time.Weekday{time.Saturday}, Nth: []int{2, 4}}
	last := booking.Pattern{Weekdays: []time.Weekday{time.Saturday}, Nth: []int{-1}}
	fifth := booking.Pattern{Weekdays: []time.Weekday{time.Tuesday}, Nth: []int{5}}
	for _, tc := range []struct {
		pattern booking.Pattern
		date    string
		want    bool
	}{
		{saturdays, "2026-12-12", true},
		{saturdays, "2026-12-19", false},
		{saturdays, "2026-12-26", true},
		{last, "2026-12-26", true},
		{last, "2026-12-19", false},
		{last, "2027-02-27", true},
		{last, "2026-10-31", true},
		{last, "2026-10-24", false}, // a week before a month's last day
		{fifth, "2028-02-29", true},
		{fifth, "2028-02-22", false},
	} {
		if got := tc.pattern.Matches(day(tc.date)); got != tc.want {
			t.Errorf("%v on %s: got %v, want %v", tc.pattern.Nth, tc.date, got, tc.want)
		}
	}
}

func TestSheetOfGrimmaExplainsItself(t *testing.T) {
	plan, r := stadthaus(t), request(t)
	r.Now = at(t, "2026-12-01 09:05")
	got := map[string]string{}
	texts := map[string]string{}
	for _, d := range plan.Days(day("2026-11-30"), day("2027-02-01"), r, nil) {
		got[d.Date.String()] = string(d.State) + " " + string(d.Reason)
		texts[d.Date.String()] = d.Text.In(town.German)
	}
	for date, want := range map[string]string{
		"2026-11-30": "closed past",
		"2026-12-01": "free ",
		"2026-12-02": "closed weekday", // Wednesday
		"2026-12-05": "free ",          // Saturday of the rhythm
		"2026-12-08": "free ",          // only walk-ins are suspended
		"2026-12-12": "closed weekday", // Saturday between
		"2026-12-21": "closed closure",
		"2026-12-23": "closed closure", // a Wednesday too, but the town says why
		"2026-12-25": "closed holiday",
		"2026-12-26": "closed holiday", // Saturday
		"2026-12-28": "free ",
		"2027-01-01": "closed holiday",
		"2027-01-02": "free ", // first Saturday of the rhythm in the new year
		"2027-01-30": "free ",
		"2027-01-31": "closed horizon",
	} {
		if got[date] != want {
			t.Errorf("%s: got %q, want %q", date, got[date], want)
		}
	}
	for date, want := range map[string]string{
		"2026-12-21": "Zwischen den Jahren geschlossen",
		"2026-12-26": "2. Weihnachtstag",
		"2026-12-02": "",
	} {
		if texts[date] != want {
			t.Errorf("text of %s: got %q, want %q", date, texts[date], want)
		}
	}
}

func TestHoursForThePages(t *testing.T) {
	plan := stadthaus(t)
	for _, tc := range []struct {
		date         string
		open, walkIn []booking.Interval
	}{
		{"2026-12-01", []booking.Interval{hours("09:00", "12:00"), hours("13:00", "18:00")}, []booking.Interval{hours("09:00", "12:00"), hours("13:00", "18:00")}},
		{"2026-12-08", []booking.Interval{hours("09:00", "12:00"), hours("13:00", "18:00")}, nil},
		{"2026-12-10", []booking.Interval{hours("09:00", "10:05"), hours("14:00", "16:00")}, []booking.Interval{hours("14:00", "16:00")}},
		{"2026-12-24", nil, nil},
		{"2026-12-26", nil, nil},
		{"2026-12-02", nil, nil},
	} {
		if diff := cmp.Diff(tc.open, plan.OpenIntervals(day(tc.date))); diff != "" {
			t.Errorf("open on %s (-want +got):\n%s", tc.date, diff)
		}
		if diff := cmp.Diff(tc.walkIn, plan.WalkInHours(day(tc.date))); diff != "" {
			t.Errorf("walk-in on %s (-want +got):\n%s", tc.date, diff)
		}
	}
	for moment, want := range map[string]bool{
		"2026-12-01 08:59": false, "2026-12-01 09:00": true, "2026-12-01 11:59": true,
		"2026-12-01 12:00": false, "2026-12-08 09:30": false, "2026-12-02 09:30": false,
	} {
		if got := plan.WalkInOpen(at(t, moment)); got != want {
			t.Errorf("walk-ins at %s: got %v, want %v", moment, got, want)
		}
	}
}

func TestHolidaysOfSaxony(t *testing.T) {
	want := map[string]string{
		"2026-01-01": "Neujahr", "2026-04-03": "Karfreitag", "2026-04-06": "Ostermontag", "2026-05-01": "Tag der Arbeit",
		"2026-05-14": "Christi Himmelfahrt", "2026-05-25": "Pfingstmontag", "2026-10-03": "Tag der Deutschen Einheit",
		"2026-10-31": "Reformationstag", "2026-11-18": "Buß- und Bettag", "2026-12-25": "1. Weihnachtstag", "2026-12-26": "2. Weihnachtstag",
		"2027-01-01": "Neujahr", "2027-03-26": "Karfreitag", "2027-03-29": "Ostermontag", "2027-05-01": "Tag der Arbeit",
		"2027-05-06": "Christi Himmelfahrt", "2027-05-17": "Pfingstmontag", "2027-10-03": "Tag der Deutschen Einheit",
		"2027-10-31": "Reformationstag", "2027-11-17": "Buß- und Bettag", "2027-12-25": "1. Weihnachtstag", "2027-12-26": "2. Weihnachtstag",
		"2028-01-01": "Neujahr", "2028-04-14": "Karfreitag", "2028-04-17": "Ostermontag", "2028-05-01": "Tag der Arbeit",
		"2028-05-25": "Christi Himmelfahrt", "2028-06-05": "Pfingstmontag", "2028-10-03": "Tag der Deutschen Einheit",
		"2028-10-31": "Reformationstag", "2028-11-22": "Buß- und Bettag", "2028-12-25": "1. Weihnachtstag", "2028-12-26": "2. Weihnachtstag",
	}
	saxony, _ := booking.HolidaysOf("DE-SN")
	got := map[string]string{}
	for d := day("2026-01-01"); d <= day("2028-12-31"); d++ {
		if name, ok := saxony.Holiday(d); ok {
			got[d.String()] = name.In(town.German)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHolidaysOfTheOtherStates(t *testing.T) {
	for _, tc := range []struct {
		state, date, want string
	}{
		{"DE-BB", "2026-10-31", "Reformation Day"},
		{"DE-BE", "2026-03-08", "International Women's Day"},
		{"DE-BW", "2026-01-06", "Epiphany"},
		{"DE-BY", "2026-11-01", "All Saints' Day"},
		{"DE-HB", "2026-10-31", "Reformation Day"},
		{"DE-HE", "2026-06-04", "Corpus Christi"},
		{"DE-HH", "2026-10-31", "Reformation Day"},
		{"DE-MV", "2022-03-08", ""},
		{"DE-MV", "2023-03-08", "International Women's Day"},
		{"DE-NI", "2026-10-31", "Reformation Day"},
		{"DE-NW", "2026-06-04", "Corpus Christi"},
		{"DE-RP", "2026-11-01", "All Saints' Day"},
		{"DE-SH", "2026-10-31", "Reformation Day"},
		{"DE-SL", "2026-08-15", "Assumption Day"},
		{"DE-ST", "2026-01-06", "Epiphany"},
		{"DE-TH", "2026-09-20", "World Children's Day"},
		{"DE-TH", "2026-11-18", ""},
		{"DE-NW", "2026-12-26", "Second Day of Christmas"},
	} {
		holidays, ok := booking.HolidaysOf(tc.state)
		if !ok {
			t.Fatalf("%s: unknown", tc.state)
		}
		name, _ := holidays.Holiday(day(tc.date))
		if got := name.In(town.English); got != tc.want {
			t.Errorf("%s on %s: got %q, want %q", tc.state, tc.date, got, tc.want)
		}
	}
	if _, ok := booking.HolidaysOf("AT-9"); ok {
		t.Error("Vienna is not a German state")
	}
}

func TestEveryHolidayHasBothNames(t *testing.T) {
	for _, state := range []string{"BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"} {
		holidays, ok := booking.HolidaysOf("DE-" + state)
		if !ok {
			t.Fatalf("%s: unknown", state)
		}
		found := 0
		for d := day("2026-01-01"); d <= day("2026-12-31"); d++ {
			name, ok := holidays.Holiday(d)
			if !ok {
				continue
			}
			found++
			if name[town.German] == "" || name[town.English] == "" {
				t.Errorf("%s on %s: got %v, want both names", state, d, name)
			}
		}
		if found < 9 {
			t.Errorf("%s: got %d holidays, want at least the nine of the whole country", state, found)
		}
	}
}

func TestHolidaysCanBeAskedAtOnce(t *testing.T) {
	holidays, _ := booking.HolidaysOf("DE-SN")
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			for year := 2024; year < 2034; year++ {
				if _, ok := holidays.Holiday(town.NewDate(year, time.January, 1)); !ok {
					t.Errorf("1 January %d is no holiday", year)
				}
			}
		})
	}
	asking.Wait()
}
