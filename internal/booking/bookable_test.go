package booking_test

import (
	"testing"

	"pgregory.net/rapid"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// TestBookableIsHowOftenTheFirstFreeStartCanBeBooked books them, one by one.
func TestBookableIsHowOftenTheFirstFreeStartCanBeBooked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		got := o.plan.Bookable(date, o.request, o.taken)
		booked, sum, spans := 0, 0, o.taken(date)
		given := func(town.Date) []booking.Span { return spans }
		for _, slot := range o.plan.Slots(date, o.request, given) {
			sum += slot.Free
		}
		for slots := o.plan.Slots(date, o.request, given); len(slots) > 0; slots = o.plan.Slots(date, o.request, given) {
			booked++
			spans = append(spans[:len(spans):len(spans)], booking.Span{From: slots[0].Start.Unix(), To: slots[0].End.Unix(), Online: !o.request.Staff})
		}
		if one := len(o.plan.Opening) == 1 && len(o.plan.Opening[0].Intervals) == 1; one && got != booked {
			t.Fatalf("got %d, want %d", got, booked)
		}
		if (got > 0) != (booked > 0) || got > sum {
			t.Fatalf("got %d bookable, but %d were booked of %d free", got, booked, sum)
		}
	})
}
