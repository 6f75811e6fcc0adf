package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Errors about reserved times.
var (
	errNoReservation  = problem.New(problem.Conflict, "reservation.none")
	errReservedUnfit  = problem.New(problem.Conflict, "reservation.unfit")
	errReservedLapsed = problem.New(problem.Conflict, "reservation.over")
)

// Reserved is a time that is kept for somebody whose appointment no longer fits.
type Reserved struct {
	Branch town.BranchID `json:"branch"`
	Office town.OfficeID `json:"office"`
	Start  time.Time     `json:"start"`
	End    time.Time     `json:"end"`
	Number town.Number   `json:"number"`
	Until  time.Time     `json:"until"` // by the clock that people see
	Moves  bool          `json:"moves,omitempty"`
	Run    string        `json:"run,omitempty"`
	// Over: nobody has answered in time, and it is given back.
	Over bool `json:"-"`
	// Gone: it no longer fits either, so that nobody can come then.
	Gone bool `json:"-"`
}

func (v *view) reserved(r ledger.Reservation) *Reserved {
	zone := v.core.zone(r.Branch)
	return &Reserved{
		Branch: r.Branch, Office: r.Office, Start: r.Start.In(zone), End: r.End.In(zone), Number: r.Number,
		Until: v.at.Shown(r.Until).In(zone), Moves: r.Moves, Run: r.Run, Over: !r.Stands(v.at.Trusted),
	}
}

// reservationOf returns the time that is reserved for a ticket, one that is over
// too; nil: none was.
func (v *view) reservationOf(ctx context.Context, ticket town.TicketID) (*ledger.Reservation, error) {
	r, err := v.Reservations().Of(ctx, ticket)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read reserved time: %w", err)
	}
	return &r, nil
}

// reserve keeps a time for an appointment, draws its number, and asks.
func (c *change) reserve(ctx context.Context, t queue.Ticket, target ledger.RunTarget, run ledger.Run, reason string) (ledger.Reservation, error) {
	wish, err := c.rules.Check(plan.Wanted{Branch: target.Branch, Items: t.Items, Staff: true}, c.at)
	if err != nil {
		return ledger.Reservation{}, err
	}
	if err := c.bookable(ctx, wish, target.Start); err != nil {
		return ledger.Reservation{}, err
	}
	person, err := c.personTold(ctx, t)
	if err != nil {
		return ledger.Reservation{}, err
	}
	r := ledger.Reservation{
		Ticket: t.ID, Run: run.ID, Branch: target.Branch, Office: wish.Office.ID, Items: t.Items, Number: t.Number,
		Date: town.DateOf(target.Start, wish.Branch.Zone), Start: target.Start, End: target.Start.Add(wish.Rules.Duration),
		Until: run.Terms.Until, Moves: run.Terms.Moves, Created: c.now,
	}
	if own := c.at.Stored(t.Start); own.Before(r.Until) {
		r.Until = own // nobody is asked any more once the old time has come
	}
	if r.Branch != t.Branch || r.Date != t.Date {
		if r.Number, err = c.keepOrDraw(ctx, wish.Branch, r.Date, t); err != nil {
			return r, err
		}
	}
	if err := c.holdReserved(ctx, &r); err != nil {
		return r, err
	}
	if err := c.Reservations().Put(ctx, r); err != nil {
		return r, fmt.Errorf("reserve: %w", err)
	}
	c.whenDurable(func() { c.core.settling.lower(r.Until) })
	return r, c.askFor(ctx, t, r, person, reason)
}

