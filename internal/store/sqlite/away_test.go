package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	sqlite3 "github.com/mattn/go-sqlite3"

	"aufruf/internal/ledger"
)

// A full disk was answered like a mistake of ours.
func TestAFullDiskIsAway(t *testing.T) {
	s := &Store{writer: openWriter(t)}
	fill := func(tx ledger.Tx) error {
		for i := range 50 {
			if err := tx.Meta().Set(t.Context(), fmt.Sprint("much ", i), strings.Repeat("x", 10_000)); err != nil {
				return fmt.Errorf("fill: %w", err)
			}
		}
		return nil
	}
	if err := s.writer.conn.run("pragma max_page_count = 1"); err != nil { // no more than there are
		t.Fatal(err)
	}
	err := s.Update(t.Context(), nil, fill)
	var cause sqlite3.Error
	if !errors.Is(err, ledger.ErrAway) || !errors.As(err, &cause) || cause.Code != sqlite3.ErrFull {
		t.Errorf("got %v, want %v because the disk is full", err, ledger.ErrAway)
	}
	if err := s.writer.conn.run("pragma max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), nil, fill); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestWhatTheDatabaseCantDoIsAway(t *testing.T) {
	failed := func(code sqlite3.ErrNo) error {
		return fmt.Errorf("draw number: %w", sqlite3.Error{Code: code})
	}
	for name, c := range map[string]struct {
		err  error
		away bool
	}{
		"disk full":          {failed(sqlite3.ErrFull), true},
		"disk broken":        {failed(sqlite3.ErrIoErr), true},
		"disk read-only":     {failed(sqlite3.ErrReadonly), true},
		"folder gone":        {failed(sqlite3.ErrCantOpen), true},
		"somebody writes":    {failed(sqlite3.ErrBusy), true},
		"file damaged":       {failed(sqlite3.ErrCorrupt), true},
		"closed":             {errClosed, true},
		"too late":           {context.DeadlineExceeded, true},
		"a mistake of ours":  {failed(sqlite3.ErrError), false},
		"a check of a table": {failed(sqlite3.ErrConstraint), false},
		"caller gone":        {context.Canceled, false},
		"an answer":          {ledger.ErrNotFound, false},
	} {
		if got := away(c.err); errors.Is(got, ledger.ErrAway) != c.away || !errors.Is(got, c.err) {
			t.Errorf("%s: got %v, want away %v", name, got, c.away)
		}
	}
}
