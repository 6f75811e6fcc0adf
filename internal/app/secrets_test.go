package app_test

import (
	"slices"
	"testing"
	"time"
)

// TestIDsSortByWhenTheyWereDrawn: an index by id then grows at its end.
func TestIDsSortByWhenTheyWereDrawn(t *testing.T) {
	h := openHall(t)
	var ids []string
	for _, later := range []time.Duration{0, time.Millisecond, 63 * time.Millisecond, time.Hour, 365 * 24 * time.Hour, 80 * 365 * 24 * time.Hour} {
		h.set(at(t, tuesday, "08:00").Add(later))
		id, err := h.DrawID()
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if !slices.IsSorted(ids) {
		t.Errorf("got %q, want them in order", ids)
	}
}

// TestIDsOfOneMomentDiffer, and before the epoch too, which a demonstration's
// clock may stand at.
func TestIDsOfOneMomentDiffer(t *testing.T) {
	h := openHall(t)
	seen := map[string]bool{}
	for _, now := range []time.Time{at(t, tuesday, "08:00"), time.Unix(0, 0)} {
		h.set(now)
		for range 5000 {
			id, err := h.DrawID()
			if err != nil {
				t.Fatal(err)
			}
			if seen[id] {
				t.Fatalf("%s was drawn twice", id)
			}
			seen[id] = true
		}
	}
}
