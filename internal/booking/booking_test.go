package booking_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// oneMorning is open daily from nine to ten, on a grid of ten minutes.
func oneMorning(t testing.TB, c booking.Capacity) *booking.Plan {
	t.Helper()
	return &booking.Plan{
		Zone: berlin(t),
		Grid: 10 * time.Minute,
		Opening: []booking.OpeningRule{{
			Pattern:   booking.Pattern{Weekdays: everyDay()},
			Intervals: []booking.Interval{hours("09:00", "10:00")},
			Capacity:  c,
		}},
		Horizon: 30,
	}
}

func everyDay() []time.Weekday { return []time.Weekday{0, 1, 2, 3, 4, 5, 6} }

func only(spans ...booking.Span) booking.Taken {
	return func(town.Date) []booking.Span { return spans }
}

func span(t testing.TB, from, to string, online bool) booking.Span {
	t.Helper()
	return booking.Span{From: at(t, from).Unix(), To: at(t, to).Unix(), Online: online}
}

// offered lists the starts with their free places: "09:00 2".
func offered(slots []booking.Slot) []string {
	list := []string{}
	for _, s := range slots {
		list = append(list, s.Start.Format("15:04")+" "+string(rune('0'+s.Free)))
	}
	return list
}

func TestCapacityIsNested(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 2, Staff: 3, Counters: 4})
	r := request(t)
	date := day("2026-11-25")
	online := span(t, "2026-11-25 09:20", "2026-11-25 09:40", true)
	byStaff := span(t, "2026-11-25 09:20", "2026-11-25 09:40", false)
	for _, tc := range []struct {
		name  string
		staff bool
		taken booking.Taken
		want  []string
	}{
		{"empty", false, only(), []string{"09:00 2", "09:10 2", "09:20 2", "09:30 2", "09:40 2"}},
		{"one online", false, only(online), []string{"09:00 2", "09:10 1", "09:20 1", "09:30 1", "09:40 2"}},
		{"online full", false, only(online, online), []string{"09:00 2", "09:40 2"}},
		{"staff has one more", true, only(online, online), []string{"09:00 3", "09:10 1", "09:20 1", "09:30 1", "09:40 3"}},
		{"staff's own count in all", false, only(byStaff, byStaff), []string{"09:00 2", "09:10 1", "09:20 1", "09:30 1", "09:40 2"}},
		{"staff full", true, only(online, online, byStaff), []string{"09:00 3", "09:40 3"}},
		{"overbooked", true, only(online, online, byStaff, byStaff), []string{"09:00 3", "09:40 3"}},
	} {
		r.Staff = tc.staff
		if diff := cmp.Diff(tc.want, offered(plan.Slots(date, r, tc.taken))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestBusiestMomentCounts(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 2, Staff: 2, Counters: 2})
	r := request(t)
	r.Duration = 30 * time.Minute
	// Two short ones that don't overlap each other leave one place throughout.
	apart := only(span(t, "2026-11-25 09:00", "2026-11-25 09:10", true), span(t, "2026-11-25 09:10", "2026-11-25 09:20", true))
	want := []string{"09:00 1", "09:10 1", "09:20 2", "09:30 2"}
	if diff := cmp.Diff(want, offered(plan.Slots(day("2026-11-25"), r, apart))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHoldCountsUntilItExpires(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1})
	r := request(t)
	hold := span(t, "2026-11-25 09:00", "2026-11-25 09:20", true)
	for _, tc := range []struct {
		expires int64
		want    bool
	}{{r.Now.Unix() + 1, false}, {r.Now.Unix(), true}, {r.Now.Unix() - 1, true}} {
		hold.Expires = tc.expires
		err := plan.Check(at(t, "2026-11-25 09:00"), r, only(hold))
		if got := err == nil; got != tc.want {
			t.Errorf("expires %+d s from now: got bookable %v (%v), want %v", tc.expires-r.Now.Unix(), got, err, tc.want)
		}
	}
}