// holdReserved takes the place of a reserved time: until its end, or where the
// appointment moves then, as long as it would last.
func (c *change) holdReserved(ctx context.Context, r *ledger.Reservation) error {
	id, err := c.core.secrets.Token()
	if err != nil {
		return err
	}
	h := ledger.Hold{
		Hash: secrets.Hash(id), Branch: r.Branch, Office: r.Office, Date: r.Date, Items: r.Items, Start: r.Start, End: r.End, Expires: r.Until,
	}
	if r.Moves {
		h.Expires = c.at.Stored(r.End)
	}
	if err := c.Holds().Insert(ctx, h); err != nil {
		return fmt.Errorf("hold reserved time: %w", err)
	}
	r.Hold = h.Hash
	events, err := c.days.Record(ctx, r.Branch, ledger.Event{Kind: ledger.EventBooking, Office: r.Office, Dates: []town.Date{r.Date}})
	if err != nil {
		return err
	}
	r.Order = events[0].Seq
	return nil
}

// askFor queues the mail about a reserved time, or notes that somebody has to
// telephone.
func (c *change) askFor(ctx context.Context, t queue.Ticket, r ledger.Reservation, person *Person, reason string) error {
	if person == nil {
		return nil
	}
	news := News{ByOffice: true, Reason: reason, Reserved: c.reserved(r), Was: former(t)}
	if person.Email == "" {
		return c.unsaid(ctx, t, MailNewTime, news)
	}
	return c.enqueueNewsFor(ctx, t, MailNewTime+"-"+r.Run, MailNewTime, news)
}

// ownSpans are the spans of an office that a move of a ticket frees: its own, and
// the time that is reserved for it.
func (c *change) ownSpans(ctx context.Context, t queue.Ticket, branch town.BranchID, office town.OfficeID) ([]booking.Span, error) {
	own := givenUp(t, branch, office)
	r, err := c.reservationOf(ctx, t.ID)
	if err != nil || r == nil || r.Branch != branch || r.Office != office || !r.Stands(c.at.Trusted) {
		return own, err
	}
	h, err := c.Holds().ByHash(ctx, r.Hold)
	if err != nil {
		return nil, fmt.Errorf("read hold: %w", err)
	}
	return append(own, daybook.SpanOfHold(h).Span), nil
}

// dropReservation gives the time back that is reserved for a ticket, because it is
// moved, cancelled or kept; none is fine.
func (c *change) dropReservation(ctx context.Context, ticket town.TicketID) error {
	r, err := c.reservationOf(ctx, ticket)
	if err != nil || r == nil {
		return err
	}
	return c.release(ctx, *r)
}

// release gives a reserved time back, to the first who wished for it, with its
// number, and withdraws the mail about it.
func (c *change) release(ctx context.Context, r ledger.Reservation) error {
	if err := c.giveBackReserved(ctx, r); err != nil {
		return err
	}
	if err := c.Reservations().Delete(ctx, r.Ticket); err != nil {
		return fmt.Errorf("delete reserved time: %w", err)
	}
	return c.Mails().Drop(ctx, r.Ticket, MailNewTime)
}

// giveBackReserved gives time and number back, unless that was done.
func (c *change) giveBackReserved(ctx context.Context, r ledger.Reservation) error {
	if r.Hold == nil {
		return nil
	}
	if err := c.endReserved(ctx, r); err != nil {
		return err
	}
	t, err := c.Tickets().ByID(ctx, r.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	if t.Branch != r.Branch || t.Date != r.Date || t.Number != r.Number {
		if err := c.Numbers().Return(ctx, r.Branch, r.Date, r.Number, r.Ticket, c.now); err != nil {
			return fmt.Errorf("return number: %w", err)
		}
	}
	if b, err := c.rules.Known(r.Branch); err == nil {
		return c.freed(ctx, b, r.AsTicket())
	}
	return nil
}

// endReserved ends the hold behind a reserved time.
func (c *change) endReserved(ctx context.Context, r ledger.Reservation) error {
	if !c.days.HoldsAll([]town.BranchID{r.Branch}) {
		return errMeanwhile
	}
	h, err := c.Holds().ByHash(ctx, r.Hold)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil // swept
	}
	if err != nil {
		return fmt.Errorf("read hold: %w", err)
	}
	if err := c.days.EndHold(ctx, h); err != nil {
		return err
	}
	_, err = c.days.Record(ctx, r.Branch, ledger.Event{Kind: ledger.EventBooking, Office: r.Office, Dates: []town.Date{r.Date}})
	return err
}

