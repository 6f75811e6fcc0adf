package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
)

type requestRows struct {
	rows  ledger.Requests
	watch *watch
}

func (r requestRows) Get(ctx context.Context, scope string, key []byte) (ledger.Request, error) {
	return got(ctx, r.watch, "Requests.Get", func() (ledger.Request, error) { return r.rows.Get(ctx, scope, key) })
}

func (r requestRows) Move(ctx context.Context, from, to time.Time, by time.Duration) error {
	return ran(ctx, r.watch, "Requests.Move", func() error { return r.rows.Move(ctx, from, to, by) })
}

func (r requestRows) Put(ctx context.Context, request ledger.Request) error {
	return ran(ctx, r.watch, "Requests.Put", func() error { return r.rows.Put(ctx, request) })
}

func (r requestRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Requests.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
