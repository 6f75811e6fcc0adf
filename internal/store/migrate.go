package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Dialect names an engine for its migrations.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite3"
	Postgres Dialect = "postgres"
)

// Migrate brings the schema up to the newest of the numbered files. The engine
// keeps other processes off meanwhile, by an option or by a lock of its own around
// this. It never goes back: a database that is ahead of the files is
// ledger.ErrNewer.
func Migrate(ctx context.Context, db *sql.DB, dialect Dialect, migrations fs.FS, options ...goose.ProviderOption) error {
	provider, err := goose.NewProvider(goose.Dialect(dialect), db, migrations, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	_, err = readSchema(ctx, provider)
	return err
}
