package forced

import (
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// Gate is a point at which one transaction stands still.
type Gate struct {
	t        testing.TB
	point    string
	left     int // guarded by the store's mutex
	reached  chan struct{}
	released chan struct{}
	once     sync.Once
}

// Reached is closed when a transaction stands at the gate.
func (g *Gate) Reached() <-chan struct{} { return g.reached }

// Release lets it go on; also before anybody has come, and again.
func (g *Gate) Release() { g.once.Do(func() { close(g.released) }) }

// Await returns when a transaction stands at the gate.
func (g *Gate) Await() {
	g.t.Helper()
	select {
	case <-g.reached:
	case <-time.After(patience):
		g.t.Fatalf("nobody came to %s", g.point)
	}
}

// Meanwhile runs one use case up to a point, then another until it has ended or
// stands behind what the first one holds, and then both to their ends. It
// returns the errors of both. A first one that never comes to the point is a
// fault of the test.
func (s *Store) Meanwhile(point string, first, second func() error) (error, error) {
	s.t.Helper()
	return s.MeanwhileAt(s.Hold(point), first, second)
}

// MeanwhileAt is Meanwhile with a gate that is already set.
func (s *Store) MeanwhileAt(g *Gate, first, second func() error) (error, error) {
	s.t.Helper()
	defer g.Release()
	one := start(first)
	select {
	case <-g.reached:
	case <-one.done:
		s.t.Fatalf("ended without coming to %s: %v", g.point, one.err)
	case <-time.After(patience):
		s.t.Fatalf("nobody came to %s", g.point)
	}
	two := start(second)
	s.untilStuck(two.done)
	g.Release()
	return one.wait(s.t), two.wait(s.t)
}

// running is a use case in a goroutine of its own; err is final when done is
// closed.
type running struct {
	done chan struct{}
	err  error
}

func start(fn func() error) *running {
	r := &running{done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.err = fn()
	}()
	return r
}

func (r *running) wait(t testing.TB) error {
	t.Helper()
	select {
	case <-r.done:
	case <-time.After(patience):
		t.Fatal("a use case doesn't end")
	}
	return r.err
}
