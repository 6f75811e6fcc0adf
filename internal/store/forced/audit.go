package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type auditRows struct {
	rows  ledger.Audit
	watch *watch
}

func (r auditRows) Put(ctx context.Context, e ledger.AuditEntry) error {
	return ran(ctx, r.watch, "Audit.Put", func() error { return r.rows.Put(ctx, e) })
}

func (r auditRows) Of(ctx context.Context, f ledger.AuditFilter, limit int) ([]ledger.AuditEntry, error) {
	return got(ctx, r.watch, "Audit.Of", func() ([]ledger.AuditEntry, error) { return r.rows.Of(ctx, f, limit) })
}

func (r auditRows) Kinds(ctx context.Context, f ledger.AuditFilter) (ledger.AuditKinds, error) {
	return got(ctx, r.watch, "Audit.Kinds", func() (ledger.AuditKinds, error) { return r.rows.Kinds(ctx, f) })
}

func (r auditRows) OfTicket(ctx context.Context, ticket town.TicketID) ([]ledger.AuditEntry, error) {
	return got(ctx, r.watch, "Audit.OfTicket", func() ([]ledger.AuditEntry, error) { return r.rows.OfTicket(ctx, ticket) })
}

func (r auditRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Audit.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
