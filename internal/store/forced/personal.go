package forced

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type personalRows struct {
	rows  ledger.Personal
	watch *watch
}

func (r personalRows) Put(ctx context.Context, s ledger.Sealed) error {
	return ran(ctx, r.watch, "Personal.Put", func() error { return r.rows.Put(ctx, s) })
}

func (r personalRows) Get(ctx context.Context, ticket town.TicketID) (ledger.Sealed, error) {
	return got(ctx, r.watch, "Personal.Get", func() (ledger.Sealed, error) { return r.rows.Get(ctx, ticket) })
}

func (r personalRows) ByEmail(ctx context.Context, hashes [][]byte) ([]town.TicketID, error) {
	return got(ctx, r.watch, "Personal.ByEmail", func() ([]town.TicketID, error) { return r.rows.ByEmail(ctx, hashes) })
}

func (r personalRows) WithEmail(ctx context.Context, since town.Date) ([]ledger.Sealed, error) {
	return got(ctx, r.watch, "Personal.WithEmail", func() ([]ledger.Sealed, error) { return r.rows.WithEmail(ctx, since) })
}

func (r personalRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]ledger.Sealed, error) {
	return got(ctx, r.watch, "Personal.ByKeyDay", func() ([]ledger.Sealed, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r personalRows) OfDates(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]ledger.Sealed, error) {
	return got(ctx, r.watch, "Personal.OfDates", func() ([]ledger.Sealed, error) { return r.rows.OfDates(ctx, branch, from, to, after, limit) })
}

func (r personalRows) Delete(ctx context.Context, ticket town.TicketID) error {
	return ran(ctx, r.watch, "Personal.Delete", func() error { return r.rows.Delete(ctx, ticket) })
}

func (r personalRows) DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error) {
	return got(ctx, r.watch, "Personal.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, branch, date) })
}
