package booking_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
)

// TestStaffBookBeyondWhatBindsCitizens: horizon and lead time bind citizens alone;
// what staff overstep is said.
func TestStaffBookBeyondWhatBindsCitizens(t *testing.T) {
	now := at(t, "2026-11-24 08:00")
	p := &booking.Plan{
		Zone: now.Location(), Grid: 10 * time.Minute, Horizon: 14, Lead: 2 * time.Hour,
		Opening: []booking.OpeningRule{{
			Pattern:   booking.Pattern{Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}},
			Intervals: []booking.Interval{hours("08:00", "16:00")}, Capacity: booking.Capacity{Online: 1, Staff: 1, Counters: 1},
		}},
	}
	for _, tc := range []struct {
		start     string
		citizens  string // why they can't; empty: they can
		oversteps []booking.Overstep
	}{
		{"2026-11-25 09:00", "", nil},
		{"2026-11-24 09:00", "booking.start_lead_time", []booking.Overstep{booking.WithinLeadTime}},
		{"2027-03-09 09:00", "booking.start_horizon", []booking.Overstep{booking.BeyondHorizon}},
	} {
		start := at(t, tc.start)
		request := booking.Request{Now: now, Duration: 10 * time.Minute}
		if got := key(p.Check(start, request, nil)); got != tc.citizens {
			t.Errorf("%s: citizens: got %q, want %q", tc.start, got, tc.citizens)
		}
		request.Staff = true
		if err := p.Check(start, request, nil); err != nil {
			t.Errorf("%s: staff: got %v", tc.start, err)
		}
		if diff := cmp.Diff(tc.oversteps, p.Oversteps(start, now, now)); diff != "" {
			t.Errorf("%s: -want +got\n%s", tc.start, diff)
		}
	}
}
