package booking_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// wednesday is a plain date that oneMorning is open on.
var wednesday = day("2026-11-25")

func onWednesday(e booking.Exception) booking.Exception {
	e.From, e.To = wednesday, wednesday
	return e
}

func number(n int) *booking.Staffing { return &booking.Staffing{Counters: n} }

func named(ids ...town.RoomID) *booking.Staffing { return &booking.Staffing{Rooms: ids} }

// everyDayOf is a week in which the same counters serve each day.
func everyDayOf(s *booking.Staffing) []booking.Shift {
	return []booking.Shift{{Pattern: booking.Pattern{Weekdays: everyDay()}, Staffing: *s}}
}

func off(ids ...town.RoomID) booking.Exception { return booking.Exception{Off: ids} }

func set(s *booking.Staffing) booking.Exception { return booking.Exception{Staffing: s} }

func more(n int) booking.Exception { return booking.Exception{More: n} }

// TestOfARostersSentencesTheLastCounts tells which of several sentences about the
// same moment holds.
func TestOfARostersSentencesTheLastCounts(t *testing.T) {
	for _, tc := range []struct {
		name       string
		week       []booking.Shift
		exceptions []booking.Exception
		want       int
	}{
		{"nothing is said", nil, nil, 4},
		{"the week's number", everyDayOf(number(2)), nil, 2},
		{"more than the rule", everyDayOf(number(6)), nil, 6},
		{"the week's last shift", append(everyDayOf(number(2)), everyDayOf(number(3))...), nil, 3},
		{"an exception before the week", everyDayOf(number(2)), []booking.Exception{set(number(1))}, 1},
		{"one is off", nil, []booking.Exception{off("3")}, 3},
		{"the same one is off twice", nil, []booking.Exception{off("3"), off("3", "3")}, 3},
		{"two are off", nil, []booking.Exception{off("3"), off("4")}, 2},
		{"one more", nil, []booking.Exception{more(1)}, 5},
		{"one more and one off", nil, []booking.Exception{more(1), off("3")}, 4},
		{"a number replaces what is older", nil, []booking.Exception{off("3"), more(-1), set(number(2))}, 2},
		{"and what is newer changes it", nil, []booking.Exception{set(number(2)), off("3")}, 1},
		{"named ones", everyDayOf(named("1", "2", "3")), nil, 3},
		{"of named ones one is off", everyDayOf(named("1", "2", "3")), []booking.Exception{off("3")}, 2},
		{"one is off that wasn't to serve", everyDayOf(named("1", "2")), []booking.Exception{off("3")}, 2},
		{"never fewer than none", nil, []booking.Exception{more(-9)}, 0},
		{"nobody", nil, []booking.Exception{set(number(0))}, 0},
	} {
		plan := oneMorning(t, booking.Capacity{Online: 2, Staff: 3, Counters: 4})
		plan.Roster.Week = tc.week
		for _, e := range tc.exceptions {
			plan.Roster.Exceptions = append(plan.Roster.Exceptions, onWednesday(e))
		}
		if got := plan.Staffed(wednesday)[0].Counters; got != tc.want {
			t.Errorf("%s: got %d counters, want %d", tc.name, got, tc.want)
		}
	}
}

// TestLimitsFollowTheCounters books in the rule's proportion, rounded down, but at
// least one, unless the office says otherwise.
func TestLimitsFollowTheCounters(t *testing.T) {
	for _, tc := range []struct {
		rule          booking.Capacity
		counters      int
		staff, online *int
		want          string // free for staff, free online
	}{
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 4, nil, nil, "3 2"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 3, nil, nil, "2 1"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 2, nil, nil, "1 1"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 1, nil, nil, "1 1"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 8, nil, nil, "6 4"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 0, nil, nil, "0 0"},
		{booking.Capacity{Online: 0, Staff: 1, Counters: 9}, 1, nil, nil, "1 0"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 4, new(4), nil, "4 2"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 4, new(1), nil, "1 1"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 2, nil, new(0), "1 0"},
		{booking.Capacity{Online: 2, Staff: 3, Counters: 4}, 2, new(2), new(2), "2 2"},
	} {
		plan, r := oneMorning(t, tc.rule), request(t)
		plan.Roster.Week = everyDayOf(&booking.Staffing{Counters: tc.counters, Staff: tc.staff, Online: tc.online})
		got := ""
		for _, r.Staff = range []bool{true, false} {
			free := 0
			if slots := plan.Slots(wednesday, r, nil); len(slots) > 0 {
				free = slots[0].Free
			}
			got += fmt.Sprint(free, " ")
		}
		if want := tc.want + " "; got != want {
			t.Errorf("%+v with %d counters: got %s, want %s", tc.rule, tc.counters, got, want)
		}
	}
}

