package ledger

import (
	"context"
	"time"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Taking says from which network a hold or an appointment was taken without
// signing in. It names nobody: the network is hashed with the key of Date, and
// once that day is over nobody can test a guess.
type Taking struct {
	Hash   []byte        // of a network, and of what it is counted for
	Hold   []byte        // hash of the hold; nil: an appointment's
	Ticket town.TicketID // "" of a hold's
	Date   town.Date     // the last day on which it counts
	At     time.Time     // when it was taken, by trusted time
}

// Takings keeps takings.
type Takings interface {
	// Put stores takings; those that are there stay as they are.
	Put(ctx context.Context, takings ...Taking) error
	// Live counts what a network has of a date now: its holds that expire after
	// now, but for one (nil: none), and its appointments that are still on that
	// date and not cancelled.
	Live(ctx context.Context, hash []byte, besides []byte, now time.Time) (int, error)
	// Made counts the appointments of a network that were taken after an instant,
	// whatever became of them.
	Made(ctx context.Context, hash []byte, after time.Time) (int, error)
	// OfDate returns the appointments' takings of a date that were taken from an
	// instant on.
	OfDate(ctx context.Context, date town.Date, from time.Time) ([]Taking, error)
	// Tickets returns the tickets that OfDate names, of all branches, in the order
	// in which they were made.
	Tickets(ctx context.Context, date town.Date, from time.Time) ([]queue.Ticket, error)
	// Sweep removes those of dates before one, and those taken before an instant
	// that don't live any more.
	Sweep(ctx context.Context, date town.Date, before time.Time) (int, error)
}
