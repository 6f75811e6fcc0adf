package access

import (
	"sync"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// How sign-in slows down.
const (
	freeFailures = 5
	firstDelay   = time.Second
	longestDelay = time.Minute
	forgetAfter  = 15 * time.Minute
	maxTracked   = 100_000
)

// throttle slows down whoever fails to sign in again and again. It counts per
// address and per pair of account and address.
type throttle struct {
	mu   sync.Mutex
	seen map[throttleKey]failures
}

type throttleKey struct {
	user   town.UserID // empty: the address as a whole
	origin string
}

type failures struct {
	count int
	last  time.Time
}

// delay after the last failure until the next attempt is admitted.
func (f failures) delay() time.Duration {
	if f.count < freeFailures {
		return 0
	}
	return min(longestDelay, firstDelay<<min(f.count-freeFailures, 10))
}

func (t *throttle) admit(now time.Time, user town.UserID, origin string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range keys(user, origin) {
		f := t.seen[key]
		if wait := f.last.Add(f.delay()).Sub(now); f.delay() > 0 && wait > 0 {
			return problem.New(problem.TooMany, "session.slow_down").After(wait.Truncate(time.Second) + time.Second)
		}
	}
	return nil
}

func (t *throttle) failed(now time.Time, user town.UserID, origin string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.seen) > maxTracked {
		t.forget(now)
	}
	if t.seen == nil {
		t.seen = map[throttleKey]failures{}
	}
	for _, key := range keys(user, origin) {
		f := t.seen[key]
		if now.Sub(f.last) > forgetAfter {
			f.count = 0
		}
		t.seen[key] = failures{count: f.count + 1, last: now}
	}
}

// forget drops what is old, and everything where that doesn't help: a flood of
// addresses must not fill the memory.
func (t *throttle) forget(now time.Time) {
	for key, f := range t.seen {
		if now.Sub(f.last) > forgetAfter {
			delete(t.seen, key)
		}
	}
	if len(t.seen) > maxTracked {
		clear(t.seen)
	}
}

func (t *throttle) succeeded(user town.UserID, origin string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range keys(user, origin) {
		delete(t.seen, key)
	}
}

func keys(user town.UserID, origin string) [2]throttleKey {
	return [2]throttleKey{{user, origin}, {"", origin}}
}
