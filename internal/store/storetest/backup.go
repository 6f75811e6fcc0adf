package storetest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// testBackup copies a store that is being written to.
func testBackup(t *testing.T, engine Engine) {
	s := open(t, engine)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Meta().Set(ctx, "epoch", "old") })
	folder := t.TempDir()
	file := filepath.Join(folder, "copy")

	const writers = 4
	copied := make(chan error, 1)
	together(t, writers+1, func(i int) error {
		if i < writers {
			return write(t.Context(), s, markt, i)
		}
		err := s.Backup(t.Context(), file, func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), "epoch", "new") })
		copied <- err
		return err
	})
	if <-copied != nil {
		return
	}
	left, err := os.ReadDir(folder)
	is(t, "read folder", err, nil)
	if len(left) != 1 {
		t.Errorf("left beside the copy: %v", left)
	}
	epoch := func(s ledger.Store) string {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (string, error) { return tx.Meta().Get(ctx, "epoch") })
	}
	equal(t, "epoch of the store", epoch(s), "old")

	again, err := engine.OpenCopy(t.Context(), file)
	if err != nil {
		t.Fatalf("open copy: %v", err)
	}
	defer again.Close()
	equal(t, "epoch of the copy", epoch(again), "new")
	consistent(t, again)

	err = s.Backup(t.Context(), file, func(ledger.Tx) error { return nil })
	is(t, "existing file", err, fs.ErrExist)
	err = s.Backup(t.Context(), filepath.Join(folder, "other"), func(ledger.Tx) error { return errOurs })
	is(t, "change that fails", err, errOurs)
	if _, err := os.Stat(filepath.Join(folder, "other")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a failed backup left a file: %v", err)
	}
}

// consistent expects, in one snapshot, each event's ticket and each ticket's
// event, and positions without a gap up to the last, which it returns.
func consistent(t *testing.T, s ledger.Store) town.Seq {
	t.Helper()
	var last town.Seq
	var events []ledger.Event
	var tickets []queue.Ticket
	is(t, "view", s.View(t.Context(), func(tx ledger.Tx) error {
		var lastErr, eventErr, ticketErr error
		last, lastErr = tx.Events().Last(t.Context(), markt)
		events, eventErr = tx.Events().After(t.Context(), markt, 0, 1_000_000)
		tickets, ticketErr = tx.Tickets().OfDay(t.Context(), markt, day)
		return errors.Join(lastErr, eventErr, ticketErr)
	}), nil)
	seen := map[town.TicketID]bool{}
	for i, e := range events {
		if e.Seq != town.Seq(i+1) {
			t.Fatalf("event %d has position %d", i+1, e.Seq)
		}
		seen[e.Ticket] = true
	}
	equal(t, "events", town.Seq(len(events)), last)
	equal(t, "tickets", idSet(tickets), seen)
	return last
}
