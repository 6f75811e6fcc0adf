package app_test

import "testing"

// TestManagersAreWarnedADayBeforeAReminderWouldWait: whoever didn't open the list
// learned of it when the reminder was due and didn't leave.
func TestManagersAreWarnedADayBeforeAReminderWouldWait(t *testing.T) {
	eachEngine(t, func(t *testing.T, h *townHall) {
		booked := h.book(at(t, thursday, "10:00")) // reminded on Wednesday at ten
		h.closes(dayOff(thursday))
		held := func(when string, want int) {
			t.Helper()
			got, err := h.Dealings.HeldReminders(h.ctx(), boss(), markt)
			if err != nil || got != want {
				t.Errorf("%s: got %d, %v; want %d", when, got, err, want)
			}
		}
		held("more than a day before", 0)
		h.set(at(t, tuesday, "10:00"))
		held("a day before", 1)
		h.set(at(t, tuesday.AddDays(1), "10:05"))
		h.takes()
		held("while it waits", 1)
		h.wantNone(h.Dealings.Keep(h.ctx(), boss(), markt, booked.Ticket.ID))
		held("kept", 0)
	})
}
