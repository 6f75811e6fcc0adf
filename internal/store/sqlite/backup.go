package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"

	"aufruf/internal/ledger"
	"aufruf/internal/store"
)

// Backup implements ledger.Store. The copy is a database of its own, without free
// pages, in one file that Open opens.
func (s *Store) Backup(ctx context.Context, file string, change func(ledger.Tx) error) error {
	if s.writer == nil {
		return fmt.Errorf("backup: %w", ledger.ErrLooking)
	}
	return create(file, func(unfinished string) error {
		if err := touch(unfinished); err != nil {
			return err
		}
		// One reading transaction, while others write.
		if _, err := s.db.ExecContext(ctx, "vacuum into ?1", unfinished); err != nil {
			return err
		}
		return finish(ctx, unfinished, nil, change)
	})
}

// Create makes a new file that holds what fill stores, and is changed before it
// appears under its name. An existing file is refused with fs.ErrExist.
func Create(ctx context.Context, file string, fill func(store.Session) error, change func(ledger.Tx) error) error {
	return create(file, func(unfinished string) error { return finish(ctx, unfinished, fill, change) })
}

// ErrUnfinished: the file of a database whose last commits lie in a log beside
// it.
var ErrUnfinished = errors.New("its newest changes lie in the log beside it")

// ErrNoBackup: a file that neither Backup nor Create made.
var ErrNoBackup = errors.New("it isn't what a backup has written")

// backupMark is what SQLite calls the application id of a file: Backup and Create
// set it, and whoever opens the file takes it away, since from then on its newest
// changes may lie elsewhere.
const (
	backupMark   = 0x41756642 // AufB
	backupMarkAt = 68         // in the file's header, 4 bytes (sqlite.org/fileformat2.html, 1.3)
)

// Complete returns nil for a file that Backup or Create made and nobody has
// opened. ErrUnfinished for the file of a database that is in use, or wasn't
// closed: without its log it is an old state, or none at all; ErrNoBackup for any
// other, of which nobody knows whether its log was left behind.
func Complete(file string) error {
	if log, err := os.Stat(file + "-wal"); err == nil && log.Size() > 0 {
		return fmt.Errorf("%s: %w", file, ErrUnfinished)
	}
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	var mark [4]byte
	if _, err := opened.ReadAt(mark[:], backupMarkAt); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if binary.BigEndian.Uint32(mark[:]) != backupMark {
		return fmt.Errorf("%s: %w", file, ErrNoBackup)
	}
	return nil
}

// Damaged reports whether an error says that a file, or its copy, is damaged.
func Damaged(err error) bool {
	var refused sqlite3.Error
	return errors.As(err, &refused) && (refused.Code == sqlite3.ErrCorrupt || refused.Code == sqlite3.ErrNotADB)
}

// unmark says that the file is in use: in the file itself, since the log may be
// left behind.
func (s *Store) unmark(ctx context.Context) error {
	var mark int
	if err := s.db.QueryRowContext(ctx, "pragma application_id").Scan(&mark); err != nil || mark != backupMark {
		return err
	}
	if err := s.setMark(ctx, 0); err != nil {
		return err
	}
	return s.Forget(ctx)
}

func (s *Store) setMark(ctx context.Context, mark int) error {
	return s.writer.update(ctx, func(c *conn) error { return c.run(fmt.Sprintf("pragma application_id = %d", mark)) })
}

// Read opens a file that Backup or Create made, and runs fn on it. The file
// itself is not touched, whatever older schema it may have. Errors as of Complete;
// ErrForeign, and one that Damaged knows, before anything of it is used.
func Read(ctx context.Context, file string, fn func(store.Session) error) error {
	if err := Complete(file); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "aufruf-read-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	copied := filepath.Join(folder, "copy")
	if err := duplicate(file, copied); err != nil {
		return err
	}
	if err := harmless(ctx, copied); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	s, err := Open(ctx, copied, Options{})
	if err != nil {
		return err
	}
	err = s.readers.view(ctx, func(c *conn) error { return fn(c) })
	return errors.Join(err, s.Close())
}

// Fill runs fn in one transaction, to fill an empty store.
func (s *Store) Fill(ctx context.Context, fn func(store.Session) error) error {
	return s.writer.update(ctx, func(c *conn) error { return fn(c) })
}

// create makes a file in a folder beside it and links it under its name when it
// is complete.
func create(file string, write func(unfinished string) error) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("backup: %s: %w", file, fs.ErrExist)
	}
	folder, err := os.MkdirTemp(filepath.Dir(file), ".backup-")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer os.RemoveAll(folder)
	unfinished := filepath.Join(folder, "copy")
	if err := write(unfinished); err != nil {
		return fmt.Errorf("backup: %w", translated(err))
	}
	if err := verify(unfinished); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// A link, unlike a renamed file, replaces nothing.
	if err := os.Link(unfinished, file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return flush(filepath.Dir(file))
}

// verify opens a copy as it lies on disk and reads all of it.
func verify(file string) error {
	name := url.URL{Path: file}
	db, err := sql.Open("sqlite3", "file:"+name.EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return err
	}
	var found string
	err = db.QueryRow("pragma integrity_check(1)").Scan(&found)
	if err == nil && found != "ok" {
		err = fmt.Errorf("the copy isn't whole: %s", found)
	}
	return errors.Join(err, db.Close())
}

// finish fills and changes a database and leaves nothing beside its file.
func finish(ctx context.Context, file string, fill func(store.Session) error, change func(ledger.Tx) error) error {
	s, err := Open(ctx, file, Options{})
	if err != nil {
		return err
	}
	if fill != nil {
		err = s.Fill(ctx, fill)
	}
	if err == nil {
		err = s.Update(ctx, nil, change)
	}
	if err == nil {
		err = s.setMark(ctx, backupMark)
	}
	if err == nil {
		err = s.Forget(ctx)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return flush(file)
}

func duplicate(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := touch(to); err != nil {
		return err
	}
	target, err := os.OpenFile(to, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// flush makes a file, or what a folder lists, survive a power cut.
func flush(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

const (
	// forgetPause lies between the first two tries to empty the log while
	// somebody reads; between the later ones it grows to longestForgetPause.
	forgetPause        = 20 * time.Millisecond
	longestForgetPause = time.Second
)

// Forget implements ledger.Store: deleted rows are overwritten when they are
// deleted, but the file and the log hold their old pages until the log has been
// written back and emptied.
func (s *Store) Forget(ctx context.Context) error {
	db, err := sql.Open("sqlite3", dsn(s.path, forgetPause))
	if err != nil {
		return err
	}
	defer db.Close()
	for pause := forgetPause; ; pause = min(2*pause, longestForgetPause) {
		done, err := emptyLog(ctx, db)
		if done || err != nil {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("forget: somebody kept reading: %w", ctx.Err())
		}
	}
}

// emptyLog writes most of the log back without disturbing anybody, then the
// rest while writers wait. False: a reader or writer was in the way; one who
// still needs what the log holds makes no writer wait.
func emptyLog(ctx context.Context, db *sql.DB) (bool, error) {
	for _, mode := range []string{"passive", "truncate"} {
		var busy, pages, written int
		err := db.QueryRowContext(ctx, "pragma wal_checkpoint("+mode+")").Scan(&busy, &pages, &written)
		if err != nil {
			return false, fmt.Errorf("forget: %w", err)
		}
		if busy != 0 || written < pages {
			return false, nil
		}
	}
	return true, nil
}
