package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type confirmationRows struct {
	rows  ledger.Confirmations
	watch *watch
}

func (r confirmationRows) Put(ctx context.Context, c ledger.Confirmation) error {
	return ran(ctx, r.watch, "Confirmations.Put", func() error { return r.rows.Put(ctx, c) })
}

func (r confirmationRows) ByHash(ctx context.Context, hash []byte) (ledger.Confirmation, error) {
	return got(ctx, r.watch, "Confirmations.ByHash", func() (ledger.Confirmation, error) { return r.rows.ByHash(ctx, hash) })
}

func (r confirmationRows) Since(ctx context.Context, date town.Date) ([]ledger.Confirmation, error) {
	return got(ctx, r.watch, "Confirmations.Since", func() ([]ledger.Confirmation, error) { return r.rows.Since(ctx, date) })
}

func (r confirmationRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Confirmation, error) {
	return got(ctx, r.watch, "Confirmations.ByKeyDay", func() ([]ledger.Confirmation, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r confirmationRows) Delete(ctx context.Context, id string) error {
	return ran(ctx, r.watch, "Confirmations.Delete", func() error { return r.rows.Delete(ctx, id) })
}

func (r confirmationRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return got(ctx, r.watch, "Confirmations.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, date) })
}

func (r confirmationRows) Sweep(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Confirmations.Sweep", func() (int, error) { return r.rows.Sweep(ctx, before) })
}

type countRows struct {
	rows  ledger.Counts
	watch *watch
}

func (r countRows) Add(ctx context.Context, hash []byte, date town.Date) (int, error) {
	return got(ctx, r.watch, "Counts.Add", func() (int, error) { return r.rows.Add(ctx, hash, date) })
}

func (r countRows) Of(ctx context.Context, hash []byte) (int, error) {
	return got(ctx, r.watch, "Counts.Of", func() (int, error) { return r.rows.Of(ctx, hash) })
}

func (r countRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return got(ctx, r.watch, "Counts.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, date) })
}