func TestCheckNamesTheReason(t *testing.T) {
	plan, r := stadthaus(t), request(t) // Tuesday 24 November 2026, 09:05; lead 1 h
	full := only(span(t, "2026-11-24 10:30", "2026-11-24 10:50", true), span(t, "2026-11-24 10:30", "2026-11-24 10:50", true))
	for _, tc := range []struct{ start, want string }{
		{"2026-11-24 11:00", ""},
		{"2026-11-24 10:10", ""}, // first start after the lead time
		{"2026-11-24 10:30", "booking.slot_taken"},
		{"2026-11-24 09:00", "booking.start_past"},
		{"2026-11-24 09:10", "booking.start_lead_time"},
		{"2026-11-24 10:00", "booking.start_lead_time"},
		{"2026-11-24 11:05", "booking.start_off_grid"},
		{"2026-11-24 11:40", ""},
		{"2026-11-24 11:50", "booking.start_outside_hours"}, // ends in the lunch break
		{"2026-11-24 12:00", "booking.start_outside_hours"},
		{"2026-11-24 12:50", "booking.start_outside_hours"},
		{"2026-11-24 17:40", ""},
		{"2026-11-25 10:00", "booking.start_outside_hours"}, // Wednesday
		{"2026-11-28 10:00", "booking.start_outside_hours"}, // Saturday between
		{"2026-12-25 10:00", "booking.start_outside_hours"}, // holiday
		{"2026-12-22 10:00", "booking.start_outside_hours"}, // closure
		{"2026-12-10 09:40", ""},
		{"2026-12-10 09:50", "booking.start_outside_hours"}, // runs into the part that is closed
		{"2026-12-10 13:50", "booking.start_outside_hours"},
		{"2026-12-10 14:00", ""},
		{"2027-01-22 10:00", ""},
		{"2027-01-25 10:00", "booking.start_horizon"},
	} {
		if got := key(plan.Check(at(t, tc.start), r, full)); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.start, got, tc.want)
		}
	}
}

// key returns the key that stands for an error: of its field, if it is Invalid.
func key(err error) string {
	if err == nil {
		return ""
	}
	p := problem.Of(err)
	if p.Kind == problem.Invalid {
		return p.Fields["start"]
	}
	return p.Key
}

func TestSecondsAreOffTheGrid(t *testing.T) {
	plan, r := stadthaus(t), request(t)
	for _, odd := range []time.Duration{time.Second, time.Nanosecond} {
		if got, want := key(plan.Check(at(t, "2026-11-24 11:00").Add(odd), r, nil)), "booking.start_off_grid"; got != want {
			t.Errorf("%s late: got %q, want %q", odd, got, want)
		}
	}
}

func TestStaffBookShortlyAndDeliberately(t *testing.T) {
	plan, r := stadthaus(t), request(t)
	r.Staff = true
	three := span(t, "2026-11-24 10:30", "2026-11-24 10:50", false)
	full := only(three, three, three)
	for _, tc := range []struct{ start, check, overbook string }{
		{"2026-11-24 09:10", "", ""},
		{"2026-11-24 09:00", "", ""}, // within a quarter of an hour
		{"2026-11-24 10:30", "booking.slot_taken", ""},
		{"2026-11-24 10:35", "booking.start_off_grid", "booking.start_off_grid"},
		{"2026-11-24 08:40", "booking.start_past", "booking.start_past"},
		{"2026-11-24 12:10", "booking.start_outside_hours", "booking.start_outside_hours"},
		{"2026-11-23 09:00", "booking.start_past", "booking.start_past"},
		{"2027-01-25 10:00", "", ""}, // the horizon binds citizens
	} {
		if got := key(plan.Check(at(t, tc.start), r, full)); got != tc.check {
			t.Errorf("check %s: got %q, want %q", tc.start, got, tc.check)
		}
		if got := key(plan.CheckOverbook(at(t, tc.start), r)); got != tc.overbook {
			t.Errorf("overbook %s: got %q, want %q", tc.start, got, tc.overbook)
		}
	}
}

func TestStaffDontBookYesterdayAfterMidnight(t *testing.T) {
	plan, r := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1}), request(t)
	plan.Opening[0].Intervals = []booking.Interval{hours("22:00", "24:00")}
	r.Staff, r.Now = true, at(t, "2026-11-25 00:01")
	r.Duration = 10 * time.Minute
	if got, want := key(plan.Check(at(t, "2026-11-24 23:50"), r, nil)), "booking.start_past"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLastDayOpensAtItsHour(t *testing.T) {
	plan := stadthaus(t)
	for now, want := range map[string]string{
		"2026-11-24 06:59": "2027-01-22",
		"2026-11-24 07:00": "2027-01-23",
		"2026-11-24 00:00": "2027-01-22",
		"2026-11-24 23:59": "2027-01-23",
	} {
		if got := plan.HorizonEnd(at(t, now)).String(); got != want {
			t.Errorf("at %s: got %s, want %s", now, got, want)
		}
	}
}

func TestTodayRunsOut(t *testing.T) {
	plan, r := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1}), request(t)
	plan.Lead = time.Hour
	for now, want := range map[string]string{
		"2026-11-24 07:50": "free 5 ",
		"2026-11-24 08:35": "free 1 ",
		"2026-11-24 08:50": "closed 0 lead_time",
		"2026-11-24 09:40": "closed 0 lead_time",
		"2026-11-24 09:41": "closed 0 past",
		"2026-11-24 20:00": "closed 0 past",
	} {
		r.Now = at(t, now)
		d := plan.Days(day("2026-11-24"), day("2026-11-24"), r, nil)[0]
		if got := string(d.State) + " " + string(rune('0'+d.Free)) + " " + string(d.Reason); got != want {
			t.Errorf("at %s: got %q, want %q", now, got, want)
		}
	}
}

