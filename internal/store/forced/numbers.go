package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type numberRows struct {
	rows  ledger.Numbers
	watch *watch
}

func (r numberRows) Take(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error) {
	return got(ctx, r.watch, "Numbers.Take", func() (bool, error) { return r.rows.Take(ctx, branch, date, number, at) })
}

func (r numberRows) Retake(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error) {
	return got(ctx, r.watch, "Numbers.Retake", func() (bool, error) { return r.rows.Retake(ctx, branch, date, number, at) })
}

func (r numberRows) Return(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) error {
	return ran(ctx, r.watch, "Numbers.Return", func() error { return r.rows.Return(ctx, branch, date, number, by, at) })
}

func (r numberRows) Reclaim(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) (bool, error) {
	return got(ctx, r.watch, "Numbers.Reclaim", func() (bool, error) { return r.rows.Reclaim(ctx, branch, date, number, by, at) })
}

func (r numberRows) Given(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Given, error) {
	return got(ctx, r.watch, "Numbers.Given", func() ([]queue.Given, error) { return r.rows.Given(ctx, branch, date) })
}
