package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
)

type attemptRows struct {
	rows  ledger.Attempts
	watch *watch
}

func (r attemptRows) Of(ctx context.Context, key []byte) (ledger.Attempt, error) {
	return got(ctx, r.watch, "Attempts.Of", func() (ledger.Attempt, error) { return r.rows.Of(ctx, key) })
}

func (r attemptRows) Hold(ctx context.Context, key []byte) (ledger.Attempt, error) {
	return got(ctx, r.watch, "Attempts.Hold", func() (ledger.Attempt, error) { return r.rows.Hold(ctx, key) })
}

func (r attemptRows) Set(ctx context.Context, key []byte, a ledger.Attempt) error {
	return ran(ctx, r.watch, "Attempts.Set", func() error { return r.rows.Set(ctx, key, a) })
}

func (r attemptRows) Forget(ctx context.Context, key []byte) error {
	return ran(ctx, r.watch, "Attempts.Forget", func() error { return r.rows.Forget(ctx, key) })
}

func (r attemptRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Attempts.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
