package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"aufruf/internal/ledger"
)

func openWriter(t *testing.T) *writer {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "aufruf.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.writer
}

// crowd has updates wait behind one that holds the turn, lets them go, and
// returns which transaction each ran in, in order, with their errors.
func crowd(t *testing.T, w *writer, n int, fn func(i int, c *conn) error) (batches []*batch, failed []error) {
	t.Helper()
	got := make(chan error, n+1)
	update := func(i int) {
		got <- w.update(t.Context(), func(c *conn) error {
			batches = append(batches, w.batch)
			return fn(i, c)
		})
	}
	inside, leave := make(chan bool), make(chan bool)
	go func() {
		got <- w.update(t.Context(), func(*conn) error {
			batches = append(batches, w.batch)
			inside <- true
			<-leave
			return nil
		})
	}()
	<-inside
	for i := range n {
		go update(i)
	}
	synctest.Wait()
	leave <- true
	for range n + 1 {
		if err := <-got; err != nil {
			failed = append(failed, err)
		}
	}
	return batches, failed
}

func TestWaitingUpdatesShareACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := openWriter(t)
		batches, failed := crowd(t, w, maxShared+9, func(int, *conn) error { return nil })
		if failed != nil {
			t.Fatal(failed)
		}
		sizes := map[*batch]int{}
		for _, b := range batches {
			sizes[b]++
		}
		if got, want := sizes[batches[0]], maxShared; got != want {
			t.Errorf("first commit: got %d updates, want %d", got, want)
		}
		if got, want := len(sizes), 2; got != want {
			t.Errorf("got %d commits, want %d", got, want)
		}
	})
}

// TestLostTransactionFailsAll: a companion that was told "done" before the
// commit would have been told wrong.
func TestLostTransactionFailsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := openWriter(t)
		_, failed := crowd(t, w, 3, func(i int, c *conn) error {
			set := fmt.Sprintf("insert into meta (name, value) values ('%d', '')", i)
			if err := c.run(set); err != nil {
				return err
			}
			if len(w.waiting) == 0 {
				return c.run("rollback") // as SQLite does by itself when the disk is full
			}
			return nil
		})
		if got, want := len(failed), 4; got != want {
			t.Errorf("got %d failures, want %d: %v", got, want, failed)
		}
		var stored int
		err := w.update(t.Context(), func(c *conn) error {
			return c.sql.QueryRowContext(whole, "select count(*) from meta").Scan(&stored)
		})
		if err != nil || stored != 0 {
			t.Errorf("afterwards: got %d rows and error %v, want none", stored, err)
		}
	})
}

// TestDiskFullThatIsPassedOverLeavesNothing: SQLite takes the whole transaction
// back by itself then, and a statement after it would commit alone.
func TestDiskFullThatIsPassedOverLeavesNothing(t *testing.T) {
	s := &Store{}
	s.writer = openWriter(t)
	if err := s.writer.conn.run("pragma max_page_count = 1"); err != nil { // no more than there are
		t.Fatal(err)
	}
	var failed error
	err := s.Update(t.Context(), nil, func(tx ledger.Tx) error {
		for i := 0; failed == nil; i++ {
			failed = tx.Meta().Set(t.Context(), fmt.Sprint("much ", i), strings.Repeat("x", 10_000))
		}
		tx.Meta().Set(t.Context(), "after", "alone")
		return nil
	})
	if failed == nil || !errors.Is(err, failed) {
		t.Errorf("update: got %v, want %v", err, failed)
	}
	err = s.Update(t.Context(), nil, func(tx ledger.Tx) error {
		_, err := tx.Meta().Get(t.Context(), "after")
		return err
	})
	if !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("what was written after the failure: got %v, want it gone", err)
	}
}

func TestUpdateAfterCloseIsRefused(t *testing.T) {
	w := openWriter(t)
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	if err := w.update(t.Context(), func(*conn) error { return nil }); !errors.Is(err, errClosed) {
		t.Errorf("got error %v, want %v", err, errClosed)
	}
}
