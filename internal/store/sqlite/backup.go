package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/store"
)

// Backup implements app.Store. The copy is a database of its own, without free
// pages, in one file that Open opens.
func (s *Store) Backup(ctx context.Context, file string, change func(app.Tx) error) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("backup: %s: %w", file, fs.ErrExist)
	}
	folder, err := os.MkdirTemp(filepath.Dir(file), ".backup-")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer os.RemoveAll(folder)
	copied := filepath.Join(folder, "copy")
	if err := s.copyTo(ctx, copied); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := prepare(ctx, copied, change); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// A link, unlike a renamed file, replaces nothing.
	if err := os.Link(copied, file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return flush(filepath.Dir(file))
}

// copyTo writes what one reading transaction sees.
func (s *Store) copyTo(ctx context.Context, file string) error {
	if err := create(file); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, "vacuum into ?1", file)
	return err
}

// prepare applies the change to a copy and leaves nothing beside it.
func prepare(ctx context.Context, file string, change func(app.Tx) error) error {
	s, err := Open(ctx, file, Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(s.Update(ctx, nil, change), s.Forget(ctx), s.Close()); err != nil {
		return err
	}
	return flush(file)
}

// flush makes a file, or what a folder lists, survive a power cut.
func flush(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// between two tries to empty the log while somebody reads.
const forgetPause = 20 * time.Millisecond

// Forget implements app.Store: deleted rows are overwritten when they are
// deleted, but the file and the log hold their old pages until the log has been
// written back and emptied.
func (s *Store) Forget(ctx context.Context) error {
	db, err := sql.Open("sqlite3", dsn(s.path, forgetPause))
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		done, err := emptyLog(ctx, db)
		if done || err != nil {
			return err
		}
		select {
		case <-time.After(forgetPause):
		case <-ctx.Done():
			return fmt.Errorf("forget: somebody kept reading: %w", ctx.Err())
		}
	}
}

// emptyLog writes most of the log back without disturbing anybody, then the
// rest while writers wait. False: a reader or writer was in the way.
func emptyLog(ctx context.Context, db *sql.DB) (bool, error) {
	for _, mode := range []string{"passive", "truncate"} {
		var busy, pages, written int
		err := db.QueryRowContext(ctx, "pragma wal_checkpoint("+mode+")").Scan(&busy, &pages, &written)
		if err != nil {
			return false, fmt.Errorf("forget: %w", err)
		}
		if busy != 0 {
			return false, nil
		}
	}
	return true, nil
}

var _ app.Store = (*Store)(nil)
var _ app.Tx = store.Tx{}
