package ledger

import (
	"context"

	"aufruf/internal/town"
)

// Sealed is what is known of a person, encrypted for its branch and date.
type Sealed struct {
	Ticket town.TicketID
	Branch town.BranchID
	Date   town.Date
	KeyDay town.Date // whose key seals Body
	Email  []byte    // hash of the mail address with that key, to limit appointments per address
	Body   []byte
}

// Personal keeps personal data, apart from everything else.
type Personal interface {
	// Put creates or replaces the row of a ticket.
	Put(ctx context.Context, s Sealed) error
	// Get returns the row of a ticket, or ErrNotFound (never given, or erased).
	Get(ctx context.Context, ticket town.TicketID) (Sealed, error)
	// ByEmail returns the tickets whose mail hash is one of these, in order.
	ByEmail(ctx context.Context, hashes [][]byte) ([]town.TicketID, error)
	// WithEmail returns the rows of dates since one that have a mail hash.
	WithEmail(ctx context.Context, since town.Date) ([]Sealed, error)
	// ByKeyDay returns rows of a branch with key days from one to another, those
	// after a ticket, ordered by ticket, at most limit.
	ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]Sealed, error)
	// OfDates returns rows of a branch with dates from one to another, both included,
	// those after a ticket, ordered by ticket, at most limit.
	OfDates(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]Sealed, error)
	// Delete erases the row of a ticket; no error if there is none.
	Delete(ctx context.Context, ticket town.TicketID) error
	// DeleteBefore erases all rows of a branch with dates before one, and
	// returns how many.
	DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error)
}
