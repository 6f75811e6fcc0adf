package forced

import (
	"context"

	"aufruf/internal/ledger"
)

type metaRows struct {
	rows  ledger.Meta
	watch *watch
}

func (r metaRows) Get(ctx context.Context, key string) (string, error) {
	return got(ctx, r.watch, "Meta.Get", func() (string, error) { return r.rows.Get(ctx, key) })
}

func (r metaRows) Add(ctx context.Context, key, value string) error {
	return ran(ctx, r.watch, "Meta.Add", func() error { return r.rows.Add(ctx, key, value) })
}

func (r metaRows) Delete(ctx context.Context, key string) error {
	return ran(ctx, r.watch, "Meta.Delete", func() error { return r.rows.Delete(ctx, key) })
}

func (r metaRows) Hold(ctx context.Context, key string) (string, error) {
	return got(ctx, r.watch, "Meta.Hold", func() (string, error) { return r.rows.Hold(ctx, key) })
}

func (r metaRows) Set(ctx context.Context, key, value string) error {
	return ran(ctx, r.watch, "Meta.Set", func() error { return r.rows.Set(ctx, key, value) })
}
