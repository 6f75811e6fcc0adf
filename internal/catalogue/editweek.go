package catalogue

import (
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// CopyWeek makes other weeks of an office, or of a branch, like one: what is out of
// the ordinary there, special hours, closures and counters, holds on the same days of those
// weeks, and nothing else that managers entered for these weeks alone. Closures of the
// whole branch close the office in those weeks too. Rules, holidays and notes stay as
// they are.
type CopyWeek struct {
	Counters
	Week town.Date   // its Monday
	To   []town.Date // Mondays
}

var copyWeekShape = shape[CopyWeek]{finish: finishCopyWeek, fields: append(placeFields(func(e *CopyWeek) *Counters { return &e.Counters }),
	must("week", "", date(), func(e *CopyWeek) *town.Date { return &e.Week }),
	must("to", "", unique(listOf(date())), func(e *CopyWeek) *[]town.Date { return &e.To }),
)}

func finishCopyWeek(r *reader, n *node, e *CopyWeek) {
	if !n.get("to").holds() {
		r.wrong(n.at, "to is missing")
	}
	for _, week := range append([]town.Date{e.Week}, e.To...) {
		if week.Weekday() != time.Monday {
			r.wrong(n.at, "%s is no Monday", week)
		}
	}
	if slices.Contains(e.To, e.Week) {
		r.wrong(n.at, "a week can't be copied to itself")
	}
}

// Kind implements Edit.
func (CopyWeek) Kind() EditKind { return KindWeek }

// Dates implements Edit.
func (e CopyWeek) Dates() (from, to town.Date) {
	if len(e.To) == 0 {
		return e.Week, e.Week
	}
	return slices.Min(e.To), lastOf(slices.Max(e.To))
}

// lastOf is the Sunday of a week that begins on a Monday.
func lastOf(week town.Date) town.Date { return week.AddDays(6) }

func (e CopyWeek) check() []Mistake { return checkedBy(copyWeekShape, e) }
func (e CopyWeek) written() *node   { return copyWeekShape.write(e, filled) }

// Seen implements Edit: what is out of the ordinary in all of these weeks.
func (e CopyWeek) Seen(c *Catalogue) Standing {
	var seen Standing
	b, ok := c.Branch(e.Branch)
	if !ok {
		return seen
	}
	for _, week := range append([]town.Date{e.Week}, e.To...) {
		seen.Closures = append(seen.Closures, overlapping(e.closing(b), datesOfClosure, week, lastOf(week))...)
		if o, ok := b.Office(e.Office); ok {
			seen.Special = append(seen.Special, overlapping(o.Special, datesOfSpecial, week, lastOf(week))...)
			seen.Roster = append(seen.Roster, overlapping(o.Roster.Exceptions, datesOfException, week, lastOf(week))...)
		}
	}
	return seen
}

func (e CopyWeek) apply(b *Branch) error {
	urgent, _, err := e.lists(b)
	if err != nil {
		return err
	}
	closed := overlapping(e.closing(b), datesOfClosure, e.Week, lastOf(e.Week))
	for _, week := range e.To {
		*urgent = slices.DeleteFunc(*urgent, func(c booking.Closure) bool { return week <= c.From && c.To <= lastOf(week) })
		for _, c := range closed {
			c.From, c.To = e.moved(c.From, c.To, week)
			if !slices.ContainsFunc(*urgent, func(u booking.Closure) bool { return closesTheSame(u, c) }) {
				*urgent = append(*urgent, c)
			}
		}
	}
	if o, ok := b.Office(e.Office); ok {
		e.copySpecial(o)
		e.copyRoster(o)
	}
	return nil
}

// closing returns what closes the place: its own closures, and those of its branch.
func (e CopyWeek) closing(b *Branch) []booking.Closure {
	closed := slices.Concat(b.Closures, b.Urgent)
	if o, ok := b.Office(e.Office); ok {
		closed = slices.Concat(closed, o.Closures, o.Urgent)
	}
	return closed
}

func (e CopyWeek) copySpecial(o *Office) {
	special := overlapping(o.Special, datesOfSpecial, e.Week, lastOf(e.Week))
	for _, week := range e.To {
		o.Special = slices.DeleteFunc(o.Special, func(s SpecialHours) bool { return week <= s.From && s.To <= lastOf(week) })
		for _, s := range special {
			s.From, s.To = e.moved(s.From, s.To, week)
			o.Special = append(o.Special, s)
		}
	}
}

func (e CopyWeek) copyRoster(o *Office) {
	exceptions := overlapping(o.Roster.Exceptions, datesOfException, e.Week, lastOf(e.Week))
	for _, week := range e.To {
		o.Roster.Exceptions = slices.DeleteFunc(o.Roster.Exceptions, func(x booking.Exception) bool { return week <= x.From && x.To <= lastOf(week) })
		for _, x := range exceptions {
			x.From, x.To = e.moved(x.From, x.To, week)
			o.Roster.Exceptions = append(o.Roster.Exceptions, x)
		}
	}
}

// moved returns the part of some dates that lies in the week, moved to another.
func (e CopyWeek) moved(from, to, week town.Date) (town.Date, town.Date) {
	days := int(week - e.Week)
	return max(from, e.Week).AddDays(days), min(to, lastOf(e.Week)).AddDays(days)
}
