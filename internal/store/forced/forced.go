// Package forced is a store for tests in which what is rare in life happens on
// purpose: one transaction stands still at a named point while others run, or
// a named read or write fails. It wraps any ledger.Store and keeps nothing itself.
//
// A point is a row operation as ledger.Tx calls it ("Devices.Revoke",
// "Events.Position"), reached before it runs and, as "Devices.Revoke.Done",
// before its caller knows what came of it; or one of a transaction:
//
//	Update.Begin   before it holds anything
//	Update.Commit  after fn, before the commit
//	Update.Done    after the commit, before the caller knows
//	View.Begin     before the snapshot is taken
//	View.Done      after it was read, before the caller knows
//	Forget         before what was deleted is overwritten
//
// A transaction that stands still holds what the engine lets it hold: on SQLite
// nobody else writes meanwhile.
package forced

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Any is every point; a count over it reaches each step of a use case.
const Any = "any"

// done is the end of the points behind an operation.
const done = ".Done"

var ofTransactions = []string{Any, "Update.Begin", "Update.Commit", "Update.Done", "View.Begin", "View.Done", "Forget"}

// Store wraps another one.
type Store struct {
	ledger.Store
	t testing.TB

	mu       sync.Mutex
	steps    int // points reached since the start
	gates    []*Gate
	failures []*failure
	failed   []string // points at which one came
}

type failure struct {
	point string
	err   error
	after int // so many are passed first
	times int // left
}

// Wrap puts a store between the use cases of a test and another store.
func Wrap(t testing.TB, s ledger.Store) *Store { return &Store{Store: s, t: t} }

// Hold lets the next transaction that reaches a point stand still there.
func (s *Store) Hold(point string) *Gate {
	s.t.Helper()
	return s.HoldNth(point, 1)
}

// HoldNth lets the n-th from now on stand still, n counted from 1.
func (s *Store) HoldNth(point string, n int) *Gate {
	s.t.Helper()
	s.mustKnow(point)
	g := &Gate{t: s.t, point: point, left: n, reached: make(chan struct{}), released: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gates = append(s.gates, g)
	return g
}

// Fail lets the next operations of a name fail, as often as said. One that
// fails does nothing. As with an engine's own failure the transaction runs
// nothing more and doesn't commit, whether fn returns the error or passes over
// it; app's own errors (ledger.ErrNotFound and its like) are answers.
// "Update.Done" fails although the change is durable: a connection that was
// lost while it committed.
func (s *Store) Fail(point string, err error, times int) {
	s.t.Helper()
	s.mustKnow(point)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(s.failures, &failure{point: point, err: err, times: times})
}

// FailNth lets the n-th beginning of an operation or a transaction from now on fail,
// n counted from 1: one after another, all that a use case asks of the store. Heal
// tells whether it was reached.
func (s *Store) FailNth(n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(s.failures, &failure{point: beginnings, err: err, after: n - 1, times: 1})
}

// beginnings is every point but those behind an operation.
const beginnings = "beginnings"

func (f *failure) isAt(point string) bool {
	if f.point == beginnings {
		return !strings.HasSuffix(point, done)
	}
	return f.point == point || f.point == Any
}

// Heal ends all failures that were asked for, and returns the points at which they
// came.
func (s *Store) Heal() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	came := s.failed
	s.failures, s.failed = nil, nil
	return came
}

// Steps counts the points that were reached: while it stands still,
// nobody gets on.
func (s *Store) Steps() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.steps
}

// View implements ledger.Store.
func (s *Store) View(ctx context.Context, fn func(ledger.Tx) error) error {
	if err := s.at(ctx, "View.Begin"); err != nil {
		return err
	}
	err := s.Store.View(ctx, func(tx ledger.Tx) error { return s.run(tx, fn) })
	if err != nil {
		return err
	}
	return s.at(ctx, "View.Done")
}

// Update implements ledger.Store.
func (s *Store) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	if err := s.at(ctx, "Update.Begin"); err != nil {
		return err
	}
	err := s.Store.Update(ctx, branches, func(tx ledger.Tx) error {
		if err := s.run(tx, fn); err != nil {
			return err
		}
		return s.at(ctx, "Update.Commit")
	})
	if err != nil {
		return err
	}
	return s.at(ctx, "Update.Done")
}

// Forget implements ledger.Store.
func (s *Store) Forget(ctx context.Context) error {
	if err := s.at(ctx, "Forget"); err != nil {
		return err
	}
	return s.Store.Forget(ctx)
}

func (s *Store) run(tx ledger.Tx, fn func(ledger.Tx) error) error {
	w := &watch{store: s}
	if err := fn(forcedTx{tx, w}); err != nil {
		return err
	}
	return w.swallowed
}

// Close implements ledger.Store: whoever stands still goes on first.
func (s *Store) Close() error {
	s.mu.Lock()
	for _, g := range s.gates {
		g.Release()
	}
	s.mu.Unlock()
	return s.Store.Close()
}

// at passes a point: it waits at a gate and returns the failure that is due.
func (s *Store) at(ctx context.Context, point string) error {
	g, err := s.reach(point)
	if g == nil {
		return err
	}
	close(g.reached)
	select {
	case <-g.released:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) reach(point string) (*Gate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps++
	return s.gateAt(point), s.failureAt(point)
}

func (s *Store) gateAt(point string) *Gate {
	for _, g := range s.gates {
		if g.left <= 0 || g.point != point && g.point != Any {
			continue
		}
		if g.left--; g.left == 0 {
			return g
		}
	}
	return nil
}

func (s *Store) failureAt(point string) error {
	for _, f := range s.failures {
		if f.times == 0 || !f.isAt(point) {
			continue
		}
		if f.after > 0 {
			f.after--
			continue
		}
		f.times--
		s.failed = append(s.failed, point)
		return fmt.Errorf("%s: %w", point, f.err)
	}
	return nil
}

// mustKnow keeps a test from waiting for a point that nobody reaches.
func (s *Store) mustKnow(point string) {
	s.t.Helper()
	if !slices.Contains(Points(), point) {
		s.t.Fatalf("no such point: %s", point)
	}
}

// Points returns the names of all points.
func Points() []string {
	points := slices.Clone(ofTransactions)
	sets := reflect.TypeFor[ledger.Tx]()
	for i := range sets.NumMethod() {
		rows := sets.Method(i).Type.Out(0)
		for j := range rows.NumMethod() {
			operation := sets.Method(i).Name + "." + rows.Method(j).Name
			points = append(points, operation, operation+done)
		}
	}
	return points
}
