package booking

import (
	"time"

	"aufruf/internal/town"
)

// ClosedDuring returns a closure that an appointment which lies within one
// local date falls into, if only in part; nil where there is none.
func (p *Plan) ClosedDuring(from, to time.Time) *Closure {
	zone := p.zone()
	date := town.DateOf(from, zone)
	for i := range p.Closures {
		c := &p.Closures[i]
		if c.WalkInOnly || !c.covers(date) {
			continue
		}
		if c.Part == nil || date.At(c.Part.From, zone).Before(to) && from.Before(date.At(c.Part.To, zone)) {
			return c
		}
	}
	return nil
}
