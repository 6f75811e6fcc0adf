package catalogue

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
)

// TestSpecialHoursAreOfTheirKind: hours without a capacity are for walk-ins alone.
func TestSpecialHoursAreOfTheirKind(t *testing.T) {
	morning := []booking.Interval{{From: 9 * 60, To: 12 * 60}}
	capacity := &booking.Capacity{Online: 1, Staff: 2, Counters: 3}
	for what, tc := range map[string]struct {
		special         SpecialHours
		opening, walkIn int
	}{
		"appointments": {SpecialHours{Hours: morning, Capacity: capacity}, 1, 0},
		"walk-ins":     {SpecialHours{WalkIn: morning}, 0, 1},
		"both":         {SpecialHours{Hours: morning, Capacity: capacity, WalkIn: morning}, 1, 1},
		"closed":       {SpecialHours{}, 0, 0},
	} {
		tc.special.From, tc.special.To = 20_000, 20_001
		opening, walkIn := (&Office{Special: []SpecialHours{tc.special}}).hours()
		if len(opening) != tc.opening || len(walkIn) != tc.walkIn {
			t.Errorf("%s: got %d rules for appointments and %d for walk-ins, want %d and %d", what, len(opening), len(walkIn), tc.opening, tc.walkIn)
		}
		for _, rule := range opening {
			if diff := cmp.Diff(*capacity, rule.Capacity); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
	}
}