// reservedUnfit reports whether a reserved time no longer fits.
func (v *view) reservedUnfit(ctx context.Context, r ledger.Reservation) (bool, error) {
	return v.unfit(ctx, r.AsTicket(), judgedDays{})
}

// takeReserved moves an appointment to the time that is reserved for it, with its
// number. Errors: Conflict where it can't be moved any more, or the reserved time
// no longer fits.
func (c *change) takeReserved(ctx context.Context, actor access.Actor, t queue.Ticket, r ledger.Reservation, news News) (Appointment, error) {
	if t.Kind != queue.Appointment || t.State != queue.Booked {
		return Appointment{}, problem.New(problem.Conflict, "appointment.not_movable").With("state", string(t.State))
	}
	unfit, err := c.reservedUnfit(ctx, r)
	if err == nil && unfit {
		err = errReservedUnfit
	}
	if err != nil {
		return Appointment{}, err
	}
	b, err := c.rules.Known(r.Branch)
	if err != nil {
		return Appointment{}, err
	}
	office, ok := b.PlanOf[r.Office]
	if !ok {
		return Appointment{}, errReservedUnfit
	}
	person, err := c.personTold(ctx, t)
	if err != nil {
		return Appointment{}, err
	}
	if err := c.endReserved(ctx, r); err != nil {
		return Appointment{}, err
	}
	if err := c.Reservations().Delete(ctx, t.ID); err != nil {
		return Appointment{}, fmt.Errorf("delete reserved time: %w", err)
	}
	next := t
	next.Version, next.Revision = t.Version+1, t.Revision+1
	next.Branch, next.Office, next.Date, next.Number = r.Branch, r.Office, r.Date, r.Number
	next.Start, next.End = r.Start.In(b.Zone), r.End.In(b.Zone)
	next.SortAt, next.Before = next.Start, nil
	next.Online, next.Overbooked, next.Kept = false, false, false
	if err := c.store(ctx, t, next); err != nil {
		return Appointment{}, err
	}
	if err := c.goAlong(ctx, t, next, person); err != nil {
		return Appointment{}, err
	}
	if err := c.Mails().Drop(ctx, t.ID, MailNewTime); err != nil {
		return Appointment{}, fmt.Errorf("drop mails: %w", err)
	}
	if err := c.queueChange(ctx, office, t, next, person, news); err != nil {
		return Appointment{}, err
	}
	return Appointment{Ticket: next, Person: person}, c.audit(ctx, actor, "accepted", next)
}

// ReservedFor returns an appointment by its token, and the time that is reserved
// for it; nil: none was, or it was answered. Errors: NotFound
// "appointment.over_or_unknown".
func (a *App) ReservedFor(ctx context.Context, token string) (Appointment, *Reserved, error) {
	var found Appointment
	var reserved *Reserved
	err := a.view(ctx, func(v *view) error {
		t, _, err := v.byToken(ctx, v.rules, token)
		if err != nil {
			return err
		}
		found = Appointment{Ticket: t, Token: token}
		r, err := v.reservationOf(ctx, t.ID)
		if err == nil && r != nil && t.State == queue.Booked {
			reserved = v.reserved(*r)
		}
		return err
	})
	if err != nil {
		return found, nil, err
	}
	return found, reserved, a.seeGone(ctx, found.Ticket.ID, reserved)
}

