package catalogue

import (
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// Counters names what a closure closes: an office of a branch, or all of the
// branch where Office is empty.
type Counters struct {
	Branch town.BranchID
	Office town.OfficeID
}

// CloseOffice returns the catalogue with one more urgent closure, and without those
// that were over before today; one that is there already isn't noted twice.
// false: there is no such branch or office. The receiver is not changed.
func (c Catalogue) CloseOffice(at Counters, closure booking.Closure, today town.Date) (Catalogue, bool) {
	return c.withUrgent(at, func(urgent []booking.Closure) ([]booking.Closure, bool) {
		kept := slices.DeleteFunc(urgent, func(u booking.Closure) bool { return u.To < today || closesTheSame(u, closure) })
		return append(kept, closure), true
	})
}

// ReopenOffice returns the catalogue without an urgent closure, whatever its reason.
// false: there is none. The receiver is not changed.
func (c Catalogue) ReopenOffice(at Counters, closure booking.Closure) (Catalogue, bool) {
	return c.withUrgent(at, func(urgent []booking.Closure) ([]booking.Closure, bool) {
		kept := slices.DeleteFunc(urgent, func(u booking.Closure) bool { return closesTheSame(u, closure) })
		return kept, len(kept) < len(urgent)
	})
}

func (c Catalogue) withUrgent(at Counters, change func([]booking.Closure) ([]booking.Closure, bool)) (Catalogue, bool) {
	copied := c.clone()
	branch, ok := copied.Branch(at.Branch)
	if !ok {
		return c, false
	}
	urgent := &branch.Urgent
	if at.Office != "" {
		office, ok := branch.Office(at.Office)
		if !ok {
			return c, false
		}
		urgent = &office.Urgent
	}
	changed := false
	if *urgent, changed = change(*urgent); !changed {
		return c, false
	}
	return copied, true
}

// closesTheSame reports whether two closures differ in nothing but the reason.
func closesTheSame(a, b booking.Closure) bool {
	sameHours := a.Part == nil && b.Part == nil || a.Part != nil && b.Part != nil && *a.Part == *b.Part
	return a.From == b.From && a.To == b.To && a.WalkInOnly == b.WalkInOnly && sameHours
}
