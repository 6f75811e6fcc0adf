package app

import (
	"context"
	"errors"
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Line returns a branch's queue as of now. Errors: NotFound for an unknown
// branch.
func (a *App) Line(ctx context.Context, branch town.BranchID) (Line, error) {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return Line{}, err
	}
	line := Line{Branch: branch}
	err = a.view(ctx, func(v *view) error {
		book, err := v.day(ctx, b, b.Today(v.now))
		if err != nil {
			return err
		}
		line.Seq, line.Paused = book.At.Seq, book.Paused
		tickets := book.List()
		line.sort(b, tickets)
		line.Seats, err = v.seats(ctx, tickets)
		return err
	})
	a.memory.Saw(branch, line.Seq)
	return line, err
}

func (l *Line) sort(b *plan.Branch, tickets []queue.Ticket) {
	for _, t := range tickets {
		t = b.Local(t)
		switch {
		case t.State == queue.Booked || t.State == queue.Waiting:
			l.Waiting = append(l.Waiting, t)
		case t.State.Open():
			l.Open = append(l.Open, t)
		case t.State == queue.Parked:
			l.Parked = append(l.Parked, t)
		}
	}
	slices.SortFunc(l.Waiting, queue.Compare)
	slices.SortFunc(l.Open, queue.Compare)
	slices.SortFunc(l.Parked, queue.Compare)
}

// find returns a ticket of a branch by its id.
func (c *change) find(ctx context.Context, b *plan.Branch, id town.TicketID) (queue.Ticket, error) {
	t, err := c.Tickets().ByID(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && t.Branch != b.ID {
		return t, errTicket
	}
	return b.Local(t), err
}
