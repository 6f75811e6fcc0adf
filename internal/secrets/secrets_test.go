package secrets_test

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"aufruf/internal/secrets"
)

// drawnAt draws an id at an instant.
func drawnAt(t *testing.T, now time.Time) string {
	t.Helper()
	id, err := secrets.New(rand.Reader, func() time.Time { return now }, nil).ID()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var tuesday = time.Date(2026, time.December, 1, 8, 0, 0, 0, time.UTC)

// TestIDsSortByWhenTheyWereDrawn: an index by id then grows at its end.
func TestIDsSortByWhenTheyWereDrawn(t *testing.T) {
	var ids []string
	for _, later := range []time.Duration{0, time.Millisecond, 63 * time.Millisecond, time.Hour, 365 * 24 * time.Hour, 80 * 365 * 24 * time.Hour} {
		ids = append(ids, drawnAt(t, tuesday.Add(later)))
	}
	if !slices.IsSorted(ids) {
		t.Errorf("got %q, want them in order", ids)
	}
}

// TestIDsOfOneMomentDiffer, and before the epoch too, which a demonstration's
// clock may stand at.
func TestIDsOfOneMomentDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, now := range []time.Time{tuesday, time.Unix(0, 0)} {
		for range 5000 {
			id := drawnAt(t, now)
			if seen[id] {
				t.Fatalf("%s was drawn twice", id)
			}
			seen[id] = true
		}
	}
}
