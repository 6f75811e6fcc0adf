package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// NodeID names a running server among those that share a database; empty: it has
// the database for itself. It is drawn at each start.
type NodeID string

// Presence is that a screen is connected to a node.
type Presence struct {
	Branch  town.BranchID
	Device  town.DeviceID
	Name    string
	Offices []town.OfficeID // empty: all
	Sound   string          // as it said last; empty: nothing yet
	Since   time.Time       // from when on it has been connected
	Twice   time.Time       // from when on it has had two connections; zero: it has one
}

// Nodes keeps which servers run, and which screens are connected to them. A node
// counts as running until its lease is over by the database's clock.
type Nodes interface {
	// Renew lets a node's lease last for a time from now on. False: it had ended, or
	// there was none, and the node's screens have to be put again.
	Renew(ctx context.Context, id NodeID, lease time.Duration) (went bool, err error)
	// Leave removes a node and its screens.
	Leave(ctx context.Context, id NodeID) error
	// Put notes that a screen is connected to a node, which has a lease.
	Put(ctx context.Context, id NodeID, p Presence) error
	// Gone notes that a screen is no longer connected to a node.
	Gone(ctx context.Context, id NodeID, branch town.BranchID, device town.DeviceID) error
	// Elsewhere returns the screens of all nodes that run but for one, ordered by
	// branch and device.
	Elsewhere(ctx context.Context, but NodeID) ([]Presence, error)
	// ElsewhereAt is Elsewhere of one branch.
	ElsewhereAt(ctx context.Context, but NodeID, branch town.BranchID) ([]Presence, error)
}
