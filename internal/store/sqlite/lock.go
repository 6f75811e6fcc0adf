package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// folderLock keeps other processes from migrating a file of the same folder. A
// lock on the file itself would be lost, and with it SQLite's own, as soon as
// this process closed any other handle to the file.
type folderLock struct {
	path   string // of the database
	folder *os.File
}

// Lock implements goose's lock.Locker.
func (l *folderLock) Lock(context.Context, *sql.DB) error {
	folder, err := os.Open(filepath.Dir(l.path))
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX); err != nil {
		folder.Close()
		return fmt.Errorf("lock %s: %w", folder.Name(), err)
	}
	l.folder = folder
	return nil
}

// Unlock implements goose's lock.Locker.
func (l *folderLock) Unlock(context.Context, *sql.DB) error { return l.folder.Close() }
