package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Pause is since when a room pauses.
type Pause struct {
	Room town.RoomID
	At   time.Time
}

// Rooms keeps which rooms pause. Whether a pause still lasts is judged by the
// reader.
type Rooms interface {
	// Paused returns a branch's pauses, ordered by room.
	Paused(ctx context.Context, branch town.BranchID) ([]Pause, error)
	SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error
	ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error
}
