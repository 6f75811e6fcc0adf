package apptest

import (
	"sync"
	"time"
)

// Clock is a clock that tests set. Time passes by what it is set ahead.
type Clock struct {
	mu         sync.Mutex
	start, now time.Time
	leapt      time.Duration // how much of it didn't pass
	began      time.Time     // when it began to run; zero: it stands
}

// NewClock returns a clock that stands at an instant.
func NewClock(now time.Time) *Clock { return &Clock{start: now, now: now} }

// NewRunningClock returns a clock that runs on from an instant, for benchmarks.
func NewRunningClock(now time.Time) *Clock {
	return &Clock{start: now, now: now, began: time.Now()}
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shows()
}

// shows is what it shows; c.mu is held.
func (c *Clock) shows() time.Time {
	if c.began.IsZero() {
		return c.now
	}
	return c.now.Add(time.Since(c.began))
}

// Passed is how much time has passed since the start.
func (c *Clock) Passed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shows().Sub(c.start) - c.leapt
}

// Set lets time pass up to an instant.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Add lets time pass.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Leap sets the clock ahead, while no time passes.
func (c *Clock) Leap(ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.leapt = c.now.Add(ahead), c.leapt+ahead
}
