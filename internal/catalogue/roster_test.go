package catalogue

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

func drawShift(t *rapid.T, rooms []town.RoomID) booking.Shift {
	s := booking.Shift{Part: drawPart(t), Staffing: drawStaffing(t, rooms)}
	s.Pattern.Weekdays = rapid.SampledFrom([][]time.Weekday{{time.Monday}, {time.Sunday, time.Saturday}}).Draw(t, "days")
	if s.Pattern.Every = rapid.IntRange(0, 3).Draw(t, "every"); s.Pattern.Every > 1 {
		s.Pattern.Anchor = rapid.SampledFrom([]town.Date{0, town.NewDate(2025, 1, 4)}).Draw(t, "anchor")
	}
	s.Pattern.From, s.Pattern.To = span(t, "valid")
	return s
}

func drawException(t *rapid.T, rooms []town.RoomID) booking.Exception {
	e := booking.Exception{From: drawDate(t, "from"), Part: drawPart(t), Reason: pick(t, "reason", "", "Vertretung fehlt")}
	e.To = e.From.AddDays(rapid.IntRange(0, 9).Draw(t, "days"))
	switch rapid.IntRange(0, 2).Draw(t, "what") {
	case 0:
		s := drawStaffing(t, rooms)
		e.Staffing = &s
	case 1:
		e.Off = rooms
	default:
		e.More = rapid.SampledFrom([]int{-2, -1, 1, 3}).Draw(t, "more")
	}
	return e
}

func drawPart(t *rapid.T) *booking.Interval {
	return rapid.SampledFrom([]*booking.Interval{nil, {From: 0, To: 60}, {From: 540, To: 1440}}).Draw(t, "part")
}

func drawStaffing(t *rapid.T, rooms []town.RoomID) booking.Staffing {
	s := booking.Staffing{Counters: rapid.IntRange(0, 9).Draw(t, "counters")}
	if rapid.Bool().Draw(t, "by name") {
		s = booking.Staffing{Rooms: rooms}
	}
	if rapid.Bool().Draw(t, "limits") {
		staff := rapid.IntRange(0, s.Count()).Draw(t, "staff")
		online := rapid.IntRange(0, staff).Draw(t, "online")
		s.Staff, s.Online = &staff, &online
	}
	return s
}

// withRoster is smallTown's office with keys of a roster.
func withRoster(t *testing.T, keys string) (Catalogue, []Mistake) {
	t.Helper()
	c := small(t)
	b := c.Branches[0]
	merged, _, mistakes := c.Import("roster.yaml", []byte("format: aufruf/1\nbranches:\n  - id: "+string(b.ID)+"\n    offices:\n      - id: "+string(b.Offices[0].ID)+"\n"+keys))
	return merged, mistakes
}

