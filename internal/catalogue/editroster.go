package catalogue

import (
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// ErrRoster: there is no such exception to take back.
var ErrRoster = problem.New(problem.NotFound, "roster.unknown")

// RosterEdit adds an exception to an office's roster, the newest. One that says the
// same goes for it, and so does its reason.
type RosterEdit struct {
	Counters
	booking.Exception
}

// RosterBack takes an exception back, whatever its reason.
type RosterBack struct {
	Counters
	booking.Exception
}

var (
	rosterEditShape = shape[RosterEdit]{fields: rosterFields(
		func(e *RosterEdit) *Counters { return &e.Counters }, func(e *RosterEdit) *booking.Exception { return &e.Exception })}
	rosterBackShape = shape[RosterBack]{fields: rosterFields(
		func(e *RosterBack) *Counters { return &e.Counters }, func(e *RosterBack) *booking.Exception { return &e.Exception })}
)

func rosterFields[E any](place func(*E) *Counters, exception func(*E) *booking.Exception) []field[E] {
	return append(placeFields(place), must("exception", "", exceptions(), exception))
}

// Kind implements Edit.
func (RosterEdit) Kind() EditKind { return KindRoster }

// Kind implements Edit.
func (RosterBack) Kind() EditKind { return KindRosterBack }

// Dates implements Edit.
func (e RosterEdit) Dates() (from, to town.Date) { return e.From, e.To }

// Dates implements Edit.
func (e RosterBack) Dates() (from, to town.Date) { return e.From, e.To }

func (e RosterEdit) check() []Mistake { return checkedBy(rosterEditShape, e) }
func (e RosterBack) check() []Mistake { return checkedBy(rosterBackShape, e) }
func (e RosterEdit) written() *node   { return rosterEditShape.write(e, filled) }
func (e RosterBack) written() *node   { return rosterBackShape.write(e, filled) }

// Seen implements Edit: what else is said about those dates.
func (e RosterEdit) Seen(c *Catalogue) Standing {
	return Standing{Roster: overlapping(e.exceptions(c), datesOfException, e.From, e.To)}
}

// Seen implements Edit: the exception itself, with its reason.
func (e RosterBack) Seen(c *Catalogue) Standing {
	return Standing{Roster: slices.DeleteFunc(e.exceptions(c), func(other booking.Exception) bool { return !saysTheSame(other, e.Exception) })}
}

func (e RosterEdit) apply(b *Branch) error {
	o, err := b.officeOf(e.Office)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(o.Roster.Exceptions, func(old booking.Exception) bool { return saysTheSame(old, e.Exception) })
	o.Roster.Exceptions = append(kept, e.Exception)
	return nil
}

func (e RosterBack) apply(b *Branch) error {
	o, err := b.officeOf(e.Office)
	if err != nil {
		return err
	}
	before := len(o.Roster.Exceptions)
	o.Roster.Exceptions = slices.DeleteFunc(o.Roster.Exceptions, func(old booking.Exception) bool { return saysTheSame(old, e.Exception) })
	if len(o.Roster.Exceptions) == before {
		return ErrRoster
	}
	return nil
}

// exceptions returns a copy of an office's exceptions; none where it is unknown.
func (at Counters) exceptions(c *Catalogue) []booking.Exception {
	b, ok := c.Branch(at.Branch)
	if !ok {
		return nil
	}
	o, ok := b.Office(at.Office)
	if !ok {
		return nil
	}
	return slices.Clone(o.Roster.Exceptions)
}

func datesOfException(e booking.Exception) (from, to town.Date) { return e.From, e.To }
