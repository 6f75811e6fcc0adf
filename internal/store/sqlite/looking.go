package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	sqlite3 "github.com/mattn/go-sqlite3"

	"aufruf/internal/ledger"
	"aufruf/internal/store"
	"aufruf/internal/town"
)

// OpenToLook opens the file of a town as it is, whatever older schema it has, and
// nothing done with the store changes it: updates that would are ledger.ErrLooking.
// A file that a newer program wrote is ledger.ErrNewer.
func OpenToLook(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path}
	if err := s.openToLook(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, translated(err)), s.Close())
	}
	return s, nil
}

func (s *Store) openToLook(ctx context.Context) (err error) {
	options := Options{}.withDefaults()
	// rw makes no file; ro would leave the log's files behind.
	if s.readDB, err = sql.Open("sqlite3", dsn(s.path, options.Busy)+"&_query_only=1&mode=rw"); err != nil {
		return err
	}
	s.readers = newReaders(s.readDB, options.Readers)
	s.schema, err = store.ReadSchema(ctx, s.readDB, store.SQLite, migrations())
	return err
}

// Schema tells which one a store has that was opened to look.
func (s *Store) Schema() store.Schema { return s.schema }

func (s *Store) onlyLook(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	err := s.readers.view(ctx, func(c *conn) error { return store.Run(c, branches, fn) })
	var refused sqlite3.Error
	if errors.As(err, &refused) && refused.Code == sqlite3.ErrReadonly {
		return fmt.Errorf("%w: %w", ledger.ErrLooking, err)
	}
	return away(err)
}
