package booking_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// Of several closures that leave nothing of a day, the words are those of one
// that closes it: not of another day's, not of one for walk-ins alone, and not
// the silence of one without words.
func TestTheReasonOfAPartClosedDayIsItsOwn(t *testing.T) {
	plan, r := oneMorning(t, booking.Capacity{Online: 1, Staff: 1, Counters: 1}), request(t)
	date, part := day("2026-11-25"), new(hours("09:15", "09:50"))
	plan.Closures = []booking.Closure{
		{From: date - 1, To: date - 1, Part: part, Reason: town.Plain("gestern")},
		{From: date + 1, To: date + 9, Part: part, Reason: town.Plain("morgen")},
		{From: date, To: date, Part: part, WalkInOnly: true, Reason: town.Plain("nur ohne Termin")},
		{From: date, To: date, Part: part},
		{From: date, To: date, Part: part, Reason: town.Plain("Umzug")},
	}
	want := booking.Day{Date: date, State: booking.DayClosed, Reason: booking.ReasonClosure, Text: town.Plain("Umzug")}
	if diff := cmp.Diff(want, plan.Days(date, date, r, nil)[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
