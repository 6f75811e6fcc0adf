package booking_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// capacityAt reads a roster aloud, sentence by sentence, for one minute of the dial.
func (o oracle) capacityAt(date town.Date, tod town.TimeOfDay, rule booking.Capacity) booking.Capacity {
	mine := o.read(o.plan.Roster, date, tod)
	counters := rule.Counters + mine.nameless
	if mine.set != nil {
		counters = mine.nameless + len(mine.named)
	}
	lost := o.lost(mine, counters, date, tod)
	if mine.set == nil && mine.nameless == 0 && lost == 0 {
		return rule
	}
	counters = max(0, counters-lost)
	staff, online := proportion(rule.Staff, rule.Counters, counters), proportion(rule.Online, rule.Counters, counters)
	if mine.set != nil && mine.set.Staff != nil {
		staff = proportion(*mine.set.Staff, mine.of, counters)
	}
	if mine.set != nil && mine.set.Online != nil {
		online = proportion(*mine.set.Online, mine.of, counters)
	}
	staff = min(staff, counters)
	return booking.Capacity{Online: min(online, staff), Staff: staff, Counters: counters}
}

// proportion rounds down, but leaves one where there was one.
func proportion(limit, of, counters int) int {
	if limit == 0 || counters == 0 {
		return 0
	}
	n := 0
	for (n+1)*of <= limit*counters {
		n++
	}
	return max(n, 1)
}

// heard is what is left of a roster's sentences: counters with a name, and how many
// more there are without one, below 0 fewer.
type heard struct {
	set      *booking.Staffing
	of       int
	named    map[town.RoomID]bool
	nameless int
}

func (o oracle) read(r booking.Roster, date town.Date, tod town.TimeOfDay) heard {
	h := heard{}
	replace := func(s booking.Staffing) {
		h = heard{set: &s, of: s.Counters, nameless: s.Counters}
		if len(s.Rooms) > 0 {
			h = heard{set: &s, of: len(s.Rooms), named: map[town.RoomID]bool{}}
			for _, room := range s.Rooms {
				h.named[room] = true
			}
		}
	}
	holds := func(part *booking.Interval) bool { return part == nil || part.From <= tod && tod < part.To }
	for _, s := range r.Week {
		if o.matches(s.Pattern, date) && holds(s.Part) {
			replace(s.Staffing)
		}
	}
	gone := map[town.RoomID]bool{}
	for _, e := range r.Exceptions {
		if date < e.From || date > e.To || !holds(e.Part) {
			continue
		}
		if e.Staffing != nil {
			gone = map[town.RoomID]bool{}
			replace(*e.Staffing)
		}
		for _, room := range e.Off {
			if h.named != nil {
				delete(h.named, room)
			} else if !gone[room] {
				gone[room] = true
				h.nameless--
			}
		}
		h.nameless += e.More
	}
	return h
}

// lost counts the counters that neighbours have at a minute.
func (o oracle) lost(mine heard, counters int, date town.Date, tod town.TimeOfDay) int {
	taken := func(room town.RoomID, named bool) bool {
		for _, n := range o.plan.Neighbours {
			if o.read(n.Roster, date, tod).named[room] && (!named || n.First) {
				return true
			}
		}
		return false
	}
	lost := 0
	if mine.named != nil {
		for room := range mine.named {
			if taken(room, true) {
				lost++
			}
		}
		return lost
	}
	left := 0 // counters that are still there
	for _, room := range o.plan.Rooms {
		if taken(room, false) {
			lost++
		} else {
			left++
		}
	}
	for spare := len(o.plan.Rooms) - max(0, counters); spare > 0 && lost > 0; spare-- {
		lost--
	}
	return lost
}

// mostAt is the most that any rule has at a minute of the dial, open or not.
func (o oracle) mostAt(date town.Date, tod town.TimeOfDay) booking.Capacity {
	var most booking.Capacity
	for _, rule := range o.plan.Opening {
		c := o.capacityAt(date, tod, rule.Capacity)
		most = booking.Capacity{Online: max(most.Online, c.Online), Staff: max(most.Staff, c.Staff), Counters: max(most.Counters, c.Counters)}
	}
	return most
}

// openAt is the most that a rule has that is open at a minute; ok is false where none is.
func (o oracle) openAt(date town.Date, m minute, minutes []minute) (most booking.Capacity, ok bool) {
	for _, c := range o.plan.Closures {
		if closes(c, date) && c.Part == nil {
			return most, false
		}
	}
	for _, rule := range o.rulesOn(date) {
		for _, iv := range rule.Intervals {
			for _, piece := range o.pieces(date, iv) {
				from, to := takesPlace(piece, minutes)
				if m.at.Before(from) || !m.at.Before(to) {
					continue
				}
				c := o.capacityAt(date, m.tod, rule.Capacity)
				most = booking.Capacity{Online: max(most.Online, c.Online), Counters: max(most.Counters, c.Counters)}
				ok = true
			}
		}
	}
	return most, ok
}

