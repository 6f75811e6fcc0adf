package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// branchOf returns the branch that has to be held for a ticket to change, which is
// named as in view.named.
func (a *App) branchOf(ctx context.Context, actor access.Actor, name string) (town.BranchID, error) {
	var branch town.BranchID
	err := a.view(ctx, func(v *view) error {
		t, _, err := v.named(ctx, actor, name)
		branch = t.Branch
		return err
	})
	return branch, err
}

// Cancel gives an appointment back; again is fine. Its time is
// free at once, unless somebody wished for it or it cools down first; its
// number is not given out again that day. Errors: NotFound;
// Conflict once it was called.
func (a *App) Cancel(ctx context.Context, actor access.Actor, token string) error {
	return a.CancelFor(ctx, actor, token, StaffReason{})
}

// CancelFor is Cancel by staff who say why, and who name a ticket by its id too.
// Errors: as of Cancel; Forbidden for anybody else who gives an occasion and for
// staff of another branch; Invalid for a reason that is too long.
func (a *App) CancelFor(ctx context.Context, actor access.Actor, name string, why StaffReason) error {
	why, err := why.checked(actor)
	if err != nil {
		return err
	}
	branch, err := a.branchOf(ctx, actor, name)
	if err != nil {
		return err
	}
	if actor.Kind == access.Staff && !actor.In(branch) {
		return access.ErrForbidden
	}
	err = a.updateFreeing(ctx, []town.BranchID{branch}, func(c *change) error {
		t, b, err := c.named(ctx, actor, name)
		if err != nil {
			return err
		}
		if t.State == queue.Cancelled {
			return nil
		}
		return c.cancel(ctx, actor, b, t, why)
	})
	a.outbox.signal()
	return err
}

func (c *change) cancel(ctx context.Context, actor access.Actor, b *plan.Branch, t queue.Ticket, why StaffReason) error {
	next, err := t.Apply(queue.DoCancel, queue.Step{Now: c.now, Today: b.Today(c.now), Policy: b.Policy(t.Office)})
	if err != nil {
		return err
	}
	if err := c.Tickets().Update(ctx, next); err != nil {
		return fmt.Errorf("update ticket: %w", err)
	}
	if err := c.Numbers().Return(ctx, t.Branch, t.Date, t.Number, t.ID, c.now); err != nil {
		return fmt.Errorf("return number: %w", err)
	}
	event := ledger.Event{Kind: ledger.EventBooking, Ticket: t.ID, Number: t.Number, Office: t.Office, Dates: []town.Date{t.Date}}
	if _, err := c.days.Record(ctx, t.Branch, event); err != nil {
		return err
	}
	if err := c.freed(ctx, b, t); err != nil {
		return err
	}
	if err := c.dropReservation(ctx, t.ID); err != nil {
		return err
	}
	if err := c.queueCancellation(ctx, next, News{ByOffice: why.byOffice(actor), Reason: why.Reason}); err != nil {
		return err
	}
	return c.audit(ctx, actor, "cancelled", next)
}

// Move gives an appointment another start, at another branch where that one offers
// the services too. It keeps its token, and its number where that is free on the new date.
// Errors: NotFound; Conflict once it was called or cancelled, slotTaken with
// alternatives, "number.none_left", "booking.too_many_per_email"; TooMany "booking.too_many" as of
// Book; Invalid for a start that isn't bookable and for services that aren't offered there.
func (a *App) Move(ctx context.Context, actor access.Actor, token string, branch town.BranchID, start time.Time) (Appointment, error) {
	return a.MoveFor(ctx, actor, token, branch, start, StaffReason{})
}