// TestFewerCountersForAPartOfADay asks who can come at all of an appointment's moments.
func TestFewerCountersForAPartOfADay(t *testing.T) {
	plan, r := oneMorning(t, booking.Capacity{Online: 2, Staff: 3, Counters: 4}), request(t)
	r.Staff = true
	late := off("3")
	late.Part = new(hours("09:25", "10:00"))
	none := set(number(0))
	none.Part = new(hours("09:00", "09:05"))
	plan.Roster.Exceptions = []booking.Exception{onWednesday(late), onWednesday(none)}
	want := []string{"09:10 2", "09:20 2", "09:30 2", "09:40 2"}
	if diff := cmp.Diff(want, offered(plan.Slots(wednesday, r, nil))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.Duration = 10 * time.Minute
	want = []string{"09:10 3", "09:20 2", "09:30 2", "09:40 2", "09:50 2"}
	if diff := cmp.Diff(want, offered(plan.Slots(wednesday, r, nil))); diff != "" {
		t.Errorf("ten minutes (-want +got):\n%s", diff)
	}
}

// TestFewerCountersInTheMidstOfAnAppointmentLeaveTooMany has two booked side by side
// while the second counter goes ten minutes later.
func TestFewerCountersInTheMidstOfAnAppointmentLeaveTooMany(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 2, Staff: 2, Counters: 2})
	late := set(number(1))
	late.Part = new(hours("09:10", "10:00"))
	plan.Roster.Exceptions = []booking.Exception{onWednesday(late)}
	booked := stands(t, "2026-11-25 09:00", "2026-11-25 09:20")
	over := stands(t, "2026-11-25 09:00", "2026-11-25 09:10")
	for _, tc := range []struct {
		name     string
		standing []booking.Standing
		want     []booking.Unfit
	}{
		{"both stay longer", []booking.Standing{booked, booked}, []booking.Unfit{"", booking.OverCapacity}},
		{"the second is over by then", []booking.Standing{booked, over}, []booking.Unfit{"", ""}},
	} {
		if diff := cmp.Diff(tc.want, plan.Unfit(wednesday, tc.standing)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestNobodyServesWithoutCounters(t *testing.T) {
	plan, r := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1}), request(t)
	plan.Roster.Exceptions = []booking.Exception{onWednesday(set(number(0)))}
	if got := plan.Days(wednesday, wednesday, r, nil)[0].State; got != booking.DayFull {
		t.Errorf("got a day that is %s, want full", got)
	}
	r.Staff = true
	if got, want := key(plan.Check(at(t, "2026-11-25 09:00"), r, nil)), "booking.slot_taken"; got != want {
		t.Errorf("staff: got %q, want %q", got, want)
	}
	if err := plan.CheckOverbook(at(t, "2026-11-25 09:00"), r); err != nil {
		t.Errorf("staff, deliberately: %v", err)
	}
	booked := stands(t, "2026-11-25 09:00", "2026-11-25 09:20")
	if diff := cmp.Diff([]booking.Unfit{booking.OverCapacity}, plan.Unfit(wednesday, []booking.Standing{booked})); diff != "" {
		t.Errorf("who is booked (-want +got):\n%s", diff)
	}
	if got := plan.OnlinePlaces(wednesday); got != 0 {
		t.Errorf("got %d places online, want none", got)
	}
}

// TestASharedCounterCountsForWhoNamesIt has two offices list counter 3 of a branch.
func TestASharedCounterCountsForWhoNamesIt(t *testing.T) {
	theirs := booking.Roster{Week: everyDayOf(named("3", "7"))}
	gone := theirs
	gone.Exceptions = []booking.Exception{onWednesday(off("3"))}
	for _, tc := range []struct {
		name       string
		rooms      []town.RoomID
		week       []booking.Shift
		neighbours []booking.Neighbour
		want       int
	}{
		{"nobody names it", []town.RoomID{"1", "2", "3"}, nil, nil, 3},
		{"the other office does", []town.RoomID{"1", "2", "3"}, nil, []booking.Neighbour{{Roster: theirs}}, 2},
		{"it can be spared", []town.RoomID{"1", "2", "3", "4"}, nil, []booking.Neighbour{{Roster: theirs}}, 3},
		{"it is off there", []town.RoomID{"1", "2", "3"}, nil, []booking.Neighbour{{Roster: gone}}, 3},
		{"both name it, this office first", []town.RoomID{"1", "2", "3"}, everyDayOf(named("1", "3")), []booking.Neighbour{{Roster: theirs}}, 2},
		{"both name it, the other first", []town.RoomID{"1", "2", "3"}, everyDayOf(named("1", "3")), []booking.Neighbour{{Roster: theirs, First: true}}, 1},
		{"this office names others", []town.RoomID{"1", "2", "3"}, everyDayOf(named("1", "2")), []booking.Neighbour{{Roster: theirs, First: true}}, 2},
		{"this office has a number", []town.RoomID{"1", "2", "3"}, everyDayOf(number(3)), []booking.Neighbour{{Roster: theirs}}, 2},
	} {
		plan := oneMorning(t, booking.Capacity{Online: 3, Staff: 3, Counters: 3})
		plan.Rooms, plan.Roster.Week, plan.Neighbours = tc.rooms, tc.week, tc.neighbours
		if got := plan.Staffed(wednesday)[0].Counters; got != tc.want {
			t.Errorf("%s: got %d counters, want %d", tc.name, got, tc.want)
		}
	}
}

