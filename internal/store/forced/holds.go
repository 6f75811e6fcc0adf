package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type holdRows struct {
	rows  ledger.Holds
	watch *watch
}

func (r holdRows) Insert(ctx context.Context, h ledger.Hold) error {
	return ran(ctx, r.watch, "Holds.Insert", func() error { return r.rows.Insert(ctx, h) })
}

func (r holdRows) ByHash(ctx context.Context, hash []byte) (ledger.Hold, error) {
	return got(ctx, r.watch, "Holds.ByHash", func() (ledger.Hold, error) { return r.rows.ByHash(ctx, hash) })
}

func (r holdRows) Extend(ctx context.Context, hash []byte, expires time.Time, extended int) error {
	return ran(ctx, r.watch, "Holds.Extend", func() error { return r.rows.Extend(ctx, hash, expires, extended) })
}

func (r holdRows) Delete(ctx context.Context, hash []byte) error {
	return ran(ctx, r.watch, "Holds.Delete", func() error { return r.rows.Delete(ctx, hash) })
}

func (r holdRows) Spans(ctx context.Context, branch town.BranchID, from, to town.Date, now time.Time) ([]ledger.OfficeSpan, error) {
	return got(ctx, r.watch, "Holds.Spans", func() ([]ledger.OfficeSpan, error) { return r.rows.Spans(ctx, branch, from, to, now) })
}

func (r holdRows) Live(ctx context.Context, origin []byte, now time.Time) (int, error) {
	return got(ctx, r.watch, "Holds.Live", func() (int, error) { return r.rows.Live(ctx, origin, now) })
}

func (r holdRows) Offered(ctx context.Context, now time.Time) ([]ledger.Hold, error) {
	return got(ctx, r.watch, "Holds.Offered", func() ([]ledger.Hold, error) { return r.rows.Offered(ctx, now) })
}

func (r holdRows) LiveOfBrowser(ctx context.Context, browser []byte, now time.Time) (int, error) {
	return got(ctx, r.watch, "Holds.LiveOfBrowser", func() (int, error) { return r.rows.LiveOfBrowser(ctx, browser, now) })
}

func (r holdRows) Ending(ctx context.Context, branch town.BranchID, after, until time.Time) ([]ledger.Hold, error) {
	return got(ctx, r.watch, "Holds.Ending", func() ([]ledger.Hold, error) { return r.rows.Ending(ctx, branch, after, until) })
}

func (r holdRows) DropOrigins(ctx context.Context) error {
	return ran(ctx, r.watch, "Holds.DropOrigins", func() error { return r.rows.DropOrigins(ctx) })
}

func (r holdRows) Sweep(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Holds.Sweep", func() (int, error) { return r.rows.Sweep(ctx, before) })
}