// MoveFor is Move by staff who say why, and who name a ticket by its id too.
// Errors: as of Move; Forbidden for anybody else who gives an occasion; Invalid for
// a reason that is too long.
func (a *App) MoveFor(ctx context.Context, actor access.Actor, name string, branch town.BranchID, start time.Time, why StaffReason) (Appointment, error) {
	why, err := why.checked(actor)
	if err != nil {
		return Appointment{}, err
	}
	from, err := a.branchOf(ctx, actor, name)
	if err != nil {
		return Appointment{}, err
	}
	if branch == "" {
		branch = from
	}
	if actor.Kind == access.Staff && (!actor.In(from) || !actor.In(branch)) {
		return Appointment{}, access.ErrForbidden
	}
	var moved Appointment
	var w plan.Wanted
	var was time.Time
	err = a.updateFreeing(ctx, a.movingIn(actor, from, branch), func(c *change) error {
		t, _, err := c.named(ctx, actor, name)
		if err != nil {
			return err
		}
		w = plan.Wanted{Branch: branch, Items: t.Items, Staff: actor.Kind == access.Staff}
		if t.Branch == branch {
			was = t.Start
		}
		moved, err = c.move(ctx, moving{actor, w, start, name, why}, t)
		moved = c.answerTo(ctx, actor, moved)
		return err
	})
	if err != nil {
		return Appointment{}, a.memory.WithAlternatives(ctx, err, w, start, was)
	}
	a.outbox.signal()
	return moved, nil
}

// movingIn returns the branches that a move holds: where a mail address may have
// only so many, those at the other branches count too.
func (a *App) movingIn(actor access.Actor, from, to town.BranchID) []town.BranchID {
	if from == to || actor.Kind == access.Staff {
		return both(from, to)
	}
	return a.plans.Now().EveryBranch()
}

func both(a, b town.BranchID) []town.BranchID {
	if a == b {
		return []town.BranchID{a}
	}
	return []town.BranchID{min(a, b), max(a, b)}
}

// moving is a move as it was asked for.
type moving struct {
	actor access.Actor
	to    plan.Wanted
	start time.Time
	token string // empty where it isn't known
	why   StaffReason
}

func (c *change) move(ctx context.Context, m moving, t queue.Ticket) (Appointment, error) {
	person, err := c.personTold(ctx, t)
	if err != nil {
		return Appointment{}, err
	}
	if t.Kind != queue.Appointment || t.State != queue.Booked {
		return Appointment{}, problem.New(problem.Conflict, "appointment.not_movable").With("state", string(t.State))
	}
	if m.to.Branch == t.Branch && m.start.Equal(t.Start) {
		return Appointment{Ticket: t, Token: m.token, Person: person}, nil
	}
	wish, err := c.rules.Check(m.to, c.at)
	if err != nil {
		return Appointment{}, err
	}
	if person != nil {
		if err := c.admitMail(ctx, m.actor, person.Email); err != nil {
			return Appointment{}, err
		}
		if err := c.admitElsewhere(ctx, m, t, wish, *person); err != nil {
			return Appointment{}, err
		}
	}
	own, err := c.ownSpans(ctx, t, m.to.Branch, wish.Office.ID)
	if err != nil {
		return Appointment{}, err
	}
	if err := c.bookable(ctx, wish, m.start, own...); err != nil {
		return Appointment{}, err
	}
	if err := c.admitMove(ctx, m, t, wish); err != nil {
		return Appointment{}, err
	}
	next, err := c.relocate(ctx, t, wish, m.start)
	if err != nil {
		return Appointment{}, err
	}
	if err := c.dropReservation(ctx, t.ID); err != nil { // now: it may be the time that was reserved
		return Appointment{}, err
	}
	if err := c.noteDay(ctx, m.actor, next); err != nil {
		return Appointment{}, err
	}
	if err := c.goAlong(ctx, t, next, person); err != nil {
		return Appointment{}, err
	}
	news := News{ByOffice: m.why.byOffice(m.actor), Reason: m.why.Reason}
	if err := c.queueChange(ctx, wish.Office, t, next, person, news); err != nil {
		return Appointment{}, err
	}
	return Appointment{Ticket: next, Token: m.token, Person: person}, c.audit(ctx, m.actor, "moved", next)
}

