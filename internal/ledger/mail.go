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
	Due      time.Time // when it is tried next, by trusted time; of a reminder by its appointment's
	Since    time.Time // when it should have gone out: Due at first, or when it was asked for anew
	State    string    // queued, sending, sent, refused
	Attempts int       // how often it was taken over; never falls, for it tells who took it last
	Tries    int       // how often a server delayed this very mail
	Reason   string    // of the last failure; never an address
	Body     []byte    // sealed copy of what is needed to send it; nil once sent
	Settled  time.Time // of a refused mail: when somebody dealt with it; zero: not yet
	Run      string    // that caused it, and says when it leaves at the earliest; empty: none
}

// Mails keeps the outbox.
type Mails interface {
	// Put queues a mail; ErrTaken if its id is known: one per cause.
	Put(ctx context.Context, m Mail) error
	// Due returns queued mails whose time has come, oldest first; those of a run
	// only once the run lets them go.
	Due(ctx context.Context, now time.Time, limit int) ([]Mail, error)
	// Sending returns mails whose sending was begun and not ended, oldest
	// first: after a crash nobody knows whether they went out.
	Sending(ctx context.Context) ([]Mail, error)
	// WaitingSince returns since when the mail that has waited longest isn't sent
	// or given up; of one whose time comes later, that time; zero: none.
	WaitingSince(ctx context.Context) (time.Time, error)
	// Waiting returns mails about a branch's tickets, of dates from one to
	// another, that have waited since an instant or longer and aren't sent or
	// given up, oldest first; those of a run only once the run lets them go by
	// that instant.
	Waiting(ctx context.Context, branch town.BranchID, from, to town.Date, since time.Time) ([]Mail, error)
	// Reminded returns the tickets of a branch about which mails of a kind wait to
	// leave until an instant.
	Reminded(ctx context.Context, branch town.BranchID, kind string, until time.Time) ([]town.TicketID, error)
	// Troubled returns the branches of which Refused or Waiting may return anything,
	// for whatever dates; it may name one too many.
	Troubled(ctx context.Context, since time.Time) ([]town.BranchID, error)
	// Update replaces state, tries, due, since and reason of a mail, and drops the
	// body where m has none; it never writes one, for the mail may have been
	// sealed anew since it was read. ErrStale if it was sent, erased, or taken
	// over since m was read: whoever took it last knows.
	Update(ctx context.Context, m Mail) error
	// Claim is Update by whoever takes a mail over, with one attempt more;
	// ErrStale if somebody else was faster, or it was sent.
	Claim(ctx context.Context, m Mail) error
	// Sent notes that a mail was handed over, whoever took it last: that can't be
	// taken back. Again is fine, as for one that is gone.
	Sent(ctx context.Context, id string) error
	// Return notes that a mail that was sent came back, and why; ErrNotFound if
	// it wasn't sent.
	Return(ctx context.Context, id, reason string) error
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
	// has dealt with, of dates since one, oldest first; those of a run only once
	// the run lets them go.
	Refused(ctx context.Context, branch town.BranchID, since town.Date, now time.Time) ([]Mail, error)
	// Settle notes that somebody dealt with a refused mail, which is then sent no
	// more; again is fine.
	Settle(ctx context.Context, id string, at time.Time) error
	// Drop removes queued mails of a ticket of one kind ("" any), and the bodies
	// of those that were refused.
	Drop(ctx context.Context, ticket town.TicketID, kind string) error
	// DropOf removes what a run has queued or noted about a ticket and nobody was
	// sent.
	DropOf(ctx context.Context, run string, ticket town.TicketID) error
	// DeleteBefore removes all mails of dates before one in a branch.
	DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error)
}