func TestServicesWithDatesAndRulesOfTheirOwn(t *testing.T) {
	plan, r := stadthaus(t), request(t)
	plan.Opening = append(plan.Opening, booking.OpeningRule{
		Pattern:   booking.Pattern{Weekdays: []time.Weekday{time.Wednesday}},
		Intervals: []booking.Interval{hours("14:00", "16:00")},
		Capacity:  booking.Capacity{Online: 1, Staff: 1, Counters: 1},
		Services:  []town.ServiceID{"bebauungsplan"},
	})
	state := func(date string, services ...town.ServiceID) string {
		r.Services = services
		d := plan.Days(day(date), day(date), r, nil)[0]
		return string(d.State) + " " + string(d.Reason)
	}
	if got, want := state("2026-12-02", "reisepass"), "closed not_offered"; got != want {
		t.Errorf("another service: got %q, want %q", got, want)
	}
	if got, want := state("2026-12-02", "bebauungsplan"), "free "; got != want {
		t.Errorf("the service of the rule: got %q, want %q", got, want)
	}
	if got, want := state("2026-12-02", "bebauungsplan", "reisepass"), "closed not_offered"; got != want {
		t.Errorf("both: got %q, want %q", got, want)
	}
	r.First, r.Last = new(day("2026-11-30")), new(day("2026-12-18"))
	for date, want := range map[string]string{
		"2026-11-27": "closed not_offered", "2026-12-01": "free ", "2026-12-18": "free ", "2026-12-19": "closed not_offered",
	} {
		if got := state(date, "bebauungsplan"); got != want {
			t.Errorf("%s: got %q, want %q", date, got, want)
		}
	}
	r.Duration = 6 * time.Hour
	if got, want := state("2026-12-01", "reisepass"), "closed not_offered"; got != want {
		t.Errorf("longer than any interval: got %q, want %q", got, want)
	}
}

func TestClosedInPartUntilNothingFits(t *testing.T) {
	plan, r := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1}), request(t)
	plan.Closures = []booking.Closure{{
		From: day("2026-11-25"), To: day("2026-11-25"), Part: new(hours("09:15", "09:50")), Reason: town.Plain("Umzug"),
	}}
	d := plan.Days(day("2026-11-25"), day("2026-11-25"), r, nil)[0]
	want := booking.Day{Date: day("2026-11-25"), State: booking.DayClosed, Reason: booking.ReasonClosure, Text: town.Plain("Umzug")}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.Duration = 10 * time.Minute
	if diff := cmp.Diff([]string{"09:00 1", "09:50 1"}, offered(plan.Slots(day("2026-11-25"), r, nil))); diff != "" {
		t.Errorf("the grid goes on counting from the opening (-want +got):\n%s", diff)
	}
}

