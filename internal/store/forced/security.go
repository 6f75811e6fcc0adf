package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
)

type securityRows struct {
	rows  ledger.Security
	watch *watch
}

func (r securityRows) Put(ctx context.Context, e ledger.SecurityEvent) error {
	return ran(ctx, r.watch, "Security.Put", func() error { return r.rows.Put(ctx, e) })
}

func (r securityRows) Last(ctx context.Context, limit int) ([]ledger.SecurityEvent, error) {
	return got(ctx, r.watch, "Security.Last", func() ([]ledger.SecurityEvent, error) { return r.rows.Last(ctx, limit) })
}

func (r securityRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Security.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
