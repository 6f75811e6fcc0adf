package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type roomRows struct {
	rows  ledger.Rooms
	watch *watch
}

func (r roomRows) Paused(ctx context.Context, branch town.BranchID) ([]ledger.Pause, error) {
	return got(ctx, r.watch, "Rooms.Paused", func() ([]ledger.Pause, error) { return r.rows.Paused(ctx, branch) })
}

func (r roomRows) SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "Rooms.SetPaused", func() error { return r.rows.SetPaused(ctx, branch, room, by, at) })
}

func (r roomRows) ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error {
	return ran(ctx, r.watch, "Rooms.ClearPaused", func() error { return r.rows.ClearPaused(ctx, branch, room) })
}