func TestOverlappingRulesEachOfferTheirStarts(t *testing.T) {
	plan, r := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1}), request(t)
	more := plan.Opening[0]
	more.Intervals = []booking.Interval{hours("09:25", "10:05"), hours("09:00", "09:40")}
	more.Capacity = booking.Capacity{Online: 3, Staff: 3, Counters: 3}
	plan.Opening = append(plan.Opening, more)
	want := []string{"09:00 3", "09:10 3", "09:20 3", "09:25 3", "09:30 1", "09:35 3", "09:40 1", "09:45 3"}
	if diff := cmp.Diff(want, offered(plan.Slots(day("2026-11-25"), r, nil))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestClockChanges(t *testing.T) {
	for _, tc := range []struct {
		name, date string
		open       booking.Interval
		minutes    time.Duration
		want       []string
	}{
		{"skipped hour", "2026-03-29", hours("02:00", "03:00"), 10, []string{}},
		{"within the skipped hour", "2026-03-29", hours("02:15", "02:45"), 10, []string{}},
		{"across the jump", "2026-03-29", hours("01:40", "03:20"), 20, []string{"01:40", "01:50", "03:00"}},
		{"opens in the gap", "2026-03-29", hours("02:30", "03:30"), 10, []string{"03:00", "03:10", "03:20"}},
		{"closes in the gap", "2026-03-29", hours("01:30", "02:30"), 10, []string{"01:30", "01:40", "01:50"}},
		{"doubled hour within", "2026-10-25", hours("01:40", "03:20"), 50, []string{
			"01:40", "01:50", "02:00", "02:10", "02:20", "02:30", "02:40", "02:50", "02:00", "02:10", "02:20", "02:30"}},
		{"closes in the doubled hour", "2026-10-25", hours("01:40", "02:20"), 20, []string{"01:40", "01:50", "02:00"}},
		{"opens in the doubled hour", "2026-10-25", hours("02:40", "03:20"), 20, []string{"02:40", "02:50", "03:00"}},
		{"within the doubled hour", "2026-10-25", hours("02:15", "02:45"), 20, []string{"02:15", "02:25"}},
		{"whole long day", "2026-10-25", hours("00:00", "24:00"), 25 * 60, []string{"00:00"}},
		{"whole short day", "2026-03-29", hours("00:00", "24:00"), 23 * 60, []string{"00:00"}},
		{"next day is plain", "2026-10-26", hours("02:15", "02:45"), 20, []string{"02:15", "02:25"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1})
			plan.Opening[0].Intervals = []booking.Interval{tc.open}
			date := day(tc.date)
			r := booking.Request{Now: at(t, date.AddDays(-1).String()+" 12:00"), Duration: tc.minutes * time.Minute}
			got := []string{}
			for _, s := range plan.Slots(date, r, nil) {
				got = append(got, s.Start.Format("15:04"))
				if want := s.Start.Add(r.Duration); !s.End.Equal(want) {
					t.Errorf("end of %s: got %s, want %s", s.Start, s.End, want)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestClosureCoversBothPassesOfADoubledTime(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1})
	plan.Opening[0].Intervals = []booking.Interval{hours("01:00", "04:00")}
	plan.Closures = []booking.Closure{{From: day("2026-10-25"), To: day("2026-10-25"), Part: new(hours("02:00", "02:30"))}}
	r := booking.Request{Now: at(t, "2026-10-24 12:00"), Duration: 30 * time.Minute}
	got := []string{}
	for _, s := range plan.Slots(day("2026-10-25"), r, nil) {
		got = append(got, s.Start.Format("15:04 MST"))
	}
	want := []string{"01:00 CEST", "01:10 CEST", "01:20 CEST", "01:30 CEST", "02:30 CET", "02:40 CET", "02:50 CET", "03:00 CET", "03:10 CET", "03:20 CET", "03:30 CET"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNearestLooksBothWaysAcrossDays(t *testing.T) {
	plan, r := stadthaus(t), request(t)
	busy := func(date town.Date) []booking.Span {
		s := booking.Span{From: date.Start(plan.Zone).Unix(), To: date.AddDays(1).Start(plan.Zone).Unix(), Online: true}
		if date == day("2026-12-01") {
			return []booking.Span{s, s}
		}
		return nil
	}
	got := []string{}
	for _, near := range plan.Nearest(at(t, "2026-12-01 09:00"), r, busy, 3) {
		got = append(got, near.Format("2006-01-02 15:04"))
	}
	want := []string{"2026-11-30 15:40", "2026-11-30 15:30", "2026-11-30 15:20"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	free, ok := plan.NextFree(day("2026-12-01"), r, busy)
	if got, want := free.String(), "2026-12-03"; got != want || !ok {
		t.Errorf("next free day: got %s %v, want %s", got, ok, want)
	}
	if got := plan.Nearest(at(t, "2026-12-01 09:00"), r, busy, 0); len(got) != 0 {
		t.Errorf("none wanted: got %v", got)
	}
}

// Where nothing can be booked in time, nothing is near.
func TestNearestIsEmptyWhereNoDateIsLeft(t *testing.T) {
	plan, r := stadthaus(t), request(t)
	for name, dates := range map[string][2]string{"over": {"2026-10-01", "2026-10-31"}, "beyond the horizon": {"2027-06-01", "2027-06-30"}} {
		r.First, r.Last = new(day(dates[0])), new(day(dates[1]))
		if got := plan.Nearest(at(t, "2026-12-01 09:00"), r, nil, 3); len(got) != 0 {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestNothingIsFreeBeyondTheHorizon(t *testing.T) {
	plan, r := stadthaus(t), request(t)
	if got, ok := plan.NextFree(day("2027-01-24"), r, nil); ok {
		t.Errorf("next free day: got %s, want none", got)
	}
	if got := plan.Days(day("2026-12-02"), day("2026-12-01"), r, nil); len(got) != 0 {
		t.Errorf("days of an empty range: got %v", got)
	}
}

func TestEmptyPlanAndRequestAreHarmless(t *testing.T) {
	empty := &booking.Plan{}
	if got, want := empty.Days(0, 0, booking.Request{}, nil)[0].State, booking.DayClosed; got != want {
		t.Errorf("empty plan: got %s, want %s", got, want)
	}
	plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1})
	plan.Grid = 0
	r := request(t)
	if got, want := len(plan.Slots(day("2026-11-25"), r, nil)), 5; got != want {
		t.Errorf("no grid: got %d slots, want %d as on the default grid", got, want)
	}
	r.Duration = 0
	if got := plan.Slots(day("2026-11-25"), r, nil); len(got) != 0 {
		t.Errorf("no duration: got %v, want none", got)
	}
}
