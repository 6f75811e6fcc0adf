package app

import (
	"context"
	"errors"
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Line returns a branch's queue as of now. Errors: NotFound for an unknown
// branch.
func (a *App) Line(ctx context.Context, branch town.BranchID) (Line, error) {
	b, err := a.plan.Load().known(branch)
	if err != nil {
		return Line{}, err
	}
	line := Line{Branch: branch}
	err = a.store.View(ctx, func(tx ledger.Tx) error {
		book, err := a.day(ctx, tx, b, b.today(a.clock()))
		if err != nil {
			return err
		}
		line.Seq, line.Paused = book.at.Seq, book.paused
		line.sort(b, book.list())
		return nil
	})
	a.Saw(branch, line.Seq)
	return line, err
}

func (l *Line) sort(b *branchPlan, tickets []queue.Ticket) {
	for _, t := range tickets {
		t = b.local(t)
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
func (c *change) find(ctx context.Context, b *branchPlan, id town.TicketID) (queue.Ticket, error) {
	t, err := c.Tickets().ByID(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && t.Branch != b.ID {
		return t, errTicket
	}
	return b.local(t), err
}
