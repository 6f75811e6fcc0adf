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

// AuditFilter says which entries are meant.
type AuditFilter struct {
	Branch   town.BranchID // empty: those that belong to no branch
	House    bool          // those that belong to no branch as well
	From, To time.Time     // To is excluded
	Number   town.Number   // 0: any
	Actor    string        // empty: anybody
	Action   string        // empty: anything
	Before   AuditPosition // only what is older; the zero value: from the newest on
}

// AuditPosition is where an entry stands in the trail.
type AuditPosition struct {
	At time.Time
	ID int64
}

// AuditKinds is who and what there is in a part of the trail.
type AuditKinds struct{ Actors, Actions []string }

// Audit keeps the audit trail.
type Audit interface {
	Put(ctx context.Context, e AuditEntry) error
	// Of returns the entries that are meant, the newest first, at most limit.
	Of(ctx context.Context, f AuditFilter, limit int) ([]AuditEntry, error)
	// Kinds returns, each once and in order, who is in the trail that is
	// meant, and what they did.
	Kinds(ctx context.Context, f AuditFilter) (AuditKinds, error)
	// OfTicket returns what was done with a number, whichever day it was done
	// on, the oldest first.
	OfTicket(ctx context.Context, ticket town.TicketID) ([]AuditEntry, error)
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