func TestARosterSaysOneThingAtATime(t *testing.T) {
	room := string(small(t).Branches[0].Offices[0].Rooms[0])
	for _, tc := range []struct{ name, entry, want string }{
		{"a week's number", "roster: [{days: [monday], counters: 2}]", ""},
		{"a week's rooms", "roster: [{days: [monday], hours: 08:00-12:00, rooms: [ROOM]}]", ""},
		{"nobody", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-04, counters: 0}]", ""},
		{"a room is off", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-04, hours: 08:00-12:00, off: [ROOM], reason: Vertretung fehlt}]", ""},
		{"own limits", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-04, counters: 2, staff: 2, online: 0}]", ""},
		{"a week of nothing", "roster: [{days: [monday]}]", "counters or rooms is missing"},
		{"a week without days", "roster: [{days: [], counters: 2}]", "days is missing"},
		{"a number and rooms", "roster: [{days: [monday], counters: 1, rooms: [ROOM]}]", "counters and rooms stand together: want one of them"},
		{"a strange room", "roster: [{days: [monday], rooms: [nirgends]}]", `the office has no room "nirgends"`},
		{"every other week of what", "roster: [{days: [monday], every_weeks: 2, counters: 1}]", "every_weeks needs an anchor"},
		{"more appointments than counters", "roster: [{days: [monday], counters: 1, staff: 2}]", "staff 2 exceeds the 1 counters"},
		{"more online than in all", "roster: [{days: [monday], counters: 3, staff: 1, online: 2}]", "online 2 exceeds the 1 appointments in all"},
		{"an exception from nothing", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-04}]", "what changes is missing: counters, rooms, off, more or fewer"},
		{"two at once", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-04, counters: 2, more: 1}]", "counters and more stand together: want one of them"},
		{"limits of what", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-04, more: 1, staff: 1}]", "staff and online need counters or rooms"},
		{"backwards", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-03, more: 1}]", "from 2027-01-04 is after to 2027-01-03"},
		{"a strange room is off", "roster_exceptions: [{from: 2027-01-04, to: 2027-01-04, off: [nirgends]}]", `has no room "nirgends"`},
	} {
		_, mistakes := withRoster(t, "        "+strings.ReplaceAll(tc.entry, "ROOM", room)+"\n")
		got := ""
		for _, m := range mistakes {
			got += m.Message
		}
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

// TestAFileWithoutARosterLeavesIt keeps what managers entered, as closures are kept.
func TestAFileWithoutARosterLeavesIt(t *testing.T) {
	c, mistakes := withRoster(t, "        roster_exceptions: [{from: 2027-01-04, to: 2027-01-05, counters: 1, reason: Fortbildung}]\n")
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	b := &c.Branches[0]
	merged, _, mistakes := c.Import("more.yaml", []byte("format: aufruf/1\nbranches: [{id: "+string(b.ID)+", offices: [{id: "+string(b.Offices[0].ID)+", roster: [{days: [monday], counters: 3}]}]}]\n"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if diff := cmp.Diff(b.Offices[0].Roster.Exceptions, merged.Branches[0].Offices[0].Roster.Exceptions); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestAnExceptionIsAddedOnceAndTakenBack(t *testing.T) {
	c := small(t)
	at := Counters{c.Branches[0].ID, c.Branches[0].Offices[0].ID}
	today := town.NewDate(2027, 1, 4)
	over := booking.Exception{From: today - 3, To: today - 1, More: 1}
	fewer := booking.Exception{From: today, To: today, Part: &booking.Interval{From: 480, To: 720}, More: -1, Reason: "Fortbildung"}
	again := fewer
	again.Reason = "Vertretung fehlt"
	made := func(e Edit) {
		t.Helper()
		decoded, err := DecodeEdits(EncodeEdits([]Noted{{Edit: e}}))
		if err != nil {
			t.Fatal(err)
		}
		if c, err = c.Edited(decoded[0]); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []booking.Exception{over, fewer, again} {
		made(RosterEdit{at, e})
	}
	if seen := (RosterEdit{at, fewer}).Seen(&c); !seen.Same(Standing{Roster: []booking.Exception{again}}) {
		t.Errorf("got %+v seen, want what is said about that day", seen)
	}
	c = c.WithoutOver(at.Branch, today)
	if diff := cmp.Diff([]booking.Exception{again}, c.Branches[0].Offices[0].Roster.Exceptions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	made(RosterBack{at, fewer})
	if left := c.Branches[0].Offices[0].Roster.Exceptions; len(left) > 0 {
		t.Errorf("taken back: got %v, want none left", left)
	}
	if _, err := c.Edited(RosterBack{at, fewer}); !problem.Is(err, "roster.unknown") {
		t.Errorf("taken back twice: got %v", err)
	}
	for _, e := range []Edit{RosterEdit{Counters{at.Branch, "nirgends"}, fewer}, RosterBack{Counters{at.Branch, "nirgends"}, fewer}} {
		if _, err := c.Edited(e); !problem.Is(err, "office.unknown") {
			t.Errorf("%s of an office that isn't there: got %v", e.Kind(), err)
		}
	}
	if _, err := c.Edited(RosterEdit{at, booking.Exception{From: today, To: today}}); problem.Of(err).Fields["exception"] != "mistake.counters" {
		t.Errorf("nothing said: got %v", err)
	}
}

// TestARosterForgetsRoomsThatAreGone retires a room under an exception that names it.
func TestARosterForgetsRoomsThatAreGone(t *testing.T) {
	c := small(t)
	b := &c.Branches[0]
	o := &b.Offices[0]
	monday := []time.Weekday{time.Monday}
	o.Roster.Week = []booking.Shift{{Pattern: booking.Pattern{Weekdays: monday}, Staffing: booking.Staffing{Rooms: o.Rooms}}}
	o.Roster.Exceptions = []booking.Exception{{From: 1, To: 1, Off: o.Rooms}, {From: 1, To: 1, Staffing: &booking.Staffing{Rooms: o.Rooms}}}
	for i := range b.Rooms {
		b.Rooms[i].Retired = true
	}
	p, err := c.Plan(b, o)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.Rooms) + len(p.Roster.Week[0].Rooms) + len(p.Roster.Exceptions[0].Off) + len(p.Roster.Exceptions[1].Staffing.Rooms); n > 0 {
		t.Errorf("got %d rooms that are gone: %+v", n, p.Roster)
	}
	if len(o.Roster.Week[0].Rooms) == 0 {
		t.Error("the catalogue forgot them too")
	}
}

// TestOfficesThatShareARoomKnowTheirRosters names one room in the second office.
func TestOfficesThatShareARoomKnowTheirRosters(t *testing.T) {
	c := small(t)
	b := &c.Branches[0]
	b.Offices = append(b.Offices, b.Offices[0])
	first, second := &b.Offices[0], &b.Offices[1]
	second.ID = "other"
	second.Roster.Week = []booking.Shift{{Pattern: booking.Pattern{Weekdays: []time.Weekday{time.Monday}}, Staffing: booking.Staffing{Rooms: first.Rooms[:1]}}}
	for _, tc := range []struct {
		office *Office
		want   int
	}{{first, 1}, {second, 0}} {
		p, err := c.Plan(b, tc.office)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(p.Neighbours); got != tc.want {
			t.Errorf("%s: got %d neighbours, want %d", tc.office.ID, got, tc.want)
		}
		for _, n := range p.Neighbours {
			if n.First {
				t.Errorf("%s: its neighbour stands behind it", tc.office.ID)
			}
		}
	}
	if !second.names(b.ID, Thing{EntityRoom, b.ID, string(first.Rooms[0])}) {
		t.Error("the room could be removed under the roster")
	}
}

// TestExceptionsDifferInWhatTheySay: one that says the same isn't entered twice, and
// the reason is no difference.
func TestExceptionsDifferInWhatTheySay(t *testing.T) {
	one := func(change func(*booking.Exception)) booking.Exception {
		e := booking.Exception{
			From: 20_000, To: 20_001, Part: &booking.Interval{From: 540, To: 720}, More: 1, Off: []town.RoomID{"platz-1"},
			Staffing: &booking.Staffing{Counters: 2, Rooms: []town.RoomID{"platz-2"}, Staff: new(1), Online: new(1)},
		}
		change(&e)
		return e
	}
	same := one(func(*booking.Exception) {})
	if !saysTheSame(same, one(func(e *booking.Exception) { e.Reason = "krank" })) {
		t.Error("another reason makes a difference")
	}
	for what, change := range map[string]func(*booking.Exception){
		"from": func(e *booking.Exception) { e.From++ }, "to": func(e *booking.Exception) { e.To++ },
		"part": func(e *booking.Exception) { e.Part = nil }, "hours": func(e *booking.Exception) { e.Part.To++ },
		"more": func(e *booking.Exception) { e.More++ }, "off": func(e *booking.Exception) { e.Off = nil },
		"staffing": func(e *booking.Exception) { e.Staffing = nil }, "counters": func(e *booking.Exception) { e.Staffing.Counters++ },
		"rooms": func(e *booking.Exception) { e.Staffing.Rooms = nil }, "staff": func(e *booking.Exception) { e.Staffing.Staff = nil },
		"online": func(e *booking.Exception) { e.Staffing.Online = new(0) },
	} {
		if saysTheSame(same, one(change)) || saysTheSame(one(change), same) {
			t.Errorf("%s makes no difference", what)
		}
	}
}
