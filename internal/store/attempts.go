package store

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/ledger"
)

type attemptRows struct{ *strict }

func readAttempt(scan scan) (ledger.Attempt, error) {
	var a ledger.Attempt
	err := scan(&a.Tries, into{&a.Last})
	return a, err
}

// Of implements ledger.Attempts.
func (rows attemptRows) Of(ctx context.Context, key []byte) (ledger.Attempt, error) {
	a, err := one(ctx, rows, readAttempt, `select tries, last_at from attempts where hash = $1`, key)
	if errors.Is(err, ledger.ErrNotFound) {
		return ledger.Attempt{}, nil
	}
	return a, err
}

// Hold implements ledger.Attempts. A key that nothing is counted under gets its
// row, so that there is something to hold.
func (rows attemptRows) Hold(ctx context.Context, key []byte) (ledger.Attempt, error) {
	return one(ctx, rows, readAttempt, `
		insert into attempts (hash, tries, last_at) values ($1, 0, 0)
		on conflict (hash) do update set tries = attempts.tries
		returning tries, last_at`, key)
}

// Set implements ledger.Attempts.
func (rows attemptRows) Set(ctx context.Context, key []byte, a ledger.Attempt) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update attempts set tries = $2, last_at = $3 where hash = $1`, key, a.Tries, instant(a.Last))
}

// Forget implements ledger.Attempts.
func (rows attemptRows) Forget(ctx context.Context, key []byte) error {
	return exec(ctx, rows, `delete from attempts where hash = $1`, key)
}

// DeleteBefore implements ledger.Attempts.
func (rows attemptRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from attempts where last_at < $1`, instant(before))
}
