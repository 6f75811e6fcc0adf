package catalogue

import (
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// SetHours gives an office other hours on some dates than its rules say: longer,
// shorter, or on a public holiday. Special hours of the same dates are replaced.
type SetHours struct {
	Counters
	SpecialHours
}

// UsualHours takes an office's special hours back, so that its rules hold again.
type UsualHours struct {
	Counters
	SpecialHours
}

var (
	setHoursShape   = shape[SetHours]{finish: func(r *reader, n *node, e *SetHours) { finishSpecialHours(r, n, &e.SpecialHours) }, fields: hoursFields(func(e *SetHours) *Counters { return &e.Counters }, func(e *SetHours) *SpecialHours { return &e.SpecialHours })}
	usualHoursShape = shape[UsualHours]{fields: hoursFields(func(e *UsualHours) *Counters { return &e.Counters }, func(e *UsualHours) *SpecialHours { return &e.SpecialHours })}
)

func hoursFields[E any](place func(*E) *Counters, hours func(*E) *SpecialHours) []field[E] {
	return append(placeFields(place), partFields(specialHoursShape.fields, hours)...)
}

// Kind implements Edit.
func (SetHours) Kind() EditKind { return KindHours }

// Kind implements Edit.
func (UsualHours) Kind() EditKind { return KindUsualHours }

// Dates implements Edit.
func (e SetHours) Dates() (from, to town.Date) { return e.From, e.To }

// Dates implements Edit.
func (e UsualHours) Dates() (from, to town.Date) { return e.From, e.To }

func (e SetHours) check() []Mistake   { return checkedBy(setHoursShape, e) }
func (e UsualHours) check() []Mistake { return checkedBy(usualHoursShape, e) }
func (e SetHours) written() *node     { return setHoursShape.write(e, filled) }
func (e UsualHours) written() *node   { return usualHoursShape.write(e, filled) }

// Seen implements Edit: the rules and special hours that are replaced there.
func (e SetHours) Seen(c *Catalogue) Standing {
	o := e.Counters.OfficeIn(c)
	if o == nil {
		return Standing{}
	}
	return Standing{
		Opening: matching(o.Opening, e.From, e.To), WalkIn: matching(o.WalkIn.Hours, e.From, e.To),
		Special: overlapping(o.Special, datesOfSpecial, e.From, e.To),
	}
}

// Seen implements Edit: the special hours themselves.
func (e UsualHours) Seen(c *Catalogue) Standing {
	o := e.Counters.OfficeIn(c)
	if o == nil {
		return Standing{}
	}
	return Standing{Special: slices.DeleteFunc(slices.Clone(o.Special), func(s SpecialHours) bool { return !sameHours(s, e.SpecialHours) })}
}

func (e SetHours) apply(b *Branch) error {
	o, err := b.officeOf(e.Office)
	if err != nil {
		return err
	}
	o.Special = append(slices.DeleteFunc(o.Special, func(s SpecialHours) bool { return sameDates(s, e.SpecialHours) }), e.SpecialHours)
	return nil
}

func (e UsualHours) apply(b *Branch) error {
	o, err := b.officeOf(e.Office)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(o.Special), func(s SpecialHours) bool { return sameHours(s, e.SpecialHours) })
	if len(left) == len(o.Special) {
		return ErrGone
	}
	o.Special = left
	return nil
}

func sameDates(a, b SpecialHours) bool {
	return a.From == b.From && a.To == b.To && slices.Equal(a.Days, b.Days)
}

func sameHours(a, b SpecialHours) bool {
	return same(specialHoursShape.write(a, filled), specialHoursShape.write(b, filled))
}

// OfficeIn returns the office of a place; nil where there is none.
func (at Counters) OfficeIn(c *Catalogue) *Office {
	b, ok := c.Branch(at.Branch)
	if !ok {
		return nil
	}
	o, ok := b.Office(at.Office)
	if !ok {
		return nil
	}
	return o
}

// matching returns the rules that choose one of some dates.
func matching(rules []booking.OpeningRule, from, to town.Date) []booking.OpeningRule {
	var found []booking.OpeningRule
	for _, rule := range rules {
		for date := from; date <= to; date++ {
			if rule.Pattern.Matches(date) {
				found = append(found, rule)
				break
			}
		}
	}
	return found
}
