package catalogue

import (
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// Counters names what an edit is about: an office of a branch, or all of the
// branch where Office is empty.
type Counters struct {
	Branch town.BranchID
	Office town.OfficeID
}

// Place returns itself, for what is about it.
func (at Counters) Place() Counters { return at }

// lists returns the closures of a place: those that managers have entered in the
// browser, and those of files. Errors: NotFound.
func (at Counters) lists(b *Branch) (urgent, planned *[]booking.Closure, err error) {
	if at.Office == "" {
		return &b.Urgent, &b.Closures, nil
	}
	o, err := b.officeOf(at.Office)
	if err != nil {
		return nil, nil, err
	}
	return &o.Urgent, &o.Closures, nil
}

// closures returns a copy of all closures of a place; none where it is unknown.
func (at Counters) closures(c *Catalogue) []booking.Closure {
	b, ok := c.Branch(at.Branch)
	if !ok {
		return nil
	}
	urgent, planned, err := at.lists(b)
	if err != nil {
		return nil
	}
	return slices.Concat(*planned, *urgent)
}

// closesTheSame reports whether two closures differ in nothing but the reason.
func closesTheSame(a, b booking.Closure) bool {
	sameHours := a.Part == nil && b.Part == nil || a.Part != nil && b.Part != nil && *a.Part == *b.Part
	return a.From == b.From && a.To == b.To && a.WalkInOnly == b.WalkInOnly && sameHours
}

// WithoutOver returns the catalogue without what managers have entered for days
// before today at a branch and that nothing depends on any more. The receiver is
// not changed.
func (c Catalogue) WithoutOver(branch town.BranchID, today town.Date) Catalogue {
	copied, b, err := c.withOwn(branch)
	if err != nil {
		return c
	}
	over := func(u booking.Closure) bool { return u.To < today }
	b.Urgent = slices.DeleteFunc(b.Urgent, over)
	for i := range b.Offices {
		o := &b.Offices[i]
		o.Urgent = slices.DeleteFunc(o.Urgent, over)
		o.Roster.Exceptions = slices.DeleteFunc(o.Roster.Exceptions, func(e booking.Exception) bool { return e.To < today })
	}
	return copied
}
