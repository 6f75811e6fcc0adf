package booking

import (
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
)

// OnlinePlaces counts the places that a date has for online bookings, whatever is
// taken: a place is one appointment as long as the grid's step. At each moment the
// rule with the most room counts.
func (p *Plan) OnlinePlaces(date town.Date) int {
	windows := p.onlineWindows(date)
	var edges []int64
	for _, w := range windows {
		edges = append(edges, w.from, w.to)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	seconds := int64(0)
	for i := 1; i < len(edges); i++ {
		online := 0
		for _, w := range windows {
			if w.from <= edges[i-1] && edges[i] <= w.to {
				online = max(online, w.capacity.Online)
			}
		}
		seconds += int64(online) * (edges[i] - edges[i-1])
	}
	return int(seconds / p.gridSeconds())
}

// PlacesOf is how many places an appointment of a duration takes.
func (p *Plan) PlacesOf(duration time.Duration) int {
	grid := p.gridSeconds()
	return int((int64(duration/time.Second) + grid - 1) / grid)
}

func (p *Plan) gridSeconds() int64 { return cmp.Or(max(0, int64(p.Grid/time.Second)), defaultGrid) }

// onlineWindows returns what closures leave of a date's opening for appointments.
func (p *Plan) onlineWindows(date town.Date) []window {
	_, holiday := p.holiday(date)
	closed, whole := p.closedParts(nil, date, false)
	if whole != nil {
		return nil
	}
	clock := clockOn(date, p.zone())
	var windows []window
	for i := range p.Opening {
		rule := &p.Opening[i]
		if !rule.Pattern.Matches(date) || holiday && !rule.Holidays {
			continue
		}
		for _, iv := range rule.Intervals {
			for _, piece := range cut(nil, iv, closed) {
				from, to := clock.span(piece)
				windows = append(windows, window{from, from, to, rule.Capacity})
			}
		}
	}
	return windows
}
