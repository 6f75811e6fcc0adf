package app

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// FindByNumber returns the ticket that holds a number at a branch on a date,
// as staff see it: without the person, and with the weak token. Errors:
// Forbidden; NotFound "number.unknown".
func (a *App) FindByNumber(ctx context.Context, actor access.Actor, branch town.BranchID, date town.Date, number town.Number) (Appointment, error) {
	if err := actor.MayDesk(branch); err != nil {
		return Appointment{}, err
	}
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return Appointment{}, err
	}
	var found Appointment
	err = a.view(ctx, func(v *view) error {
		t, err := byNumber(ctx, v, branch, date, number)
		if err != nil {
			return err
		}
		found = v.forStaff(ctx, Appointment{Ticket: b.Local(t.On(b.Today(v.now)))})
		return nil
	})
	return found, err
}

// Oversteps tells what of an appointment that staff booked or moved citizens could
// not have booked.
func (a *App) Oversteps(t queue.Ticket) []booking.Overstep {
	b, err := a.plans.Now().Known(t.Branch)
	if err != nil || t.Kind != queue.Appointment || t.Online {
		return nil
	}
	office, ok := b.PlanOf[t.Office]
	if !ok {
		return nil
	}
	made := t.Created
	if t.Revision > 0 {
		made = time.Time{}
	}
	return office.Booking.Oversteps(t.Start, made, a.clock())
}

// CancelTicket is CancelFor for staff, who know the ticket and not its token.
// Errors: Forbidden; as of CancelFor.
func (a *App) CancelTicket(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID, why StaffReason) error {
	if err := actor.MayDesk(branch); err != nil {
		return err
	}
	why, err := why.checked(actor)
	if err != nil {
		return err
	}
	err = a.updateFreeing(ctx, []town.BranchID{branch}, func(c *change) error {
		t, b, err := c.staffTicket(ctx, branch, id)
		if err != nil || t.State == queue.Cancelled {
			return err
		}
		return c.cancel(ctx, actor, b, t, why)
	})
	a.outbox.signal()
	return err
}

// MoveTicket is MoveFor for staff, who know the ticket and not its token; an
// empty target stays at the branch. Errors: Forbidden; as of MoveFor.
func (a *App) MoveTicket(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID, target town.BranchID, start time.Time, why StaffReason) (Appointment, error) {
	if target == "" {
		target = branch
	}
	for _, b := range []town.BranchID{branch, target} {
		if err := actor.MayDesk(b); err != nil {
			return Appointment{}, err
		}
	}
	why, err := why.checked(actor)
	if err != nil {
		return Appointment{}, err
	}
	var moved Appointment
	w := plan.Wanted{Branch: target, Staff: true}
	err = a.updateFreeing(ctx, both(branch, target), func(c *change) error {
		t, _, err := c.staffTicket(ctx, branch, id)
		if err != nil {
			return err
		}
		w.Items = t.Items
		moved, err = c.move(ctx, moving{actor: actor, to: w, start: start, why: why}, t)
		moved = c.forStaff(ctx, moved)
		return err
	})
	if err != nil {
		return Appointment{}, a.memory.WithAlternatives(ctx, err, w, start)
	}
	a.outbox.signal()
	return moved, nil
}

// staffTicket returns a ticket of a branch whose day isn't over.
func (c *change) staffTicket(ctx context.Context, branch town.BranchID, id town.TicketID) (queue.Ticket, *plan.Branch, error) {
	b, err := c.rules.Known(branch)
	if err != nil {
		return queue.Ticket{}, nil, err
	}
	t, err := c.find(ctx, b, id)
	if err != nil {
		return t, nil, fmt.Errorf("find ticket: %w", err)
	}
	if b.Today(c.now) > t.Date {
		return t, nil, errOver
	}
	return t, b, nil
}
