package booking

import (
	"time"

	"aufruf/internal/town"
)

// Overstep is what a citizen could not have booked, and staff did.
type Overstep string

// The oversteps.
const (
	BeyondHorizon  Overstep = "horizon"   // later than is open for booking now
	WithinLeadTime Overstep = "lead_time" // it was booked later than online
)

// Oversteps tells what an appointment that staff booked oversteps, as of now; made
// is when it was booked, zero where it was moved since.
func (p *Plan) Oversteps(start, made, now time.Time) []Overstep {
	var found []Overstep
	if town.DateOf(start, p.zone()) > p.HorizonEnd(now) {
		found = append(found, BeyondHorizon)
	}
	if !made.IsZero() && start.Before(made.Add(max(p.Lead, 0))) {
		found = append(found, WithinLeadTime)
	}
	return found
}
