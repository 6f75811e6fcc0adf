package sqlite

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// A backup onto a full disk was told in SQLite's words alone.
func TestABackupWithoutRoomIsKnownAsOne(t *testing.T) {
	err := create(filepath.Join(t.TempDir(), "copy.db"), func(string) error { return sqlite3.Error{Code: sqlite3.ErrFull} })
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v, want %v", err, syscall.ENOSPC)
	}
}

// A command on a full disk, which can't even look, was told "disk I/O error".
func TestWhyNothingCanBeReadIsKnown(t *testing.T) {
	err := translated(sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.ENOSPC})
	if !errors.Is(err, syscall.ENOSPC) || !isAway(err) {
		t.Errorf("got %v, want %v", err, syscall.ENOSPC)
	}
}
