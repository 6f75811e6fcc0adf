package catalogue

import (
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// SpecialHours are an office's hours on some dates, instead of what its rules say
// there.
type SpecialHours struct {
	From, To town.Date          // both inclusive
	Days     []time.Weekday     // only these of them; empty: each
	Hours    []booking.Interval // for appointments; empty: none
	Capacity *booking.Capacity  // during Hours; nil without them
	WalkIn   []booking.Interval // without an appointment; empty: not at all
	Holidays bool               // on public holidays too
}

// StaffNote is what staff should know about some dates.
type StaffNote struct {
	From, To town.Date // both inclusive
	Text     string
}

var specialHoursShape = shape[SpecialHours]{finish: finishSpecialHours, fields: []field[SpecialHours]{
	must("from", "first day", date(), func(s *SpecialHours) *town.Date { return &s.From }),
	must("to", "last day, the same for a single one", date(), func(s *SpecialHours) *town.Date { return &s.To }),
	in("days", "only these days of the week; left out: each", unique(inline(listOf(weekday()))), func(s *SpecialHours) *[]time.Weekday { return &s.Days }),
	in("hours", "intervals like 09:00-12:00; left out: no appointments", hours(), func(s *SpecialHours) *[]booking.Interval { return &s.Hours }),
	in("capacity", "needed with hours", optional(inline(capacityShape.kind())), func(s *SpecialHours) **booking.Capacity { return &s.Capacity }),
	in("walk_in", "without an appointment; left out: not at all", hours(), func(s *SpecialHours) *[]booking.Interval { return &s.WalkIn }),
	in("on_holidays", "true: on public holidays too", yesNo(), func(s *SpecialHours) *bool { return &s.Holidays }),
}}

func finishSpecialHours(r *reader, n *node, s *SpecialHours) {
	if !n.get("from").empty() && !n.get("to").empty() {
		ordered(r, n, &s.From, &s.To, "from", "to")
	}
	switch {
	case !n.get("hours").holds() && !n.get("walk_in").holds():
		r.wrong(n.at, "hours or walk_in is missing")
	case n.get("hours").holds() && n.get("capacity").empty():
		r.wrong(n.at, "capacity is missing")
	case !n.get("hours").holds() && !n.get("capacity").empty():
		r.wrong(n.at, "capacity without hours")
	}
}

var staffNoteShape = shape[StaffNote]{finish: finishStaffNote, fields: []field[StaffNote]{
	must("from", "first day", date(), func(s *StaffNote) *town.Date { return &s.From }),
	must("to", "last day, the same for a single one", date(), func(s *StaffNote) *town.Date { return &s.To }),
	must("text", "", anyLine(), func(s *StaffNote) *string { return &s.Text }),
}}

func finishStaffNote(r *reader, n *node, s *StaffNote) {
	if !n.get("from").empty() && !n.get("to").empty() {
		ordered(r, n, &s.From, &s.To, "from", "to")
	}
}

// hours returns the rules of an office with its special hours worked in.
func (o *Office) hours() (opening, walkIn []booking.OpeningRule) {
	if len(o.Special) == 0 {
		return o.Opening, o.WalkIn.Hours
	}
	all := make([]booking.DateSpan, len(o.Special))
	for i := range o.Special {
		all[i] = booking.DateSpan{From: o.Special[i].From, To: o.Special[i].To, Weekdays: o.Special[i].Days}
	}
	opening, walkIn = except(o.Opening, all), except(o.WalkIn.Hours, all)
	for i := range o.Special {
		s := &o.Special[i]
		rule := booking.OpeningRule{Pattern: s.pattern(all[i+1:]), Holidays: s.Holidays}
		if len(s.WalkIn) > 0 {
			rule.Intervals = s.WalkIn
			walkIn = append(walkIn, rule)
		}
		if s.Capacity != nil {
			rule.Intervals, rule.Capacity = s.Hours, *s.Capacity
			opening = append(opening, rule)
		}
	}
	return opening, walkIn
}

func except(rules []booking.OpeningRule, dates []booking.DateSpan) []booking.OpeningRule {
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i].Pattern.Except = dates
	}
	return rules
}

func (s *SpecialHours) pattern(later []booking.DateSpan) booking.Pattern {
	days := s.Days
	if len(days) == 0 {
		days = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	}
	return booking.Pattern{Weekdays: days, From: &s.From, To: &s.To, Except: later}
}
