package postgres

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/ledger"
	"aufruf/internal/store"
)

// readOnly is the SQLSTATE of a change within a transaction that may only read.
const readOnly = "25006"

// OpenToLook connects to the database of a town as it is, whatever older schema it
// has, and nothing done with the store changes it: updates that would are
// ledger.ErrLooking. A database that a newer program wrote is ledger.ErrNewer.
func OpenToLook(ctx context.Context, url string) (*Store, error) {
	config, err := settings(url)
	if err != nil {
		return nil, err
	}
	s := &Store{db: pool(config), looking: true}
	if s.schema, err = store.ReadSchema(ctx, s.db, store.Postgres, migrations()); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", config.Database, err), s.Close())
	}
	return s, nil
}

// Schema tells which one a store has that was opened to look.
func (s *Store) Schema() store.Schema { return s.schema }

// only returns what became of an update of a store that is only looked at.
func only(err error) error {
	if code(err) == readOnly {
		return fmt.Errorf("%w: %w", ledger.ErrLooking, err)
	}
	return away(err)
}
