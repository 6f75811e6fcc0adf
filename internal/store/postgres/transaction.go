package postgres

import (
	"context"
	"database/sql"

	"aufruf/internal/ledger"
	"aufruf/internal/store"
	"aufruf/internal/town"
)

// maxTries of an update. Locking branches first leaves no reason for a
// conflict, except what somebody else does to the database.
const maxTries = 5

// View implements ledger.Store.
func (s *Store) View(ctx context.Context, fn func(ledger.Tx) error) error {
	return s.read(ctx, func(from store.Session) error { return store.Run(from, nil, fn) })
}

func (s *Store) read(ctx context.Context, fn func(store.Session) error) error {
	options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return away(s.transaction(ctx, options, fn))
}

// Update implements ledger.Store.
func (s *Store) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	return s.write(ctx, func(to store.Session) error {
		if err := hold(ctx, to, branches); err != nil {
			return err
		}
		return store.Run(to, branches, fn)
	})
}

// Fill runs fn in one transaction, to fill an empty store.
func (s *Store) Fill(ctx context.Context, fn func(store.Session) error) error {
	return s.write(ctx, fn)
}

func (s *Store) write(ctx context.Context, fn func(store.Session) error) error {
	for try := 1; ; try++ {
		err := s.transaction(ctx, nil, fn)
		if !again(err) || try == maxTries {
			return away(err)
		}
	}
}

// transaction commits what fn did, or takes it back if fn fails, panics or
// ends its goroutine. The caller's context ends the wait for a connection and
// each statement, but not the commit, whose outcome would then be unknown.
func (s *Store) transaction(ctx context.Context, options *sql.TxOptions, fn func(store.Session) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), options)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := fn(session{tx}); err != nil {
		return err
	}
	return tx.Commit()
}

// hold locks the rows of branches in ascending order. Each later statement of
// the transaction sees everything that earlier holders committed, which is why
// READ COMMITTED, the default, is the right level here. NO KEY leaves rows that
// refer to the branch free to be written by others.
func hold(ctx context.Context, s store.Session, branches []town.BranchID) error {
	if len(branches) == 0 {
		return nil
	}
	ids := make([]string, len(branches))
	for i, id := range branches {
		ids[i] = string(id)
	}
	_, err := s.Exec(ctx, `select id from branches where id = any($1) order by id for no key update`, ids)
	return err
}
