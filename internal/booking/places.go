package booking

import (
	"cmp"
	"time"

	"aufruf/internal/town"
)

// OnlinePlaces counts the places that a date has for online bookings, whatever is
// taken: a place is one appointment as long as the grid's step. At each moment the
// rule with the most room counts.
func (p *Plan) OnlinePlaces(date town.Date) int {
	seconds := int64(0)
	p.eachStretch(date, func(from, to int64, most Capacity) {
		seconds += int64(most.Online) * (to - from)
	})
	return int(seconds / p.gridSeconds())
}

// PlacesOf is how many places an appointment of a duration takes.
func (p *Plan) PlacesOf(duration time.Duration) int {
	grid := p.gridSeconds()
	return int((int64(duration/time.Second) + grid - 1) / grid)
}

func (p *Plan) gridSeconds() int64 { return cmp.Or(max(0, int64(p.Grid/time.Second)), defaultGrid) }

// openWindows returns what closures leave of a date's opening for appointments, in
// pieces in which the roster changes nothing.
func (p *Plan) openWindows(date town.Date) []window {
	_, holiday := p.holiday(date)
	closed, whole := p.closedParts(nil, date, false)
	if whole != nil {
		return nil
	}
	clock := clockOn(date, p.zone())
	var roster staffed
	roster.read(p, date, clock)
	var windows []window
	var steps []step
	for i := range p.Opening {
		rule := &p.Opening[i]
		if !rule.Pattern.Matches(date) || holiday && !rule.Holidays {
			continue
		}
		for _, iv := range rule.Intervals {
			for _, piece := range cut(nil, iv, closed) {
				from, to := clock.span(piece)
				steps = roster.steps(steps[:0], from, to, rule.Capacity)
				for _, st := range steps {
					windows = append(windows, window{origin: st.from, from: st.from, to: st.to, capacity: st.capacity})
				}
			}
		}
	}
	return windows
}
