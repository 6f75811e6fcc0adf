package catalogue

import (
	"fmt"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// saysTheSame reports whether two exceptions differ in nothing but the reason.
func saysTheSame(a, b booking.Exception) bool {
	return a.From == b.From && a.To == b.To && equal(a.Part, b.Part) && a.More == b.More &&
		slices.Equal(a.Off, b.Off) && sameStaffing(a.Staffing, b.Staffing)
}

func sameStaffing(a, b *booking.Staffing) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Counters == b.Counters && slices.Equal(a.Rooms, b.Rooms) && equal(a.Staff, b.Staff) && equal(a.Online, b.Online)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// CountersOf returns the rooms of an office that are in use, in its order.
func (b *Branch) CountersOf(o *Office) []town.RoomID {
	var open []town.RoomID
	for _, id := range o.Rooms {
		if room, ok := b.Room(id); ok && !room.Retired {
			open = append(open, id)
		}
	}
	return open
}

// rosterOf is an office's roster without counters that it hasn't any more.
func (b *Branch) rosterOf(o *Office) booking.Roster {
	open := b.CountersOf(o)
	present := func(rooms []town.RoomID) []town.RoomID {
		return slices.DeleteFunc(slices.Clone(rooms), func(id town.RoomID) bool { return !slices.Contains(open, id) })
	}
	var r booking.Roster
	for _, s := range o.Roster.Week {
		s.Rooms = present(s.Rooms)
		r.Week = append(r.Week, s)
	}
	for _, e := range o.Roster.Exceptions {
		e.Off = present(e.Off)
		if e.Staffing != nil {
			staffing := *e.Staffing
			staffing.Rooms = present(staffing.Rooms)
			e.Staffing = &staffing
		}
		r.Exceptions = append(r.Exceptions, e)
	}
	return r
}

// neighboursOf returns the rosters of the branch's other offices that name counters
// of an office.
func (b *Branch) neighboursOf(o *Office) []booking.Neighbour {
	var neighbours []booking.Neighbour
	own, after := b.CountersOf(o), false
	for i := range b.Offices {
		other := &b.Offices[i]
		if other.ID == o.ID {
			after = true
			continue
		}
		if other.Retired {
			continue
		}
		if roster := b.rosterOf(other); namesAny(roster, own) {
			neighbours = append(neighbours, booking.Neighbour{Roster: roster, First: !after})
		}
	}
	return neighbours
}

func namesAny(r booking.Roster, rooms []town.RoomID) bool {
	shared := func(s *booking.Staffing) bool {
		return s != nil && slices.ContainsFunc(s.Rooms, func(id town.RoomID) bool { return slices.Contains(rooms, id) })
	}
	return slices.ContainsFunc(r.Week, func(s booking.Shift) bool { return shared(&s.Staffing) }) ||
		slices.ContainsFunc(r.Exceptions, func(e booking.Exception) bool { return shared(e.Staffing) })
}

// rosterNames reports whether a roster names a room, in whatever way.
func rosterNames(r booking.Roster, room town.RoomID) bool {
	return namesAny(r, []town.RoomID{room}) ||
		slices.ContainsFunc(r.Exceptions, func(e booking.Exception) bool { return slices.Contains(e.Off, room) })
}

// roster checks the counters that a roster names: in the week the office's own, in
// exceptions those of the branch, since they outlive a change of rooms.
func (r *checker) roster(path string, b *Branch, o *Office) {
	known := make([]string, len(b.Rooms))
	for i := range b.Rooms {
		known[i] = string(b.Rooms[i].ID)
	}
	for i, s := range o.Roster.Week {
		for j, id := range s.Rooms {
			if !slices.Contains(o.Rooms, id) {
				r.wrong(fmt.Sprintf("%s.roster[%d].rooms[%d]", path, i, j), "the office has no room %q%s", id, suggestion(string(id), roomNames(o.Rooms)))
			}
		}
	}
	for i, e := range o.Roster.Exceptions {
		here, named := fmt.Sprintf("%s.roster_exceptions[%d].off", path, i), e.Off
		if e.Staffing != nil {
			here, named = fmt.Sprintf("%s.roster_exceptions[%d].rooms", path, i), e.Staffing.Rooms
		}
		for j, id := range named {
			if _, ok := b.Room(id); !ok {
				r.wrong(fmt.Sprintf("%s[%d]", here, j), "branch %s has no room %q%s", b.ID, id, suggestion(string(id), known))
			}
		}
	}
}

func roomNames(rooms []town.RoomID) []string {
	names := make([]string, len(rooms))
	for i, id := range rooms {
		names[i] = string(id)
	}
	return names
}
