package app

import (
	"context"
	"slices"

	"aufruf/internal/daybook"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// refuseUnseen refuses a call where the room has another ticket open than the desk
// saw: the call would close it, and nobody at the desk meant that. A nil seen is a
// desk that doesn't tell what it saw.
func refuseUnseen(open []queue.Ticket, seen *town.TicketID) error {
	if seen == nil || len(open) == 0 || slices.ContainsFunc(open, func(t queue.Ticket) bool { return t.ID == *seen }) {
		return nil
	}
	return problem.New(problem.Conflict, "moved_on.next").With("open", open[0].Number.String())
}

// sinceSeen explains a refused step by what has happened to the ticket since the
// desk saw it. A refusal of a step that meant the ticket as it is stays.
func (d *desk) sinceSeen(ctx context.Context, t queue.Ticket, cmd deskwork.Command, refused error) error {
	p := problem.Of(refused)
	if cmd.Version == 0 || cmd.Version == t.Version || cmd.Type == deskwork.Undo || p.Kind != problem.Conflict {
		return refused
	}
	book, err := d.days.Today(ctx, d.branch)
	if err != nil {
		return err
	}
	number := t.Number.String()
	if open := openWhere(book, t); open != nil {
		return problem.New(problem.Conflict, "moved_on.room").With("number", number).With("open", open.Number.String())
	}
	key := "moved_on." + string(t.On(d.today).State)
	return problem.New(problem.Conflict, key).With("number", number)
}

// openWhere returns the other ticket that is open in the room which a ticket
// has left; nil: none.
func openWhere(d *daybook.Day, t queue.Ticket) *queue.Ticket {
	if t.Before == nil || t.State.Open() {
		return nil
	}
	place := slices.IndexFunc(d.Tickets, func(o *queue.Ticket) bool { return o.State.Open() && o.Room == t.Before.Room })
	if place < 0 {
		return nil
	}
	return d.Tickets[place]
}
