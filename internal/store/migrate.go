package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"aufruf/internal/app"
)

// Dialect names an engine for its migrations.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite3"
	Postgres Dialect = "postgres"
)

// another process may open a new database in the same moment; the one that
// comes second fails on the first one's tables and then finds them there.
const migrationTries = 5

// Migrate brings the schema up to the newest of the numbered files. It never
// goes back: a database that is ahead of them is app.ErrNewer.
func Migrate(ctx context.Context, db *sql.DB, dialect Dialect, migrations fs.FS) error {
	provider, err := goose.NewProvider(goose.Dialect(dialect), db, migrations)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for try := 1; ; try++ {
		err := migrate(ctx, provider)
		if err == nil || errors.Is(err, app.ErrNewer) || ctx.Err() != nil || try == migrationTries {
			return err
		}
	}
}

func migrate(ctx context.Context, provider *goose.Provider) error {
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if current > newest {
		return fmt.Errorf("schema %d, known up to %d: %w", current, newest, app.ErrNewer)
	}
	if current == newest {
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
