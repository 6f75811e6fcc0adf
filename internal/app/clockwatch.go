package app

import (
	"sync"
	"time"
)

const (
	// maxDrift is how far the wall clock may part from the time that has
	// really passed: beyond, a wrong clock would erase what is still needed.
	maxDrift = time.Hour
	// slack is what the two may part in a day without anybody's fault: the
	// clock is set by a time server, a virtual machine stands still for its
	// backup. It is forgiven, so that it doesn't add up over months.
	slack = 5 * time.Minute
)

// clockWatch compares the wall clock with the time that has passed since the
// two last agreed, by a clock that nobody sets and that goes on while the
// machine sleeps.
type clockWatch struct {
	mu     sync.Mutex
	wall   time.Time
	passed time.Duration
}

func newClockWatch(wall time.Time) *clockWatch { return &clockWatch{wall: wall.Round(0)} }

// steady is what time it is by the clock that nobody sets.
func (w *clockWatch) steady(passed time.Duration) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wall.Add(passed - w.passed)
}

// drift is how far the wall clock is ahead; negative: behind.
func (w *clockWatch) drift(wall time.Time, passed time.Duration) time.Duration {
	return wall.Round(0).Sub(w.steady(passed))
}

// surely is the instant that has come whichever clock is right: while they
// disagree, the earlier one.
func (w *clockWatch) surely(wall time.Time, passed time.Duration) time.Time {
	if w.drift(wall, passed) > maxDrift {
		return w.steady(passed)
	}
	return wall
}

// agree lets the two count from here, where they are close enough.
func (w *clockWatch) agree(wall time.Time, passed time.Duration) {
	if w.drift(wall, passed).Abs() > slack {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wall, w.passed = wall.Round(0), passed
}
