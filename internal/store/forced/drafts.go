package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
)

type draftRows struct {
	rows  ledger.Drafts
	watch *watch
}

func (r draftRows) Insert(ctx context.Context, d ledger.Draft) error {
	return ran(ctx, r.watch, "Drafts.Insert", func() error { return r.rows.Insert(ctx, d) })
}

func (r draftRows) Get(ctx context.Context, id string) (ledger.Draft, error) {
	return got(ctx, r.watch, "Drafts.Get", func() (ledger.Draft, error) { return r.rows.Get(ctx, id) })
}

func (r draftRows) All(ctx context.Context) ([]ledger.Draft, error) {
	return got(ctx, r.watch, "Drafts.All", func() ([]ledger.Draft, error) { return r.rows.All(ctx) })
}

func (r draftRows) Update(ctx context.Context, d ledger.Draft) error {
	return ran(ctx, r.watch, "Drafts.Update", func() error { return r.rows.Update(ctx, d) })
}

func (r draftRows) Delete(ctx context.Context, id string, version int) error {
	return ran(ctx, r.watch, "Drafts.Delete", func() error { return r.rows.Delete(ctx, id, version) })
}

func (r draftRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Drafts.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type townChangeRows struct {
	rows  ledger.TownChanges
	watch *watch
}

func (r townChangeRows) Insert(ctx context.Context, c ledger.TownChange) (int64, error) {
	return got(ctx, r.watch, "TownChanges.Insert", func() (int64, error) { return r.rows.Insert(ctx, c) })
}

func (r townChangeRows) Get(ctx context.Context, id int64) (ledger.TownChange, error) {
	return got(ctx, r.watch, "TownChanges.Get", func() (ledger.TownChange, error) { return r.rows.Get(ctx, id) })
}

func (r townChangeRows) OfDraft(ctx context.Context, draft string) (ledger.TownChange, error) {
	return got(ctx, r.watch, "TownChanges.OfDraft", func() (ledger.TownChange, error) { return r.rows.OfDraft(ctx, draft) })
}

func (r townChangeRows) Before(ctx context.Context, id int64, limit int) ([]ledger.TownChange, error) {
	return got(ctx, r.watch, "TownChanges.Before", func() ([]ledger.TownChange, error) { return r.rows.Before(ctx, id, limit) })
}

func (r townChangeRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "TownChanges.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
