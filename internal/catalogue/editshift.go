package catalogue

import (
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// ShiftEdit adds, changes or ends a sentence of the usual week in which an office is
// staffed, from a date on or for good. A new one is the last, so it counts where it
// contradicts those before it.
type ShiftEdit struct {
	Counters
	Old  *booking.Shift // nil: a new one
	New  *booking.Shift // nil: Old ends
	From *town.Date     // the first day of the new; Old holds until the day before. nil: Old goes altogether
}

var shiftEditShape = shape[ShiftEdit]{
	finish: func(r *reader, n *node, e *ShiftEdit) {
		if n.get("old").empty() && n.get("new").empty() {
			r.wrong(n.at, "days or dates is missing")
		}
	},
	fields: append(placeFields(func(e *ShiftEdit) *Counters { return &e.Counters }),
		in("old", "", optional(shifts()), func(e *ShiftEdit) **booking.Shift { return &e.Old }),
		in("new", "", optional(shifts()), func(e *ShiftEdit) **booking.Shift { return &e.New }),
		in("from", "", optional(date()), func(e *ShiftEdit) **town.Date { return &e.From }),
	),
}

// Kind implements Edit.
func (ShiftEdit) Kind() EditKind { return KindShift }

// Dates implements Edit: all on which the old or the new sentence holds.
func (e ShiftEdit) Dates() (from, to town.Date) {
	var patterns []booking.Pattern
	for _, shift := range []*booking.Shift{e.Old, e.New} {
		if shift != nil {
			patterns = append(patterns, shift.Pattern)
		}
	}
	return datesOfChange(e.From, patterns...)
}

func (e ShiftEdit) check() []Mistake { return checkedBy(shiftEditShape, e) }
func (e ShiftEdit) written() *node   { return shiftEditShape.write(e, filled) }

// Seen implements Edit: the sentence that changes, as it stands, or what is said of
// its days instead; of a new one, the whole week.
func (e ShiftEdit) Seen(c *Catalogue) Standing {
	o := e.OfficeIn(c)
	if o == nil {
		return Standing{}
	}
	week := o.Roster.Week
	if e.Old == nil {
		return Standing{Week: week}
	}
	if at := shiftAt(week, *e.Old); at >= 0 {
		return Standing{Week: week[at : at+1]}
	}
	return Standing{Week: slices.DeleteFunc(slices.Clone(week), func(s booking.Shift) bool { return !shareDays(s.Pattern, e.Old.Pattern) })}
}

func (e ShiftEdit) apply(b *Branch) error {
	o, err := b.officeOf(e.Office)
	if err != nil {
		return err
	}
	week := slices.Clone(o.Roster.Week)
	if e.Old == nil {
		for _, shift := range e.following() {
			if shiftAt(week, shift) >= 0 {
				return ErrThere
			}
		}
		o.Roster.Week = append(week, e.following()...)
		return nil
	}
	at := shiftAt(week, *e.Old)
	if at < 0 {
		return ErrGone
	}
	o.Roster.Week = slices.Replace(week, at, at+1, append(e.leaving(), e.following()...)...)
	return nil
}

// leaving is what is left of the old sentence.
func (e ShiftEdit) leaving() []booking.Shift {
	old := *e.Old
	if !endBefore(&old.Pattern, e.From) {
		return nil
	}
	return []booking.Shift{old}
}

// following is the new sentence, if there is one.
func (e ShiftEdit) following() []booking.Shift {
	if e.New == nil {
		return nil
	}
	shift := *e.New
	beginAt(&shift.Pattern, e.From)
	return []booking.Shift{shift}
}

func shiftAt(week []booking.Shift, shift booking.Shift) int {
	sh := shifts()
	wanted := sh.write(shift, filled)
	return slices.IndexFunc(week, func(s booking.Shift) bool { return same(sh.write(s, filled), wanted) })
}
