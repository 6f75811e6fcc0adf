// Package postgres keeps the store in PostgreSQL, by pgx behind database/sql.
// It opens the pool, locks branches and repeats what a conflict ended; the
// queries are in package store.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"aufruf/internal/ledger"
	"aufruf/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// maxConnections bounds what one node takes of the server's; updates and views
// beyond that wait here.
const maxConnections = 20

// Store is a PostgreSQL database; it implements ledger.Store.
type Store struct {
	db     *sql.DB
	create Create

	looking bool         // nothing is changed
	schema  store.Schema // of one that is only looked at
}

// Create makes a backup file: filled by the first function, changed by the
// second. sqlite.Create is one.
type Create func(ctx context.Context, file string, fill func(store.Session) error, change func(ledger.Tx) error) error

// Options tune a store; the zero value is right but for backups.
type Options struct {
	// Create makes the files that Backup writes. Without it Backup is refused.
	Create Create
}

// Open connects to the database that a URL (postgres://…) or a connection
// string names, and brings its schema up to date. A database that a newer
// program wrote is ledger.ErrNewer.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	config, err := settings(url)
	if err != nil {
		return nil, err
	}
	db := pool(config)
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", config.Database, err), db.Close())
	}
	return &Store{db: db, create: options.Create}, nil
}

func settings(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "aufruf"
	}
	return config, nil
}

func pool(config *pgx.ConnConfig) *sql.DB {
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	return db
}

func migrations() fs.FS {
	folder, err := fs.Sub(files, "migrations")
	if err != nil {
		return files // an embedded folder is there
	}
	return folder
}

func migrate(ctx context.Context, db *sql.DB) error {
	// Another node may migrate now: ask each second, for a minute.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return err
	}
	return store.Migrate(ctx, db, store.Postgres, migrations(), goose.WithSessionLocker(locker))
}

// Backup implements ledger.Store. It writes the one format of backups, a file that
// the other engine opens too, from one snapshot.
func (s *Store) Backup(ctx context.Context, file string, change func(ledger.Tx) error) error {
	if s.create == nil {
		return errors.New("backup: not available for this database; pg_dump makes a copy")
	}
	return s.create(ctx, file, func(to store.Session) error {
		return s.read(ctx, func(from store.Session) error { return store.Transfer(ctx, from, to) })
	}, change)
}

// Forget implements ledger.Store: there is nothing that it could do. Dead rows,
// the log, archives and standbys keep deleted bytes; personal fields are sealed
// and their key goes instead.
func (s *Store) Forget(context.Context) error { return nil }

// Close implements ledger.Store.
func (s *Store) Close() error { return s.db.Close() }
