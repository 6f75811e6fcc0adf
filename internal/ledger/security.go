package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// SecurityEvent is something that happened at the doors of the town hall: who
// came in, who was refused, whose rights changed. It holds no network address
// and no citizen.
type SecurityEvent struct {
	ID      int64
	At      time.Time
	Name    string      // stable: see access.EventNames
	Account town.UserID // whose; empty: nobody's, or a name that no account has
	Actor   string      // who did it, as the audit trail calls them; may be empty
	Way     string      // "password", "openid"; may be empty
	Detail  string      // a reason, a device's name, a route; may be empty
	Times   int         // how often, within a second; at least 1
}

// Security keeps what happened at the doors.
type Security interface {
	Put(ctx context.Context, e SecurityEvent) error
	// Last returns the newest, the newest first.
	Last(ctx context.Context, limit int) ([]SecurityEvent, error)
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
