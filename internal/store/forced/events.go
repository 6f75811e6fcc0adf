package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type eventRows struct {
	rows  ledger.Events
	watch *watch
}

func (r eventRows) Append(ctx context.Context, branch town.BranchID, events ...ledger.Event) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.Append", func() ([]ledger.Event, error) { return r.rows.Append(ctx, branch, events...) })
}

func (r eventRows) After(ctx context.Context, branch town.BranchID, after town.Seq, limit int) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.After", func() ([]ledger.Event, error) { return r.rows.After(ctx, branch, after, limit) })
}

func (r eventRows) Calls(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.Calls", func() ([]ledger.Event, error) { return r.rows.Calls(ctx, branch, since) })
}

func (r eventRows) Alarms(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.Alarms", func() ([]ledger.Event, error) { return r.rows.Alarms(ctx, branch, since) })
}

func (r eventRows) Position(ctx context.Context, branch town.BranchID) (ledger.Position, error) {
	return got(ctx, r.watch, "Events.Position", func() (ledger.Position, error) { return r.rows.Position(ctx, branch) })
}

func (r eventRows) Last(ctx context.Context, branch town.BranchID) (town.Seq, error) {
	return got(ctx, r.watch, "Events.Last", func() (town.Seq, error) { return r.rows.Last(ctx, branch) })
}

func (r eventRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Events.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
