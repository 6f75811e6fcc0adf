package forced

import (
	"context"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
)

type catalogueRows struct {
	rows  ledger.Catalogue
	watch *watch
}

func (r catalogueRows) All(ctx context.Context) ([]catalogue.Document, error) {
	return got(ctx, r.watch, "Catalogue.All", func() ([]catalogue.Document, error) { return r.rows.All(ctx) })
}

func (r catalogueRows) Delete(ctx context.Context, kind, id string) error {
	return ran(ctx, r.watch, "Catalogue.Delete", func() error { return r.rows.Delete(ctx, kind, id) })
}

func (r catalogueRows) Uses(ctx context.Context, thing catalogue.Thing, now time.Time) (ledger.Uses, error) {
	return got(ctx, r.watch, "Catalogue.Uses", func() (ledger.Uses, error) { return r.rows.Uses(ctx, thing, now) })
}

func (r catalogueRows) Put(ctx context.Context, doc catalogue.Document) error {
	return ran(ctx, r.watch, "Catalogue.Put", func() error { return r.rows.Put(ctx, doc) })
}
