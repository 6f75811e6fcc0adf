// Package storetest is what a store is: a suite that every engine passes whole.
// It knows no engine; each calls Run from a test of its own and Main from its
// TestMain.
package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Engine is what the suite needs of an engine.
type Engine struct {
	// New makes an empty place for one test and says where it is.
	New func(t testing.TB) string
	// Open opens a place; the same one may be opened several times, also by
	// another process.
	Open func(ctx context.Context, place string) (ledger.Store, error)
	// OpenCopy opens what Backup wrote.
	OpenCopy func(ctx context.Context, file string) (ledger.Store, error)
}

// Run runs the whole suite.
func Run(t *testing.T, engine Engine) {
	for _, group := range []struct {
		name string
		run  func(*testing.T, Engine)
	}{
		{"Rows", testRows},
		{"Constraints", testConstraints},
		{"Update", testUpdate},
		{"Concurrent", testConcurrent},
		{"Tail", testTail},
		{"Backup", testBackup},
		{"Crash", testCrash},
		{"Check", testCheck},
	} {
		t.Run(group.name, func(t *testing.T) { group.run(t, engine) })
	}
}

// The branches that an opened store starts with, in ascending order.
const (
	markt   town.BranchID = "grimma-markt"
	nerchau town.BranchID = "nerchau"
)

var branches = []town.BranchID{markt, nerchau}

// A Tuesday, and an instant of it that has microseconds.
var (
	day = town.NewDate(2026, time.December, 1)
	at  = time.Date(2026, time.December, 1, 8, 5, 0, 123456000, time.UTC)
)

// open makes a place with the branches and opens it for the length of the test.
func open(t *testing.T, engine Engine) ledger.Store {
	t.Helper()
	s := reopen(t, engine, engine.New(t))
	for _, id := range branches {
		addBranch(t, s, id)
	}
	return s
}

func reopen(t testing.TB, engine Engine, place string) ledger.Store {
	t.Helper()
	s, err := engine.Open(t.Context(), place)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func addBranch(t testing.TB, s ledger.Store, id town.BranchID) {
	t.Helper()
	update(t, s, []town.BranchID{id}, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Catalogue().Put(ctx, catalogue.Document{Kind: "branch", ID: string(id), Body: []byte("{}")})
	})
}

// update runs fn in a transaction that must succeed.
func update(t testing.TB, s ledger.Store, held []town.BranchID, fn func(context.Context, ledger.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := s.Update(ctx, held, func(tx ledger.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatalf("update: %v", err)
	}
}

// view reads one thing that must be there.
func view[T any](t testing.TB, s ledger.Store, read func(context.Context, ledger.Tx) (T, error)) T {
	t.Helper()
	var got T
	err := s.View(t.Context(), func(tx ledger.Tx) (err error) {
		got, err = read(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	return got
}

// walkIn returns a ticket that differs from others in id, number and order.
func walkIn(branch town.BranchID, n int) queue.Ticket {
	return queue.Ticket{
		ID: town.TicketID(fmt.Sprintf("%s-%d", branch, n)), Version: 1,
		Branch: branch, Date: day, Number: town.FirstNumber + town.Number(n), Kind: queue.WalkIn,
		Items:    []town.Item{{Service: "meldebescheinigung", Quantity: 1}},
		Language: town.German, Created: at, Order: town.Seq(n + 1),
		Progress:  queue.Progress{Office: "buergerbuero", State: queue.Waiting, SortAt: at.Add(time.Duration(n) * time.Minute)},
		TokenHash: fmt.Appendf(nil, "token %s %d", branch, n),
	}
}
