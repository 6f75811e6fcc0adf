package app

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// errNumber: nobody holds that number at the branch today.
var errNumber = problem.New(problem.NotFound, "number.unknown_today")

// CheckInRequest names the person who is here: by either of the ticket's tokens,
// or by branch and number, or by branch and arrival code (Presented).
type CheckInRequest struct {
	Branch town.BranchID
	Number town.Number
	Token  string
	Code   string `json:",omitempty"` // as many digits as CodeDigits
}

// CheckIn notes that a person is here; again is fine. With a token a citizen
// may do it too, where the office allows that. Errors: NotFound; Conflict with
// what the ticket is; Forbidden; Invalid "code".
func (a *App) CheckIn(ctx context.Context, actor access.Actor, r CheckInRequest) (queue.Ticket, error) {
	if r.Code != "" && !isCode(r.Code) {
		return queue.Ticket{}, problem.Field("code", "field.code")
	}
	again, err := a.repeats.Of(actor.Name(), actor.Key, "check-in", r)
	if err != nil {
		return queue.Ticket{}, err
	}
	if r.Token != "" {
		if r.Branch, actor.BySlip, err = a.shownAt(ctx, r.Token); err != nil {
			return queue.Ticket{}, err
		}
	}
	if err := mayCheckIn(a.plans.Now(), actor, r); err != nil {
		return queue.Ticket{}, err
	}
	var arrived queue.Ticket
	err = a.update(ctx, []town.BranchID{r.Branch}, func(c *change) error {
		b, err := c.rules.Known(r.Branch)
		if err != nil {
			return err
		}
		answer, repeated, err := again.Answered(ctx, c)
		if err != nil {
			return err
		}
		if repeated {
			arrived, err = c.find(ctx, b, town.TicketID(answer))
			return err
		}
		t, err := c.presented(ctx, b, r)
		if err != nil {
			return err
		}
		if actor.Kind == access.Citizen && !selfCheckIn(b, t.Office) {
			return access.ErrForbidden
		}
		if arrived, err = c.arrive(ctx, actor, b, t); err != nil {
			return err
		}
		return again.Remember(ctx, c, c.at, string(arrived.ID))
	})
	return arrived, err
}

func mayCheckIn(p *plan.Plan, actor access.Actor, r CheckInRequest) error {
	if r.Token != "" && actor.Kind == access.Citizen {
		return nil
	}
	if _, err := p.Known(r.Branch); err != nil && actor.Kind != access.Citizen {
		return err
	}
	return actor.MayTicket(r.Branch)
}

func selfCheckIn(b *plan.Branch, office town.OfficeID) bool {
	o, ok := b.PlanOf[office]
	return ok && o.CheckIn
}

func (c *change) presented(ctx context.Context, b *plan.Branch, r CheckInRequest) (queue.Ticket, error) {
	if r.Token != "" {
		t, _, _, err := c.shown(ctx, c.rules, r.Token)
		return t, err
	}
	if r.Code != "" {
		return c.byCode(ctx, b, r.Code)
	}
	t, err := c.Tickets().ByNumber(ctx, b.ID, b.Today(c.now), r.Number)
	if errors.Is(err, ledger.ErrNotFound) {
		return t, errNumber
	}
	return b.Local(t), err
}

func (c *change) arrive(ctx context.Context, actor access.Actor, b *plan.Branch, t queue.Ticket) (queue.Ticket, error) {
	if t.State == queue.Waiting {
		return t, nil
	}
	next, err := t.Apply(queue.DoCheckIn, queue.Step{Now: c.now, Today: b.Today(c.now), Policy: b.Policy(t.Office)})
	if err != nil {
		return t, err
	}
	if err := c.Tickets().Update(ctx, next); err != nil {
		return t, fmt.Errorf("update ticket: %w", err)
	}
	if _, err := c.days.Record(ctx, b.ID, ledger.Event{Kind: ledger.EventQueue, Ticket: t.ID, Number: t.Number, Office: t.Office}); err != nil {
		return t, err
	}
	return next, c.audit(ctx, actor, "checked_in", next)
}
