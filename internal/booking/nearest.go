package booking

import (
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
)

// Nearest returns the n bookable starts nearest to a start, the nearest first,
// of two equally near the earlier; fewer where there are not as many up to the
// horizon. n isn't negative. The start itself is among them where it can be booked.
func (p *Plan) Nearest(start time.Time, r Request, taken Taken, n int) []time.Time {
	s := p.sheet(r)
	first, last := s.proposedDates(s.dateOf(start))
	to := start.Unix()
	centre := min(max(s.dateOf(start), first), last)
	near := s.from(centre, last, to, n, taken)
	near = append(near, s.before(centre, first, n, taken)...)
	slices.SortFunc(near, func(a, b int64) int {
		return cmp.Or(cmp.Compare(distance(a, to), distance(b, to)), cmp.Compare(a, b))
	})
	times := make([]time.Time, 0, n)
	for _, at := range near[:min(n, len(near))] {
		times = append(times, p.local(at))
	}
	return times
}

// proposedDates bounds the dates that are proposed instead of one: up to the
// horizon, for staff who asked for a later one up to that.
func (s *sheet) proposedDates(asked town.Date) (first, last town.Date) {
	first, last = s.today, min(max(s.proposed, asked), s.last)
	if r := &s.request; r.First != nil {
		first = max(first, *r.First)
	}
	if r := &s.request; r.Last != nil {
		last = min(last, *r.Last)
	}
	return first, last
}

// from returns the starts of a date and of later ones, until n of them are not
// before an instant.
func (s *sheet) from(date, last town.Date, to int64, n int, taken Taken) []int64 {
	var found []int64
	for after := 0; date <= last && after < n; date++ {
		for _, st := range s.bookable(date, taken) {
			found = append(found, st.at)
			if st.at >= to {
				after++
			}
		}
	}
	return found
}

// before returns the starts of the dates before one, until there are n.
func (s *sheet) before(date, first town.Date, n int, taken Taken) []int64 {
	var found []int64
	for date--; date >= first && len(found) < n; date-- {
		for _, st := range s.bookable(date, taken) {
			found = append(found, st.at)
		}
	}
	return found
}

func distance(a, b int64) int64 { return max(a-b, b-a) }
