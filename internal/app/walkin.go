package app

import (
	"context"
	"strings"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/daybook"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// maxPriority bounds how far staff can move a ticket forward.
const maxPriority = 9

// WalkInRequest asks for a ticket without an appointment.
type WalkInRequest struct {
	plan.Wanted
	Priority int
	Language town.Language
}

// Issued is a new walk-in ticket.
type Issued struct {
	Standing
	Token          string
	OverContingent bool // staff went beyond the day's contingent or hours
}

// IssueTicket gives a walk-in a number. Hours and contingent bind the kiosk;
// staff are told that they went beyond. A kiosk of some offices gives out numbers
// for these alone.
//
// Errors: as of Days; Conflict "walk_in.closed" and "walk_in.none_left", both
// with the next free appointment; Conflict "number.none_left"; Forbidden.
func (a *App) IssueTicket(ctx context.Context, actor access.Actor, r WalkInRequest) (Issued, error) {
	if err := actor.MayTicket(r.Branch); err != nil {
		return Issued{}, err
	}
	if r.Priority < 0 || r.Priority > maxPriority {
		return Issued{}, problem.Field("priority", "field.range").With("min", 0).With("max", maxPriority)
	}
	if r.Priority > 0 && actor.Kind == access.Kiosk {
		return Issued{}, problem.New(problem.Forbidden, "walk_in.priority_staff_only")
	}
	if actor.Kind == access.Kiosk {
		r.Offices = actor.Device.Offices
	}
	again, err := a.repeats.Of(actor.Name(), actor.Key, "ticket", r)
	if err != nil {
		return Issued{}, err
	}
	const beyond = " beyond" // behind the id in what is remembered
	var issued Issued
	err = a.update(ctx, []town.BranchID{r.Branch}, func(c *change) error {
		answer, repeated, err := again.Answered(ctx, c)
		if err != nil {
			return err
		}
		issued.Token = again.Token()
		if repeated {
			id, over := strings.CutSuffix(string(answer), beyond)
			issued.OverContingent = over
			issued.Standing, err = c.standingNow(ctx, town.TicketID(id))
			return err
		}
		if err := c.issue(ctx, actor, r, &issued); err != nil {
			return err
		}
		if issued.OverContingent {
			return again.Remember(ctx, c, c.at, string(issued.Ticket.ID)+beyond)
		}
		return again.Remember(ctx, c, c.at, string(issued.Ticket.ID))
	})
	if err != nil {
		return Issued{}, a.memory.WithNextAppointment(ctx, err, r.Wanted)
	}
	return issued, nil
}

func (c *change) issue(ctx context.Context, actor access.Actor, r WalkInRequest, issued *Issued) error {
	wish, err := c.rules.Check(r.Wanted, c.at)
	if err != nil {
		return err
	}
	book, err := c.days.Today(ctx, wish.Branch)
	if err != nil {
		return err
	}
	issued.OverContingent, err = beyondContingent(book, wish, actor, c.now)
	if err != nil {
		return err
	}
	today := wish.Branch.Today(c.now)
	number, err := c.draw(ctx, wish.Branch, today)
	if err != nil {
		return err
	}
	id, err := c.core.secrets.ID()
	if err != nil {
		return err
	}
	t := queue.Ticket{
		ID: town.TicketID(id), Version: 1, Branch: r.Branch, Date: today, Number: number,
		Kind: queue.WalkIn, Items: wish.Items, Channel: issuedBy(actor), Language: c.rules.Language(r.Language), Created: c.now,
		Priority: r.Priority,
		Progress: queue.Progress{
			Office: wish.Office.ID, State: queue.Waiting, CheckedIn: c.now,
			SortAt: queue.SortTime(queue.WalkIn, time.Time{}, c.now, wish.Office.Queue),
		},
		TokenHash: secrets.Hash(issued.Token),
	}
	if err := c.admit(ctx, &t); err != nil {
		return err
	}
	if issued.Standing, err = c.standing(ctx, wish.Branch, book, t); err != nil {
		return err
	}
	return c.audit(ctx, actor, "ticket", t)
}

func issuedBy(actor access.Actor) queue.Channel {
	if actor.Kind == access.Kiosk {
		return queue.ByKiosk
	}
	return queue.ByReception
}

// beyondContingent refuses a kiosk outside the walk-in hours or beyond the
// contingent of the day; staff it only tells.
func beyondContingent(book *daybook.Day, w plan.Checked, actor access.Actor, now time.Time) (bool, error) {
	if !w.Office.Booking.WalkInOpen(now) {
		if actor.Kind == access.Kiosk {
			return false, problem.New(problem.Conflict, "walk_in.closed")
		}
		return true, nil
	}
	limit := w.Office.WalkIn.Contingent
	if limit == 0 {
		return false, nil
	}
	for _, t := range book.Tickets {
		if t.Kind == queue.WalkIn && t.CameTo() == w.Office.ID && t.State != queue.Cancelled {
			limit--
		}
	}
	if limit <= 0 && actor.Kind == access.Kiosk {
		return false, problem.New(problem.Conflict, "walk_in.none_left")
	}
	return limit <= 0, nil
}
