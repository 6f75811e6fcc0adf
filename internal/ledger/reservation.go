package ledger

import (
	"context"
	"strings"
	"time"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Reservation is a time that is kept for an appointment which no longer fits.
type Reservation struct {
	Ticket  town.TicketID
	Run     string
	Branch  town.BranchID
	Office  town.OfficeID
	Date    town.Date
	Number  town.Number // given out on that date already
	Items   []town.Item
	Start   time.Time
	End     time.Time
	Hold    []byte    // hash of the hold that keeps it; nil: its time has passed without an answer
	Until   time.Time // by trusted time
	Moves   bool      // then the appointment moves there; else the time is given back
	Order   town.Seq  // position of its event
	Created time.Time
}

// Stands reports whether a reservation keeps its time: until its end, and where the
// appointment moves then, until it has.
func (r Reservation) Stands(trusted time.Time) bool {
	return r.Hold != nil && (r.Moves || trusted.Before(r.Until))
}

// reservedMark parts the id of what stands for a reservation from a ticket's.
const reservedMark = "reserved "

// AsTicket is the appointment that a reservation would be, under an id of its own.
// It is for judging and counting.
func (r Reservation) AsTicket() queue.Ticket {
	return queue.Ticket{
		ID: reservedMark + r.Ticket, Version: 1, Branch: r.Branch, Date: r.Date, Number: r.Number, Kind: queue.Appointment, Items: r.Items,
		Start: r.Start, End: r.End, Created: r.Created, Order: r.Order,
		Progress: queue.Progress{Office: r.Office, State: queue.Booked, SortAt: r.Start},
	}
}

// Reserves returns the ticket that an id of AsTicket is for.
func Reserves(id town.TicketID) (town.TicketID, bool) {
	rest, ok := strings.CutPrefix(string(id), reservedMark)
	return town.TicketID(rest), ok
}

// Reservations keeps reservations. Their end is judged by the reader.
type Reservations interface {
	// Put creates or replaces the one of a ticket.
	Put(ctx context.Context, r Reservation) error
	// Of returns the one of a ticket, or ErrNotFound.
	Of(ctx context.Context, ticket town.TicketID) (Reservation, error)
	// On returns those whose time lies at a branch on dates from one to another and
	// is kept, in order of their starts.
	On(ctx context.Context, branch town.BranchID, from, to town.Date) ([]Reservation, error)
	// For returns those of the appointments of a branch, in order of their ends.
	For(ctx context.Context, branch town.BranchID) ([]Reservation, error)
	// Due returns those that keep a time and have ended, the oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Reservation, error)
	// Next returns the first end of those that keep a time; zero: none does.
	Next(ctx context.Context) (time.Time, error)
	// Branches returns where times are kept, each once, in order.
	Branches(ctx context.Context) ([]town.BranchID, error)
	// Delete removes the one of a ticket; no error if there is none.
	Delete(ctx context.Context, ticket town.TicketID) error
	// DeleteBefore removes those of dates before one that keep no time any more.
	DeleteBefore(ctx context.Context, date town.Date) (int, error)
}
