// Package sqlite keeps the store in one SQLite file, by mattn/go-sqlite3. It
// opens connections, lets waiting updates share a commit, copies and forgets;
// the queries are in package store.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "github.com/mattn/go-sqlite3" // registers the driver

	"aufruf/internal/ledger"
	"aufruf/internal/store"
	"aufruf/internal/town"
)

//go:embed migrations/*.sql
var files embed.FS

// Store is one SQLite file with a writing connection and some reading ones; it
// implements ledger.Store.
type Store struct {
	path    string
	db      *sql.DB // source of writing connections
	readDB  *sql.DB // source of reading connections
	writer  *writer // nil: it is only looked at
	readers *readers
	schema  store.Schema // of one that is only looked at

	once   sync.Once
	closed error
}

// Options tune a store; the zero value is right for a server.
type Options struct {
	// Busy is how long to wait for another process that writes the same file;
	// 10 s by default.
	Busy time.Duration
	// Readers is how many reading transactions can be open at once; 8 by
	// default.
	Readers int
}

func (o Options) withDefaults() Options {
	if o.Busy == 0 {
		o.Busy = 10 * time.Second
	}
	if o.Readers == 0 {
		o.Readers = 8
	}
	return o
}

// Open opens the file, creates it with its folder where it is missing, and
// brings its schema up to date. A file that a newer program wrote is
// ledger.ErrNewer.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	options = options.withDefaults()
	if err := touch(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{path: path}
	if err := s.open(ctx, options); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, options Options) (err error) {
	if s.db, err = sql.Open("sqlite3", dsn(s.path, options.Busy)); err != nil {
		return err
	}
	if s.readDB, err = sql.Open("sqlite3", dsn(s.path, options.Busy)+"&_query_only=1"); err != nil {
		return err
	}
	conn, err := s.migrated(ctx)
	if err != nil {
		return err
	}
	if s.writer, err = newWriter(conn); err != nil {
		return err
	}
	s.readers = newReaders(s.readDB, options.Readers)
	return s.unmark(ctx)
}

// migrated brings the schema up to date and returns a connection. One process at
// a time: even the first connection changes a new file, to its way of logging,
// and the engine refuses a second one meanwhile without waiting.
func (s *Store) migrated(ctx context.Context) (*conn, error) {
	folder, err := lockFolder(s.path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	if err := store.Migrate(ctx, s.db, store.SQLite, migrations()); err != nil {
		return nil, translated(err)
	}
	return connect(ctx, s.db)
}

// touch makes a missing file, readable by its owner alone, for SQLite to fill;
// what SQLite puts beside it inherits that.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// dsn holds every setting, because one made by a statement would reach a
// single connection of the pool. The driver's own default for synchronous
// would lose the last commits at a power cut. A connection needs no lock of
// its own: one goroutine uses it at a time.
func dsn(path string, busy time.Duration) string {
	name := url.URL{Path: path}
	settings := url.Values{
		"_txlock":        {"immediate"},
		"_journal_mode":  {"WAL"},
		"_synchronous":   {"FULL"},
		"_foreign_keys":  {"1"},
		"_secure_delete": {"1"},
		"_mutex":         {"no"},
		"_busy_timeout":  {fmt.Sprint(busy.Milliseconds())},
		"_cache_size":    {"-16000"}, // KiB
	}
	return "file:" + name.EscapedPath() + "?" + settings.Encode()
}

func migrations() fs.FS {
	folder, err := fs.Sub(files, "migrations")
	if err != nil {
		return files // an embedded folder is there
	}
	return folder
}

// View implements ledger.Store.
func (s *Store) View(ctx context.Context, fn func(ledger.Tx) error) error {
	return away(s.readers.view(ctx, func(c *conn) error { return store.Run(c, nil, fn) }))
}

// Update implements ledger.Store. SQLite has one writer, so every branch is held.
func (s *Store) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	if s.writer == nil {
		return s.onlyLook(ctx, branches, fn)
	}
	return away(s.writer.update(ctx, func(c *conn) error { return store.Run(c, branches, fn) }))
}

// Close implements ledger.Store. Closing again returns the same.
func (s *Store) Close() error {
	s.once.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	var problems []error
	if s.readers != nil {
		problems = append(problems, s.readers.close())
	}
	if s.writer != nil {
		problems = append(problems, s.writer.close())
	}
	for _, db := range []*sql.DB{s.readDB, s.db} {
		if db != nil {
			problems = append(problems, db.Close())
		}
	}
	return errors.Join(problems...)
}
