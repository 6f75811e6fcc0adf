package queue_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"aufruf/internal/queue"
)

// served repeats durations in minutes until there are at least n.
func served(n int, minutes ...int) []time.Duration {
	var history []time.Duration
	for len(history) < n {
		for _, m := range minutes {
			history = append(history, time.Duration(m)*time.Minute)
		}
	}
	return history
}

func TestEstimate(t *testing.T) {
	for _, tc := range []struct {
		name            string
		ahead, counters int
		history         []time.Duration
		nominal         time.Duration
		low, high       int
	}{
		{"nobody ahead", 0, 2, nil, 10 * time.Minute, 0, 10},
		{"by the catalogue alone", 4, 2, nil, 10 * time.Minute, 15, 35},
		{"too little history", 4, 2, served(10, 60), 10 * time.Minute, 15, 35},
		{"by what was seen", 4, 2, served(40, 4, 8, 12, 16), 30 * time.Minute, 20, 40},
		{"one forgotten ticket changes nothing", 4, 2, append(served(40, 4, 8, 12, 16), 5*time.Hour), 30 * time.Minute, 20, 40},
		{"one that ended before it began neither", 4, 2, append(served(40, 4, 8, 12, 16), -time.Hour), 30 * time.Minute, 20, 40},
		{"no duration in the catalogue", 1, 1, nil, 0, 10, 25},
		{"no counter open counts as one", 1, 0, nil, 10 * time.Minute, 10, 25},
		{"nonsense ahead", -3, 1, nil, 10 * time.Minute, 0, 15},
	} {
		low, high := queue.Estimate(tc.ahead, tc.counters, tc.history, tc.nominal)
		if low != time.Duration(tc.low)*time.Minute || high != time.Duration(tc.high)*time.Minute {
			t.Errorf("%s: got %s to %s, want %d to %d minutes", tc.name, low, high, tc.low, tc.high)
		}
	}
}

func TestEstimateIsARangeThatGrowsWithTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOf(rapid.Map(rapid.IntRange(-60, 7200), func(s int) time.Duration { return time.Duration(s) * time.Second })).Draw(t, "history")
		counters := rapid.IntRange(0, 9).Draw(t, "counters")
		ahead := rapid.IntRange(0, 80).Draw(t, "ahead")
		low, high := queue.Estimate(ahead, counters, history, 10*time.Minute)
		if low < 0 || high <= 0 || low > high || low%(5*time.Minute) != 0 || high%(5*time.Minute) != 0 {
			t.Fatalf("got %s to %s", low, high)
		}
		longerLow, longerHigh := queue.Estimate(ahead+1, counters, history, 10*time.Minute)
		if longerLow < low || longerHigh < high {
			t.Fatalf("one more ahead: %s to %s after %s to %s", longerLow, longerHigh, low, high)
		}
	})
}
