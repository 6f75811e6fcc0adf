package catalogue

import (
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// This file is the format of rosters: how sentences about counters are written.

// writtenStaffing is how many counters serve, as a file says it.
type writtenStaffing struct {
	counters      *int
	rooms         []town.RoomID
	staff, online *int
}

func (w *writtenStaffing) given() bool { return w.counters != nil || len(w.rooms) > 0 }

func (w *writtenStaffing) read() booking.Staffing {
	s := booking.Staffing{Rooms: w.rooms, Staff: w.staff, Online: w.online}
	if w.counters != nil {
		s.Counters = *w.counters
	}
	return s
}

func writtenOf(s booking.Staffing) writtenStaffing {
	w := writtenStaffing{rooms: s.Rooms, staff: s.Staff, online: s.Online}
	if len(s.Rooms) == 0 {
		w.counters = &s.Counters
	}
	return w
}

// check names what is wrong about limits that the office sets itself.
func (w *writtenStaffing) check(r *reader, n *node) {
	staffing := w.read()
	most := staffing.Count()
	if w.staff != nil && *w.staff > most {
		r.wrong(n.at, "staff %d exceeds the %d counters", *w.staff, most)
	}
	if w.staff != nil {
		most = *w.staff
	}
	if w.online != nil && *w.online > most {
		r.wrong(n.at, "online %d exceeds the %d appointments in all", *w.online, most)
	}
}

// staffingFields are the keys that say who serves.
func staffingFields[S any](at func(*S) *writtenStaffing) []field[S] {
	return []field[S]{
		in("counters", "so many, whatever the rule says; 0: nobody", optional(whole(0, 999)), func(s *S) **int { return &at(s).counters }),
		in("rooms", "these of the office's rooms, instead of a number", unique(inline(listOf(id[town.RoomID]()))), func(s *S) *[]town.RoomID { return &at(s).rooms }),
		in("staff", "appointments at once in all; left out: in the rule's proportion", optional(whole(0, 999)), func(s *S) **int { return &at(s).staff }),
		in("online", "appointments at once that citizens may book; left out: in the rule's proportion", optional(whole(0, 999)), func(s *S) **int { return &at(s).online }),
	}
}

type writtenShift struct {
	pattern booking.Pattern
	part    *booking.Interval
	writtenStaffing
}

var shiftShape = shape[writtenShift]{finish: finishShift, fields: append([]field[writtenShift]{
	must("days", "days of the week", unique(inline(listOf(weekday()))), func(s *writtenShift) *[]time.Weekday { return &s.pattern.Weekdays }),
	in("every_weeks", "only every n weeks, counted from anchor", whole(0, 52), func(s *writtenShift) *int { return &s.pattern.Every }),
	anchorField(func(s *writtenShift) *booking.Pattern { return &s.pattern }),
	in("valid_from", "first day on which it holds", optional(date()), func(s *writtenShift) **town.Date { return &s.pattern.From }),
	in("valid_to", "last day on which it holds", optional(date()), func(s *writtenShift) **town.Date { return &s.pattern.To }),
	in("hours", "only this part of the day", optional(interval()), func(s *writtenShift) **booking.Interval { return &s.part }),
}, staffingFields(func(s *writtenShift) *writtenStaffing { return &s.writtenStaffing })...)}

func finishShift(r *reader, n *node, s *writtenShift) {
	if days := n.get("days"); !days.empty() && days.form == formList && !days.holds() {
		r.wrong(n.at, "days is missing")
	}
	if s.pattern.Every > 1 && n.get("anchor").empty() {
		r.wrong(n.at, "every_weeks needs an anchor")
	}
	ordered(r, n, s.pattern.From, s.pattern.To, "valid_from", "valid_to")
	said := sayings(n, "counters", "rooms")
	switch {
	case len(said) == 0:
		r.wrong(n.at, "counters or rooms is missing")
	case len(said) > 1:
		r.wrong(n.at, "counters and rooms stand together: want one of them")
	case s.given():
		s.check(r, n)
	}
}

// sayings returns which of some keys say something.
func sayings(n *node, keys ...string) []string {
	var said []string
	for _, key := range keys {
		if value := n.get(key); !value.empty() && (value.form != formList || value.holds()) {
			said = append(said, key)
		}
	}
	return said
}

func shifts() kind[booking.Shift] {
	return translated(shiftShape.kind(), func(w writtenShift) booking.Shift {
		return booking.Shift{Pattern: w.pattern, Part: w.part, Staffing: w.read()}
	}, func(s booking.Shift) writtenShift {
		return writtenShift{pattern: s.Pattern, part: s.Part, writtenStaffing: writtenOf(s.Staffing)}
	})
}

type writtenException struct {
	from, to town.Date
	part     *booking.Interval
	writtenStaffing
	off         []town.RoomID
	more, fewer int
	reason      string
}

var exceptionShape = shape[writtenException]{finish: finishException, fields: append(append([]field[writtenException]{
	must("from", "first day", date(), func(e *writtenException) *town.Date { return &e.from }),
	must("to", "last day, the same for a single one", date(), func(e *writtenException) *town.Date { return &e.to }),
	in("hours", "only this part of each day", optional(interval()), func(e *writtenException) **booking.Interval { return &e.part }),
}, staffingFields(func(e *writtenException) *writtenStaffing { return &e.writtenStaffing })...),
	in("off", "rooms that nobody serves at", unique(inline(listOf(id[town.RoomID]()))), func(e *writtenException) *[]town.RoomID { return &e.off }),
	in("more", "so many counters more", whole(0, 999), func(e *writtenException) *int { return &e.more }),
	in("fewer", "so many counters fewer", whole(0, 999), func(e *writtenException) *int { return &e.fewer }),
	in("reason", "for staff; no names, no illnesses", anyLine(), func(e *writtenException) *string { return &e.reason }),
)}

func finishException(r *reader, n *node, e *writtenException) {
	if !n.get("from").empty() && !n.get("to").empty() {
		ordered(r, n, &e.from, &e.to, "from", "to")
	}
	said := sayings(n, "counters", "rooms", "off")
	if e.more > 0 {
		said = append(said, "more")
	}
	if e.fewer > 0 {
		said = append(said, "fewer")
	}
	switch {
	case len(said) == 0:
		r.wrong(n.at, "what changes is missing: counters, rooms, off, more or fewer")
	case len(said) > 1:
		r.wrong(n.at, "%s and %s stand together: want one of them", said[0], said[1])
	case e.given():
		e.check(r, n)
	case e.staff != nil || e.online != nil:
		r.wrong(n.at, "staff and online need counters or rooms")
	}
}

func exceptions() kind[booking.Exception] {
	return translated(exceptionShape.kind(), func(w writtenException) booking.Exception {
		e := booking.Exception{From: w.from, To: w.to, Part: w.part, Off: w.off, More: w.more - w.fewer, Reason: w.reason}
		if w.given() {
			e.Staffing = new(w.read())
		}
		return e
	}, func(e booking.Exception) writtenException {
		w := writtenException{from: e.From, to: e.To, part: e.Part, off: e.Off, more: max(0, e.More), fewer: max(0, -e.More), reason: e.Reason}
		if e.Staffing != nil {
			w.writtenStaffing = writtenOf(*e.Staffing)
		}
		return w
	})
}

// translated is a kind whose values are written as those of another.
func translated[W, T any](k kind[W], from func(W) T, to func(T) W) kind[T] {
	return kind[T]{
		read: func(r *reader, n *node, into *T) {
			var written W
			before := len(r.mistakes)
			k.read(r, n, &written)
			if len(r.mistakes) == before {
				*into = from(written)
			}
		},
		write:  func(v T, w writing) *node { return k.write(to(v), w) },
		schema: k.schema,
	}
}
