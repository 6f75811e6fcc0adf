package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// AuditEntry says who did what to which number. No citizen's data.
type AuditEntry struct {
	ID     int64
	At     time.Time
	Branch town.BranchID // may be empty
	Actor  string        // user, device or "server"
	Action string        // translation key
	Ticket town.TicketID
	Number town.Number // 0: none
	Room   town.RoomID
	Detail string // ids and states only
}

// Audit keeps the audit trail.
type Audit interface {
	Put(ctx context.Context, e AuditEntry) error
	// Of returns a branch's entries from one instant to another, newest
	// first, at most limit; an empty branch: those that belong to none.
	Of(ctx context.Context, branch town.BranchID, from, to time.Time, limit int) ([]AuditEntry, error)
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
