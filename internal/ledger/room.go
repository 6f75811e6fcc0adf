package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Rooms keeps which rooms pause.
type Rooms interface {
	Paused(ctx context.Context, branch town.BranchID) ([]town.RoomID, error)
	SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error
	ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error
}
