package plan

import (
	"time"

	"aufruf/internal/town"
)

// OnlinePlaces counts the places that a date has for online bookings in all
// offices, whatever is taken; see booking.Plan.
func (b *Branch) OnlinePlaces(date town.Date) int {
	places := 0
	for _, o := range b.PlanOf {
		if !o.Retired {
			places += o.Booking.OnlinePlaces(date)
		}
	}
	return places
}

// PlacesOf is how many places of an office an appointment of a duration takes;
// one of an office that is gone takes none.
func (b *Branch) PlacesOf(office town.OfficeID, duration time.Duration) int {
	o, ok := b.PlanOf[office]
	if !ok {
		return 0
	}
	return o.Booking.PlacesOf(duration)
}
