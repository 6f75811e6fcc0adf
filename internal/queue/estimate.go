package queue

import (
	"math"
	"slices"
	"time"
)

// What an estimate rests on.
const (
	estimateStep     = 5 * time.Minute  // a promise in minutes would be a lie
	enoughHistory    = 20               // fewer services say less than the catalogue
	fallbackDuration = 10 * time.Minute // where the catalogue gives no duration
)

// Estimate returns a range for the wait of somebody with this many people
// ahead at an office with this many counters, both ends rounded up to five
// minutes, low <= high.
//
// A counter comes free once in a service's duration, so the line moves on
// every duration/counters. Low takes the quicker quarter of the durations seen
// and only the people ahead; high takes the slower quarter and one more person,
// for those who are being served already. Quartiles, not means, so that a
// forgotten ticket of three hours moves neither. With fewer than twenty
// durations on record the nominal one counts, a quarter less and more.
func Estimate(ahead, counters int, history []time.Duration, nominal time.Duration) (low, high time.Duration) {
	quick, slow := quartiles(history, nominal)
	ahead, counters = max(ahead, 0), max(counters, 1)
	low = roundUp(share(ahead, counters, quick))
	high = roundUp(share(ahead+1, counters, slow))
	return low, max(low, high)
}

// quartiles returns the lower and upper quartile of the positive durations.
func quartiles(history []time.Duration, nominal time.Duration) (quick, slow time.Duration) {
	seen := slices.DeleteFunc(slices.Clone(history), func(d time.Duration) bool { return d <= 0 })
	if len(seen) < enoughHistory {
		if nominal <= 0 {
			nominal = fallbackDuration
		}
		return nominal * 3 / 4, nominal * 5 / 4
	}
	slices.Sort(seen)
	return seen[len(seen)/4], seen[len(seen)*3/4]
}

func share(people, counters int, each time.Duration) time.Duration {
	return time.Duration(float64(people) / float64(counters) * float64(each))
}

func roundUp(d time.Duration) time.Duration {
	steps := math.Ceil(float64(d) / float64(estimateStep))
	return time.Duration(steps) * estimateStep
}
