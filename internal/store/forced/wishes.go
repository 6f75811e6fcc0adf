package forced

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type wishRows struct {
	rows  ledger.Wishes
	watch *watch
}

func (r wishRows) Put(ctx context.Context, w ledger.Wish) error {
	return ran(ctx, r.watch, "Wishes.Put", func() error { return r.rows.Put(ctx, w) })
}

func (r wishRows) ByHash(ctx context.Context, hash []byte) (ledger.Wish, error) {
	return got(ctx, r.watch, "Wishes.ByHash", func() (ledger.Wish, error) { return r.rows.ByHash(ctx, hash) })
}

func (r wishRows) Open(ctx context.Context, today town.Date) ([]ledger.Wish, error) {
	return got(ctx, r.watch, "Wishes.Open", func() ([]ledger.Wish, error) { return r.rows.Open(ctx, today) })
}

func (r wishRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Wish, error) {
	return got(ctx, r.watch, "Wishes.ByKeyDay", func() ([]ledger.Wish, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r wishRows) Branches(ctx context.Context, today town.Date) ([]town.BranchID, error) {
	return got(ctx, r.watch, "Wishes.Branches", func() ([]town.BranchID, error) { return r.rows.Branches(ctx, today) })
}

func (r wishRows) Delete(ctx context.Context, id string) error {
	return ran(ctx, r.watch, "Wishes.Delete", func() error { return r.rows.Delete(ctx, id) })
}

func (r wishRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return got(ctx, r.watch, "Wishes.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, date) })
}
