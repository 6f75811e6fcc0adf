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
	// In is how long until the screen expects to show the call, counted from when the
	// row is written, and when it is read from then; nil: not reported.
	In *time.Duration
}

// Deliveries keeps the screens' reports.
type Deliveries interface {
	// Put merges a report: what is already there stays, what is new is added.
	Put(ctx context.Context, d Delivery) error
	// Of returns the reports about a call, ordered by device.
	Of(ctx context.Context, branch town.BranchID, call town.Seq) ([]Delivery, error)
	// From returns the reports about a branch's calls from a position on, ordered by
	// call and device.
	From(ctx context.Context, branch town.BranchID, call town.Seq) ([]Delivery, error)
	// Late notes that no screen reported a call in time; again is fine.
	Late(ctx context.Context, branch town.BranchID, call town.Seq, at time.Time) error
	// IsLate tells whether that was noted.
	IsLate(ctx context.Context, branch town.BranchID, call town.Seq) (bool, error)
	// DeleteBefore removes reports older than an instant, and what was noted before it.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
