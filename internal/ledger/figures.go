package ledger

import (
	"context"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// FigureDay is a branch's day as figures keep it: packed, without an instant, a
// ticket or a number.
type FigureDay struct {
	Date town.Date
	Body []byte
}

// Figures keeps the days of which figures are made.
type Figures interface {
	// Put stores a day that isn't stored yet; one that is stays as it was. The steps of
	// its tickets are gone then.
	Put(ctx context.Context, branch town.BranchID, day FigureDay) error
	// Days returns the stored days of a branch from one date to another, both
	// inclusive, in order.
	Days(ctx context.Context, branch town.BranchID, from, to town.Date) ([]FigureDay, error)
	// Unpacked returns the dates before one on which a branch has tickets and that
	// come after all that are stored, in order, at most limit.
	Unpacked(ctx context.Context, branch town.BranchID, before town.Date, limit int) ([]town.Date, error)
	// Tickets returns the tickets of a branch from one date to another, both
	// inclusive, by date and order.
	Tickets(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error)
}
