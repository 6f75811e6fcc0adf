package page

import (
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

type Half struct {
	Name  string
	Slots []SlotButton
}

type SlotButton struct {
	Value string // RFC 3339
	Time  string
	Date  string // only where the day isn't clear
	Last  bool   // only one person can still take it
	Mine  bool   // kept for this person already
}

// Noon divides the day: what starts before it is the morning.
const Noon = 12

func (v *Page) HalfDays(slots []booking.Slot, mine time.Time) []Half {
	var halves []Half
	for _, slot := range slots {
		name := v.T("booking.time.morning")
		if slot.Start.Hour() >= Noon {
			name = v.T("booking.time.afternoon")
		}
		if len(halves) == 0 || halves[len(halves)-1].Name != name {
			halves = append(halves, Half{Name: name})
		}
		last := &halves[len(halves)-1]
		last.Slots = append(last.Slots, SlotButton{
			Value: slot.Start.Format(time.RFC3339), Time: v.Time(slot.Start),
			Last: slot.Free == 1, Mine: slot.Start.Equal(mine),
		})
	}
	return halves
}

// NearestTimes words the free times that a refusal offers.
func (v *Page) NearestTimes(refused *problem.Error, zone *time.Location) []SlotButton {
	return v.Buttons(refused.Alternatives, zone)
}

// Buttons words starts that may lie on several days, the earliest first.
func (v *Page) Buttons(starts []time.Time, zone *time.Location) []SlotButton {
	buttons := make([]SlotButton, len(starts))
	for i, start := range slices.SortedFunc(slices.Values(starts), time.Time.Compare) {
		start = start.In(zone)
		buttons[i] = SlotButton{
			Value: start.Format(time.RFC3339), Time: v.Time(start), Date: v.DayMonth(town.DateOf(start, zone)),
		}
	}
	return buttons
}