// TestAPartOfADayFollowsTheDial looks at the two nights on which the clocks change:
// what comes twice counts twice, what is skipped not at all.
func TestAPartOfADayFollowsTheDial(t *testing.T) {
	for _, tc := range []struct {
		date string
		part booking.Interval
		want []string
	}{
		{"2026-10-25", hours("01:30", "02:30"), []string{"00:00 CEST 4", "01:30 CEST 1", "02:30 CEST 4", "02:00 CET 1", "02:30 CET 4"}},
		{"2026-10-25", hours("02:30", "03:30"), []string{"00:00 CEST 4", "02:30 CEST 1", "02:00 CET 4", "02:30 CET 1", "03:30 CET 4"}},
		{"2026-03-29", hours("02:10", "02:50"), []string{"00:00 CET 4"}},
		{"2026-03-29", hours("01:30", "03:30"), []string{"00:00 CET 4", "01:30 CET 1", "03:30 CEST 4"}},
		{"2026-03-29", hours("02:30", "24:00"), []string{"00:00 CET 4", "03:00 CEST 1"}},
		{"2026-11-25", hours("23:00", "24:00"), []string{"00:00 CET 4", "23:00 CET 1"}},
	} {
		plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 4, Counters: 4})
		plan.Opening[0].Intervals = []booking.Interval{hours("00:00", "24:00")}
		date := day(tc.date)
		plan.Roster.Exceptions = []booking.Exception{{From: date, To: date, Part: &tc.part, Staffing: number(1)}}
		got := []string{}
		for _, s := range plan.Staffed(date) {
			got = append(got, fmt.Sprint(s.From.Format("15:04 MST"), " ", s.Counters))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", tc.date, tc.part, diff)
		}
	}
}

// TestEveryOtherWeekGoesOnAcrossAYearOf53 counts from the anchor's week: 2026 has 53.
func TestEveryOtherWeekGoesOnAcrossAYearOf53(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 4, Counters: 4})
	plan.Roster.Week = everyDayOf(number(1))
	plan.Roster.Week[0].Pattern.Every, plan.Roster.Week[0].Pattern.Anchor = 2, day("2026-12-21")
	got := []int{}
	for monday := day("2026-12-21"); monday <= day("2027-01-18"); monday += 7 {
		got = append(got, plan.Staffed(monday)[0].Counters)
	}
	if diff := cmp.Diff([]int{1, 4, 1, 4, 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEstimatesKnowTheRoster asks on how many counters somebody waits who comes now.
func TestEstimatesKnowTheRoster(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Online: 1, Staff: 4, Counters: 4})
	early, noon := set(number(0)), set(number(2))
	early.Part, noon.Part = new(hours("09:00", "09:20")), new(hours("09:20", "09:40"))
	plan.Roster.Exceptions = []booking.Exception{onWednesday(early), onWednesday(noon)}
	over := set(number(0))
	over.From, over.To = wednesday+1, wednesday+1
	plan.Roster.Exceptions = append(plan.Roster.Exceptions, over)
	for _, tc := range []struct {
		now, from string
		want      int
	}{
		{"2026-11-25 08:00", "2026-11-25 09:20", 2}, // known before
		{"2026-11-25 09:05", "2026-11-25 09:20", 2}, // nobody until then
		{"2026-11-25 09:20", "2026-11-25 09:20", 2},
		{"2026-11-25 09:39", "2026-11-25 09:39", 2},
		{"2026-11-25 09:40", "2026-11-25 09:40", 4},
		{"2026-11-25 11:00", "2026-11-25 11:00", 4}, // the most of the day
		{"2026-11-26 09:00", "2026-11-26 09:00", 0}, // nobody all day
		{"2026-11-26 08:00", "2026-11-26 08:00", 0}, // likewise, and known before
		{"2026-11-26 11:00", "2026-11-26 11:00", 0}, // and afterwards
	} {
		n, from := plan.Serving(at(t, tc.now))
		if n != tc.want || !from.Equal(at(t, tc.from)) {
			t.Errorf("at %s: got %d from %s, want %d from %s", tc.now, n, from.Format("15:04"), tc.want, tc.from)
		}
	}
}