// AcceptReserved moves an appointment to the time that is reserved for it, by its
// citizen. Again, once it stands there, gives the same. It keeps its token, and its
// calendar entry is the same with a higher SEQUENCE. Errors: NotFound; Conflict
// "reservation.none", "reservation.over" after its end, "reservation.unfit" where
// it no longer fits, "appointment.not_movable".
func (a *App) AcceptReserved(ctx context.Context, actor access.Actor, token string) (Appointment, error) {
	if len(token) > repeat.MaxKey {
		return Appointment{}, errOver
	}
	branch, err := a.branchOf(ctx, actor, token)
	if err != nil {
		return Appointment{}, err
	}
	var accepted Appointment
	err = a.updateFreeing(ctx, []town.BranchID{branch}, func(c *change) error {
		t, _, err := c.named(ctx, actor, token)
		if err != nil {
			return err
		}
		accepted, err = c.acceptReserved(ctx, actor, t)
		accepted.Token = token
		return err
	})
	a.outbox.signal()
	return accepted, err
}

func (c *change) acceptReserved(ctx context.Context, actor access.Actor, t queue.Ticket) (Appointment, error) {
	r, err := c.reservationOf(ctx, t.ID)
	switch {
	case err != nil:
		return Appointment{}, err
	case r == nil && t.Revision > 0 && t.State == queue.Booked:
		return Appointment{Ticket: t}, nil // accepted before, or another chosen
	case r == nil:
		return Appointment{}, errNoReservation
	case !r.Stands(c.at.Trusted):
		return Appointment{}, errReservedLapsed
	}
	return c.takeReserved(ctx, actor, t, *r, News{})
}

// AnswerReserved notes what somebody said on the telephone to the time that is
// reserved for them: that they come, or that they can't, which gives it back and
// leaves the appointment on the list. Errors: Forbidden for whoever is neither
// reception nor manager of the branch; NotFound; Conflict as of AcceptReserved.
func (a *App) AnswerReserved(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID, answer ReservedAnswer) error {
	if err := actor.MayReceive(branch); err != nil {
		return err
	}
	err := a.updateFreeing(ctx, []town.BranchID{branch}, func(c *change) error {
		t, _, err := c.staffTicket(ctx, branch, id)
		if err != nil {
			return err
		}
		if answer == ReservedAccepted {
			_, err = c.acceptReserved(ctx, actor, t)
			return err
		}
		r, err := c.reservationOf(ctx, t.ID)
		if err != nil || r == nil {
			return err
		}
		if err := c.settleAsked(ctx, t.ID); err != nil {
			return err
		}
		if err := c.release(ctx, *r); err != nil {
			return err
		}
		return c.audit(ctx, actor, "declined", t)
	})
	a.outbox.signal()
	return err
}

// ReservedAnswer is what somebody says to a reserved time.
type ReservedAnswer string

// The answers.
const (
	ReservedAccepted ReservedAnswer = "accept"
	ReservedDeclined ReservedAnswer = "decline"
)

// settleAsked takes the question about a reserved time from the list of those to
// telephone.
func (c *change) settleAsked(ctx context.Context, ticket town.TicketID) error {
	mails, err := c.Mails().OfTicket(ctx, ticket)
	if err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	for _, m := range mails {
		if m.Kind == MailNewTime && m.State == MailRefused {
			if err := c.Mails().Settle(ctx, m.ID, c.now); err != nil {
				return fmt.Errorf("settle mail: %w", err)
			}
		}
	}
	return nil
}

// ofTicket is the appointment that a ticket would be.
func (r *Reserved) ofTicket(t queue.Ticket) queue.Ticket {
	t.Branch, t.Office, t.Number, t.Start, t.End = r.Branch, r.Office, r.Number, r.Start, r.End
	t.Date = town.DateOf(r.Start, r.Start.Location())
	return t
}

// stillAsked reports whether the time that a mail offers still waits for an answer.
func (v *view) stillAsked(ctx context.Context, ticket town.TicketID, news News) (bool, error) {
	r, err := v.reservationOf(ctx, ticket)
	return err == nil && r != nil && news.Reserved != nil && r.Run == news.Reserved.Run && r.Stands(v.at.Trusted), err
}
