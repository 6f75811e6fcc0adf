package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Concerned is an appointment that the plan no longer has room for.
type Concerned struct {
	daybook.Unfit
	Because   town.Text // of a closure: the town's reason, if it gave one
	Reachable Reach
	Reminder  time.Time // when the next reminder is due, which then waits; zero: none
	Offered   *Reserved // the time that is reserved for it, or was; nil: none
}

// Reach tells how a person can be told something.
type Reach string

// The ways of the public interface.
const (
	ReachMail  Reach = "mail"
	ReachPhone Reach = "phone"
	ReachNone  Reach = "none"
)

// NoEnd is later than any appointment.
var NoEnd = town.NewDate(9999, time.December, 31)

// Dealings are about appointments that no longer fit: the list of them, and what is
// done with many at once.
type Dealings struct{ *core }

// Concerned returns the appointments of a branch and of the dates from one to
// another, both inclusive, that nobody has called yet, that start after now and no
// longer fit, and that nobody decided to keep: the next first. Errors: Forbidden
// for whoever is neither reception nor manager of the branch; NotFound; Invalid
// for dates that are reversed.
func (ds *Dealings) Concerned(ctx context.Context, actor access.Actor, branch town.BranchID, from, to town.Date) ([]Concerned, error) {
	if err := actor.MayReceive(branch); err != nil {
		return nil, err
	}
	if to < from {
		return nil, problem.Field("to", "days.reversed")
	}
	unfit, err := ds.Unfit(ctx, branch)
	if err != nil {
		return nil, err
	}
	unfit = slices.DeleteFunc(unfit, func(u daybook.Unfit) bool { return u.Date < from || u.Date > to })
	concerned := make([]Concerned, len(unfit))
	err = ds.view(ctx, func(v *view) error {
		for i, u := range unfit {
			if concerned[i], err = v.concerned(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range concerned {
		if err := ds.seeGone(ctx, c.ID, c.Offered); err != nil {
			return nil, err
		}
	}
	return concerned, nil
}

// Unfit returns a branch's appointments that start after now and no longer fit,
// the next first. Errors: NotFound for an unknown branch.
func (ds *Dealings) Unfit(ctx context.Context, branch town.BranchID) ([]daybook.Unfit, error) {
	ds.settleDue(ctx)
	unfit, err := ds.memory.Unfit(ctx, branch)
	return startingAfter(unfit, ds.clock()), err
}

// RemindedSoon is how long before a reminder is due managers are warned that its
// appointment doesn't fit.
const RemindedSoon = 24 * time.Hour

// HeldReminders counts those of a branch's appointments that no longer fit whose
// reminder waits because of that, or would within RemindedSoon. Errors: Forbidden for
// whoever is neither reception nor manager of the branch; NotFound.
func (ds *Dealings) HeldReminders(ctx context.Context, actor access.Actor, branch town.BranchID) (held int, err error) {
	if err := actor.MayReceive(branch); err != nil {
		return 0, err
	}
	unfit, err := ds.Unfit(ctx, branch)
	if err != nil || len(unfit) == 0 {
		return 0, err
	}
	err = ds.view(ctx, func(v *view) error {
		reminded, err := v.Mails().Reminded(ctx, branch, MailReminder, v.at.Trusted.Add(RemindedSoon))
		if err != nil {
			return fmt.Errorf("read reminders: %w", err)
		}
		soon := map[town.TicketID]bool{}
		for _, id := range reminded {
			soon[id] = true
		}
		held = 0
		for _, u := range unfit {
			if soon[u.ID] && !u.Reserved {
				held++
			}
		}
		return nil
	})
	return held, err
}

// startingAfter leaves out what has begun, and shares nothing with what it is
// given.
func startingAfter(unfit []daybook.Unfit, now time.Time) []daybook.Unfit {
	return slices.DeleteFunc(slices.Clone(unfit), func(u daybook.Unfit) bool { return !u.Start.After(now) })
}

func (v *view) concerned(ctx context.Context, u daybook.Unfit) (Concerned, error) {
	c := Concerned{Unfit: u, Because: v.because(u), Reachable: ReachNone}
	p, err := v.person(ctx, u.Ticket)
	if err != nil {
		return c, err
	}
	switch {
	case p != nil && p.Email != "":
		c.Reachable = ReachMail
	case p != nil && p.Phone != "":
		c.Reachable = ReachPhone
	}
	r, err := v.reservationOf(ctx, u.ID)
	if err != nil {
		return c, err
	}
	if r != nil {
		c.Offered = v.reserved(*r)
	}
	mails, err := v.Mails().OfTicket(ctx, u.ID)
	if err != nil {
		return c, fmt.Errorf("read mails: %w", err)
	}
	for _, m := range mails {
		if m.Kind == MailReminder && m.State == MailQueued && (c.Reminder.IsZero() || m.Due.Before(c.Reminder)) {
			c.Reminder = m.Due
		}
	}
	return c, nil
}

// because returns the town's reason for what an appointment falls into.
func (v *view) because(u daybook.Unfit) town.Text {
	b, known := v.rules.Branches[u.Branch]
	if !known || u.Why != booking.Closed {
		return nil
	}
	if office, ok := b.PlanOf[u.Office]; ok {
		if closure := office.Booking.ClosedDuring(u.Start, u.End); closure != nil {
			return closure.Reason
		}
	}
	return nil
}

// Keep decides that an appointment stays although it no longer fits,
// until it changes. Again is fine; of one that fits, meanwhile or after all,
// nothing is decided, for it would be left out of what concerns it later. Errors:
// Forbidden for whoever doesn't manage the branch; NotFound; Conflict
// "appointment.not_movable" for one that was called, has begun or is cancelled.
func (ds *Dealings) Keep(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID) error {
	if err := actor.MayManage(branch); err != nil {
		return err
	}
	err := ds.updateFreeing(ctx, []town.BranchID{branch}, func(c *change) error {
		t, _, err := c.staffTicket(ctx, branch, id)
		if err != nil || t.Kept {
			return err
		}
		if t.Kind != queue.Appointment || !t.ToBeCalled() || !t.Start.After(c.now) {
			return problem.New(problem.Conflict, "appointment.not_movable").With("state", string(t.State))
		}
		if unfit, err := c.unfit(ctx, t, judgedDays{}); err != nil || !unfit {
			return err
		}
		return c.keepConcerned(ctx, actor, t)
	})
	ds.outbox.signal()
	return err
}

// keepConcerned stores that an appointment stays, and lets its reminder go.
func (c *change) keepConcerned(ctx context.Context, actor access.Actor, t queue.Ticket) error {
	t.Version++
	t.Kept = true
	if err := c.Tickets().Update(ctx, t); err != nil {
		return fmt.Errorf("update ticket: %w", err)
	}
	event := ledger.Event{Kind: ledger.EventBooking, Ticket: t.ID, Number: t.Number, Office: t.Office, Dates: []town.Date{t.Date}}
	if _, err := c.days.Record(ctx, t.Branch, event); err != nil {
		return err
	}
	if err := c.dropReservation(ctx, t.ID); err != nil {
		return err
	}
	if err := c.hasten(ctx, t); err != nil {
		return err
	}
	return c.audit(ctx, actor, "kept", t)
}

// hasten lets a reminder go that has waited for a decision: it is put off for less
// than decisionEvery, and another is due far later.
func (c *change) hasten(ctx context.Context, t queue.Ticket) error {
	mails, err := c.Mails().OfTicket(ctx, t.ID)
	if err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	for _, m := range mails {
		if m.Kind != MailReminder || m.State != MailQueued || m.Due.After(c.at.Trusted.Add(decisionEvery)) {
			continue
		}
		m.Due = c.at.Trusted
		if err := ignoreStale(c.Mails().Update(ctx, m)); err != nil {
			return fmt.Errorf("hasten reminder: %w", err)
		}
	}
	return nil
}

// branchDay is a branch's date.
type branchDay struct {
	branch town.BranchID
	date   town.Date
}

// judgedDays keeps what no longer fits on the days that a transaction has judged,
// while it changes no appointment.
type judgedDays map[branchDay]map[town.TicketID]booking.Unfit

// unfit reports whether an appointment no longer fits, by what is stored now.
func (v *view) unfit(ctx context.Context, t queue.Ticket, judged judgedDays) (bool, error) {
	day := branchDay{t.Branch, t.Date}
	if _, known := judged[day]; !known {
		b, err := v.rules.Known(t.Branch)
		if err != nil {
			return false, err
		}
		live, err := daybook.Standing(ctx, v, t.Branch, t.Date, t.Date)
		if err != nil {
			return false, err
		}
		judged[day] = v.rules.Unfit(b, t.Date, live)
	}
	_, unfit := judged[day][t.ID]
	return unfit, nil
}

// unfitBy returns the appointments of all branches that no longer fit by a plan,
// by branch and start.
func (v *view) unfitBy(ctx context.Context, rules *plan.Plan) ([]daybook.Unfit, error) {
	var all []daybook.Unfit
	for _, id := range rules.EveryBranch() {
		b := rules.Branches[id]
		today := b.Today(v.now)
		live, err := daybook.Standing(ctx, v, id, today, today.AddDays(daybook.FarAway))
		if err != nil {
			return nil, err
		}
		all = append(all, startingAfter(daybook.UnfitAmong(rules, b, live), v.now)...)
	}
	return all, nil
}

// newlyUnfit returns the appointments of a branch and some dates that fit by the
// plan that holds and not by another, the next first.
func (v *view) newlyUnfit(ctx context.Context, then *plan.Plan, branch town.BranchID, from, to town.Date) ([]daybook.Unfit, error) {
	before, after := v.rules.Branches[branch], then.Branches[branch]
	live, err := daybook.Standing(ctx, v, branch, max(from, after.Today(v.now)), to)
	if err != nil {
		return nil, err
	}
	unfit := daybook.UnfitAmong(then, after, live)
	already := map[judgedID]bool{}
	for _, u := range daybook.UnfitAmong(v.rules, before, live) {
		already[judgedID{u.ID, u.Reserved}] = true
	}
	return slices.DeleteFunc(startingAfter(unfit, v.now), func(u daybook.Unfit) bool { return already[judgedID{u.ID, u.Reserved}] }), nil
}

// judgedID is an appointment, or the time that is reserved for it.
type judgedID struct {
	ticket   town.TicketID
	reserved bool
}
