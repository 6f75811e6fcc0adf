package forced

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type demandRows struct {
	rows  ledger.Demand
	watch *watch
}

func (r demandRows) Add(ctx context.Context, branch town.BranchID, minute ledger.Minute, rush bool) error {
	return ran(ctx, r.watch, "Demand.Add", func() error { return r.rows.Add(ctx, branch, minute, rush) })
}

func (r demandRows) Minutes(ctx context.Context, branch town.BranchID, after ledger.Minute) ([]ledger.Taken, error) {
	return got(ctx, r.watch, "Demand.Minutes", func() ([]ledger.Taken, error) { return r.rows.Minutes(ctx, branch, after) })
}

func (r demandRows) Hours(ctx context.Context, branch town.BranchID, from, before ledger.Minute) ([]ledger.Taken, error) {
	return got(ctx, r.watch, "Demand.Hours", func() ([]ledger.Taken, error) { return r.rows.Hours(ctx, branch, from, before) })
}

func (r demandRows) DeleteBefore(ctx context.Context, before ledger.Minute) (int, error) {
	return got(ctx, r.watch, "Demand.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
