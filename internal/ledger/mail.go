package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Mail is a queued message. Its body is composed when it is sent.
type Mail struct {
	ID       string // Message-ID's local part; one per cause
	Ticket   town.TicketID
	Branch   town.BranchID
	Date     town.Date // erased afterwards
	KeyDay   town.Date // whose key seals Body
	Kind     string    // confirmation, change, cancellation, reminder, relocation, offer
	Revision int       // of the ticket when it was queued
	Due      time.Time // by trusted time; of a reminder by its appointment's
	State    string    // queued, sending, sent, refused
	Attempts int
	Reason   string    // of the last failure; never an address
	Body     []byte    // sealed copy of what is needed to send it; nil once sent
	Settled  time.Time // of a refused mail: when somebody dealt with it; zero: not yet
}

// Mails keeps the outbox.
type Mails interface {
	// Put queues a mail; ErrTaken if its id is known: one per cause.
	Put(ctx context.Context, m Mail) error
	// Due returns queued mails whose time has come, oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Mail, error)
	// Sending returns mails whose sending was begun and not ended, oldest
	// first: after a crash nobody knows whether they went out.
	Sending(ctx context.Context) ([]Mail, error)
	// NextDue returns when the next queued mail is due; zero: none.
	NextDue(ctx context.Context) (time.Time, error)
	// Update replaces state, attempts, due and reason of a mail that isn't sent,
	// and drops the body where m has none; it never writes one, for the mail may
	// have been sealed anew since it was read. What is sent stays so, whoever has
	// read it before. ErrNotFound if
	// there is none.
	Update(ctx context.Context, m Mail) error
	// Claim is Update by whoever takes a mail to send it, with one attempt
	// more; ErrStale if somebody else was faster.
	Claim(ctx context.Context, m Mail) error
	// ByKeyDay returns mails of a branch that have a body, with key days from one
	// to another, those after an id, ordered by id, at most limit.
	ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]Mail, error)
	// Reseal replaces key day and body of a mail that still has one.
	Reseal(ctx context.Context, m Mail) error
	// OfTicket returns all mails of a ticket, oldest first.
	OfTicket(ctx context.Context, ticket town.TicketID) ([]Mail, error)
	// DropAbout removes all mails about a wish, whatever their state.
	DropAbout(ctx context.Context, wish string) error
	// AboutWishes returns all mails that are about no ticket, oldest first.
	AboutWishes(ctx context.Context) ([]Mail, error)
	// Rename gives the mail with an id the id and the body of another one.
	Rename(ctx context.Context, id string, m Mail) error
	// ByID returns one mail, or ErrNotFound.
	ByID(ctx context.Context, id string) (Mail, error)
	// Refused returns mails of a branch that can't be delivered and that nobody
	// has dealt with, of dates since one, oldest first.
	Refused(ctx context.Context, branch town.BranchID, since town.Date) ([]Mail, error)
	// Settle notes that somebody dealt with a refused mail; again is fine.
	Settle(ctx context.Context, id string, at time.Time) error
	// Drop removes queued mails of a ticket of one kind ("" any).
	Drop(ctx context.Context, ticket town.TicketID, kind string) error
	// DeleteBefore removes all mails of dates before one in a branch.
	DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error)
}
