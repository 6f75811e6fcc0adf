package ledger

import (
	"context"

	"aufruf/internal/booking"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Tickets keeps appointments and walk-ins.
type Tickets interface {
	// Insert stores a new ticket with version 1. ErrTaken if its number is
	// held by another ticket of that branch and date that isn't cancelled.
	Insert(ctx context.Context, t queue.Ticket) error
	// Update stores a changed ticket whose version is one above the stored
	// one; else ErrStale.
	Update(ctx context.Context, t queue.Ticket) error
	// ByID returns one ticket, or ErrNotFound.
	ByID(ctx context.Context, id town.TicketID) (queue.Ticket, error)
	// ByToken returns the ticket whose token has this SHA-256, or ErrNotFound.
	ByToken(ctx context.Context, hash []byte) (queue.Ticket, error)
	// ByNumber returns the ticket that holds a number on a date, cancelled
	// ones last, or ErrNotFound.
	ByNumber(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error)
	// DatesOf returns the dates from one on for which a live appointment of a
	// branch holds a number, in order.
	DatesOf(ctx context.Context, branch town.BranchID, from town.Date, number town.Number) ([]town.Date, error)
	// OfDay returns all tickets of a branch and date, ordered by Order.
	OfDay(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Ticket, error)
	// Spans returns the time that live appointments take (not cancelled,
	// no-shows included), from and to inclusive, per office and date.
	Spans(ctx context.Context, branch town.BranchID, from, to town.Date) ([]OfficeSpan, error)
	// Between returns live appointments of a branch from one date to another,
	// ordered by start: for closures, retirements and reminders.
	Between(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error)
	// ServedBetween returns done tickets with outcome served of the dates, for
	// figures and estimates, ordered by date and order.
	ServedBetween(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error)
}

// OfficeSpan is a span of time that an office has given away.
type OfficeSpan struct {
	Office town.OfficeID
	Date   town.Date
	booking.Span
}
