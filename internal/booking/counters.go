package booking

import (
	"slices"
	"time"

	"aufruf/internal/town"
)

// Staffed is a stretch of a date in which so many counters serve.
type Staffed struct {
	From, To time.Time // in the office's zone
	Counters int
}

// Staffed returns how many counters serve when on a date, by rules and roster, in
// order; what is closed isn't among it. At each moment the rule with the most counts.
func (p *Plan) Staffed(date town.Date) []Staffed {
	var stretches []Staffed
	p.eachStretch(date, func(from, to int64, most Capacity) {
		if last := len(stretches) - 1; last >= 0 && stretches[last].To.Unix() == from && stretches[last].Counters == most.Counters {
			stretches[last].To = p.local(to)
			return
		}
		stretches = append(stretches, Staffed{p.local(from), p.local(to), most.Counters})
	})
	return stretches
}

// Serving returns how many counters serve at an instant, for estimating: before
// opening and in a break those that open next, after closing the most of the date,
// on closed dates what the rules say. Where the roster has nobody serve, it is those
// who serve next on that date, from then on; 0 if nobody does.
func (p *Plan) Serving(at time.Time) (counters int, from time.Time) {
	date := town.DateOf(at, p.zone())
	stretches := p.Staffed(date)
	if len(stretches) == 0 {
		return p.ruled(date), at
	}
	most, nobody := 0, false
	for _, s := range stretches {
		most = max(most, s.Counters)
		switch {
		case !at.Before(s.To):
		case s.Counters == 0:
			nobody = true
		case nobody:
			return s.Counters, s.From
		default:
			return s.Counters, at
		}
	}
	if nobody {
		return 0, at
	}
	return most, at
}

// ruled returns how many counters the rules of a date have at most.
func (p *Plan) ruled(date town.Date) int {
	most := 0
	for i := range p.Opening {
		if p.Opening[i].Pattern.Matches(date) {
			most = max(most, p.Opening[i].Capacity.Counters)
		}
	}
	return most
}

// eachStretch calls for each stretch of a date between moments at which something
// opens, closes or changes, with the most that any rule has then.
func (p *Plan) eachStretch(date town.Date, each func(from, to int64, most Capacity)) {
	windows := p.openWindows(date)
	edges := make([]int64, 0, 2*len(windows))
	for _, w := range windows {
		edges = append(edges, w.from, w.to)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	for i := 1; i < len(edges); i++ {
		open, most := false, Capacity{}
		for _, w := range windows {
			if w.from <= edges[i-1] && edges[i] <= w.to {
				open, most = true, Capacity{
					Online: max(most.Online, w.capacity.Online), Staff: max(most.Staff, w.capacity.Staff),
					Counters: max(most.Counters, w.capacity.Counters),
				}
			}
		}
		if open {
			each(edges[i-1], edges[i], most)
		}
	}
}