// admitElsewhere keeps a mail address to its number of live appointments at an office
// that a citizen moves one to.
func (c *change) admitElsewhere(ctx context.Context, m moving, t queue.Ticket, w plan.Checked, person Person) error {
	if t.Branch == w.Branch.ID && t.Office == w.Office.ID {
		return nil
	}
	r := BookRequest{Wanted: m.to, Person: person}
	most := perEmail(w.Office, m.actor, r)
	if most == 0 {
		return nil
	}
	live, err := c.liveOf(ctx, w, r)
	live = slices.DeleteFunc(live, func(t queue.Ticket) bool { return t.Branch != w.Branch.ID || t.Office != w.Office.ID })
	if err != nil || len(live) < most {
		return err
	}
	return mailboxFull(m.actor, most)
}

// admitMove refuses a stranger's move to a day of which their networks have all
// that they may: else a day could be taken by moving to it what was booked on
// others.
func (c *change) admitMove(ctx context.Context, m moving, t queue.Ticket, w plan.Checked) error {
	date := town.DateOf(m.start, w.Branch.Zone)
	if t.Branch == w.Branch.ID && t.Office == w.Office.ID && t.Date == date {
		return nil
	}
	beyond, err := c.beyondShare(ctx, m.actor, w, date, nil)
	if err == nil && beyond {
		return errTooMany
	}
	return err
}

// goAlong has the person of an appointment go along to the time that it has next,
// and passes on the one that it leaves: of one that was cancelled, that was done then.
func (c *change) goAlong(ctx context.Context, was, next queue.Ticket, person *Person) error {
	if person != nil {
		if err := c.keep(ctx, next, *person); err != nil {
			return err
		}
	}
	if left, err := c.rules.Known(was.Branch); err == nil && was.State != queue.Cancelled {
		return c.freed(ctx, left, was)
	}
	return nil
}

// relocate stores the ticket at its new time and tells both dates.
func (c *change) relocate(ctx context.Context, t queue.Ticket, w plan.Checked, start time.Time) (queue.Ticket, error) {
	next := t
	next.Version++
	next.Revision++
	next.Branch, next.Office = w.Branch.ID, w.Office.ID
	next.Start = start.In(w.Branch.Zone)
	next.End = next.Start.Add(w.Rules.Duration)
	next.Date = town.DateOf(start, w.Branch.Zone)
	next.SortAt, next.Before = next.Start, nil
	next.Online = !w.Rules.Staff
	next.Overbooked, next.Kept = false, false
	if next.Date != t.Date || next.Branch != t.Branch {
		number, err := c.keepOrDraw(ctx, w.Branch, next.Date, t)
		if err != nil {
			return next, err
		}
		next.Number = number
	}
	return next, c.store(ctx, t, next)
}

// store stores a ticket that takes another time, gives its number of the old day
// back, and tells both days.
func (c *change) store(ctx context.Context, t, next queue.Ticket) error {
	if next.Date != t.Date || next.Branch != t.Branch {
		if err := c.Numbers().Return(ctx, t.Branch, t.Date, t.Number, t.ID, c.now); err != nil {
			return fmt.Errorf("return number: %w", err)
		}
	}
	if err := c.Tickets().Update(ctx, next); err != nil {
		return fmt.Errorf("update ticket: %w", err)
	}
	event := ledger.Event{Kind: ledger.EventBooking, Ticket: t.ID, Number: next.Number, Office: next.Office, Dates: []town.Date{t.Date, next.Date}}
	if next.Branch != t.Branch {
		gone := ledger.Event{Kind: ledger.EventBooking, Ticket: t.ID, Number: t.Number, Office: t.Office, Dates: []town.Date{t.Date}}
		if _, err := c.days.Record(ctx, t.Branch, gone); err != nil {
			return err
		}
		event.Dates = []town.Date{next.Date}
	}
	_, err := c.days.Record(ctx, next.Branch, event)
	return err
}

// givenUp is the span that a move within an office frees.
func givenUp(t queue.Ticket, branch town.BranchID, office town.OfficeID) []booking.Span {
	if t.Branch != branch || t.Office != office {
		return nil
	}
	return []booking.Span{{From: t.Start.Unix(), To: t.End.Unix(), Online: t.Online}}
}
