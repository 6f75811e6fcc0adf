package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"aufruf/internal/ledger"
)

// Schema is which of the numbered files a database has come to.
type Schema struct {
	At     int64
	Newest int64 // that this program has
}

// Older reports whether a store of this program would bring it up to date.
func (s Schema) Older() bool { return s.At < s.Newest }

// ReadSchema changes nothing. A database that is ahead of the files is
// ledger.ErrNewer.
func ReadSchema(ctx context.Context, db *sql.DB, dialect Dialect, migrations fs.FS) (Schema, error) {
	provider, err := goose.NewProvider(goose.Dialect(dialect), db, migrations)
	if err != nil {
		return Schema{}, fmt.Errorf("read migrations: %w", err)
	}
	return readSchema(ctx, provider)
}

func readSchema(ctx context.Context, provider *goose.Provider) (s Schema, err error) {
	if s.At, s.Newest, err = provider.GetVersions(ctx); err != nil {
		return s, fmt.Errorf("read schema version: %w", err)
	}
	if s.At > s.Newest {
		return s, fmt.Errorf("its schema is %d, the newest known is %d: %w", s.At, s.Newest, ledger.ErrNewer)
	}
	return s, nil
}
