package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Delivery is what one screen reported of one call.
type Delivery struct {
	Branch town.BranchID
	Call   town.Seq
	Device town.DeviceID
	Shown  *int   // milliseconds from receipt to paint; nil: not reported
	Sound  string // played, blocked, no_device, off; empty: not reported
	At     time.Time
}

// Deliveries keeps the screens' reports.
type Deliveries interface {
	// Put merges a report: what is already there stays, what is new is added.
	Put(ctx context.Context, d Delivery) error
	// Of returns the reports about a call, ordered by device.
	Of(ctx context.Context, branch town.BranchID, call town.Seq) ([]Delivery, error)
	// DeleteBefore removes reports older than an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
