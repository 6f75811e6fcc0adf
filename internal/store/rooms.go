package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type roomRows struct{ *strict }

// Paused implements ledger.Rooms.
func (rows roomRows) Paused(ctx context.Context, branch town.BranchID) ([]ledger.Pause, error) {
	return all(ctx, rows, func(scan scan) (ledger.Pause, error) {
		var p ledger.Pause
		err := scan(&p.Room, into{&p.At})
		return p, err
	}, `select room, at from pauses where branch = $1 order by room`, branch)
}

// SetPaused implements ledger.Rooms.
func (rows roomRows) SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error {
	return exec(ctx, rows, `
		insert into pauses (branch, room, clerk, at) values ($1, $2, $3, $4)
		on conflict (branch, room) do update set clerk = excluded.clerk, at = excluded.at`,
		branch, room, by, instant(at))
}

// ClearPaused implements ledger.Rooms.
func (rows roomRows) ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error {
	return exec(ctx, rows, `delete from pauses where branch = $1 and room = $2`, branch, room)
}
