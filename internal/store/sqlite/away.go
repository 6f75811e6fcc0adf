package sqlite

import (
	"context"
	"errors"
	"fmt"

	sqlite3 "github.com/mattn/go-sqlite3"

	"aufruf/internal/ledger"
)

// away marks what no statement of ours is to blame for as ledger.ErrAway.
func away(err error) error {
	if errors.Is(err, errClosed) || errors.Is(err, context.DeadlineExceeded) || isAway(err) {
		return fmt.Errorf("%w: %w", ledger.ErrAway, err)
	}
	return err
}

func isAway(err error) bool {
	var failed sqlite3.Error
	if !errors.As(err, &failed) {
		return false
	}
	switch failed.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm,
		sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol, sqlite3.ErrNomem, sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return true
	}
	return false
}