// TestCountersAndPlacesAgreeWithTheOracle counts minute by minute.
func TestCountersAndPlacesAgreeWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		var minutes []minute
		for m := range minutesOf(date, o.plan.Zone) {
			minutes = append(minutes, m)
		}
		stretches, places := o.plan.Staffed(date), 0
		for _, m := range minutes {
			most, open := o.openAt(date, m, minutes)
			if open {
				places += most.Online
			}
			got, found := counted(stretches, m.at)
			if found != open || got != most.Counters {
				t.Fatalf("%s: got %d counters (open %v), want %d (%v)", m.at, got, found, most.Counters, open)
			}
			if n, from := o.plan.Serving(m.at); open && most.Counters > 0 && (n != most.Counters || !from.Equal(m.at)) {
				t.Fatalf("%s: got %d serving from %s, want %d", m.at, n, from, most.Counters)
			}
		}
		if got, want := o.plan.OnlinePlaces(date), places/int(o.plan.Grid/time.Minute); got != want {
			t.Fatalf("got %d places online, want %d", got, want)
		}
	})
}

func counted(stretches []booking.Staffed, at time.Time) (counters int, ok bool) {
	for _, s := range stretches {
		if !at.Before(s.From) && at.Before(s.To) {
			return s.Counters, true
		}
	}
	return 0, false
}

// rooms are those of a branch; offices share some.
var rooms = []town.RoomID{"1", "2", "3", "4", "5"}

func genRoster(date town.Date) *rapid.Generator[booking.Roster] {
	return rapid.Custom(func(t *rapid.T) booking.Roster {
		return booking.Roster{
			Week:       rapid.SliceOfN(genShift(date), 0, 3).Draw(t, "week"),
			Exceptions: rapid.SliceOfN(genException(date), 0, 4).Draw(t, "exceptions"),
		}
	})
}

func genNeighbour(date town.Date) *rapid.Generator[booking.Neighbour] {
	return rapid.Custom(func(t *rapid.T) booking.Neighbour {
		return booking.Neighbour{Roster: genRoster(date).Draw(t, "their roster"), First: rapid.Bool().Draw(t, "first")}
	})
}

func genShift(date town.Date) *rapid.Generator[booking.Shift] {
	return rapid.Custom(func(t *rapid.T) booking.Shift {
		return booking.Shift{
			Pattern: booking.Pattern{
				Weekdays: rapid.SampledFrom([][]time.Weekday{{0, 1, 2, 3, 4, 5, 6}, {date.Weekday()}, {1, 2, 4, 5}}).Draw(t, "weekdays"),
				Every:    rapid.SampledFrom([]int{0, 1, 1, 2}).Draw(t, "every"),
				Anchor:   date.AddDays(rapid.IntRange(-500, 500).Draw(t, "anchor")),
				From:     seldom(near(date)).Draw(t, "from"),
				To:       seldom(near(date)).Draw(t, "to"),
			},
			Part:     genPart().Draw(t, "part"),
			Staffing: genStaffing().Draw(t, "staffing"),
		}
	})
}

func genPart() *rapid.Generator[*booking.Interval] {
	return rapid.OneOf(rapid.Just[*booking.Interval](nil), rapid.Map(genInterval(), func(iv booking.Interval) *booking.Interval { return &iv }))
}

func genException(date town.Date) *rapid.Generator[booking.Exception] {
	return rapid.Custom(func(t *rapid.T) booking.Exception {
		e := booking.Exception{From: near(date).Draw(t, "from"), To: near(date).Draw(t, "to"), Part: genPart().Draw(t, "part")}
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			e.Staffing = new(genStaffing().Draw(t, "staffing"))
		case 1:
			e.Off = rapid.SliceOfN(rapid.SampledFrom(rooms), 1, 3).Draw(t, "off")
		default:
			e.More = rapid.IntRange(-3, 3).Draw(t, "more")
		}
		return e
	})
}

func genStaffing() *rapid.Generator[booking.Staffing] {
	return rapid.Custom(func(t *rapid.T) booking.Staffing {
		s := booking.Staffing{Counters: rapid.IntRange(0, 6).Draw(t, "counters")}
		if rapid.Bool().Draw(t, "named") {
			s.Rooms = rapid.SliceOfNDistinct(rapid.SampledFrom(rooms), 1, 5, rapid.ID[town.RoomID]).Draw(t, "named ones")
		}
		if rapid.IntRange(0, 2).Draw(t, "limits") == 0 {
			s.Staff = new(rapid.IntRange(0, s.Count()).Draw(t, "staff"))
			s.Online = new(rapid.IntRange(0, *s.Staff).Draw(t, "online"))
		}
		return s
	})
}
