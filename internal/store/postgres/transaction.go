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
	if s.looking {
		return only(s.transaction(ctx, &sql.TxOptions{ReadOnly: true}, fn))
	}
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

// turns is the space of advisory locks, beside whatever else somebody uses, in which
// transactions wait for a branch.
const turns = 0x41756672

// holding takes a turn for each branch and then locks the branches' rows. Whoever
// waits for a row alone is passed by those who come later: it wakes to a row that was
// changed, and they have read the new one and take it at once. A turn is given in the
// order of asking. Two branches may share a turn, so turns ascend by their own number.
const holding = `
	with turn as materialized (
		select pg_advisory_xact_lock($2, place)
		from (select distinct hashtext(unnest($1::text[])) as place order by place) places)
	select id from branches where (select count(*) from turn) > 0 and id = any($1) order by id for no key update`

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
	_, err := s.Exec(ctx, holding, ids, turns)
	return err
}
