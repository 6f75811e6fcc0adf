package app

import (
	"context"
	"slices"
	"time"

	"aufruf/internal/daybook"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// tooSoon is how long after a call, or after the person came, nothing ends it
// for a desk that says what it saw. A habitual double click comes after 90 to
// 350 ms, a key that is held 30 times a second; nobody walks to a desk and is
// served in this time.
const tooSoon = 1500 * time.Millisecond

// refuseUnseen refuses a call where the room has another ticket open than the
// desk saw, because the call would close it, and nobody at the desk meant that;
// or where the one it saw was called just now. A desk that doesn't tell what it
// saw, or is sure, isn't held up.
func (d *desk) refuseUnseen(book *daybook.Day, open []queue.Ticket, cmd deskwork.Command) error {
	if cmd.Open == nil || cmd.Sure {
		return nil
	}
	seen := *cmd.Open
	at := slices.IndexFunc(open, func(t queue.Ticket) bool { return t.ID == seen })
	switch {
	case at >= 0:
		return d.refuseTooSoon(open[at])
	case len(open) > 0:
		return problem.New(problem.Conflict, "moved_on.next").With("open", open[0].Number.String())
	case seen == "":
		return nil
	}
	return d.goneMeanwhile(book, seen)
}

// goneMeanwhile says what has become of the ticket that a desk saw open where
// nothing is.
func (d *desk) goneMeanwhile(book *daybook.Day, seen town.TicketID) error {
	at := slices.IndexFunc(book.Tickets, func(t *queue.Ticket) bool { return t.ID == seen })
	if at < 0 {
		return errTicket
	}
	return d.movedOn(book, *book.Tickets[at])
}

// refuseMovedOn refuses a step on a ticket that isn't as the desk saw it, and
// one that would end what has only just begun. Undo judges for itself.
func (d *desk) refuseMovedOn(ctx context.Context, t queue.Ticket, cmd deskwork.Command) error {
	if cmd.Version == 0 || cmd.Sure || cmd.Type == deskwork.Undo {
		return nil
	}
	if cmd.Version == t.Version {
		return d.refuseHasty(t, cmd.Type)
	}
	book, err := d.days.Today(ctx, d.branch)
	if err != nil {
		return err
	}
	return d.movedOn(book, t)
}

// refuseHasty lets the person start at once, and a recall follow a call, though
// not another recall.
func (d *desk) refuseHasty(t queue.Ticket, step deskwork.Type) error {
	recalled := t.Before != nil && t.Before.State == queue.Called
	if step == deskwork.Start || step == deskwork.Recall && !recalled {
		return nil
	}
	return d.refuseTooSoon(t)
}

// refuseTooSoon refuses to end, or to repeat, what began less than tooSoon ago. A
// clock that was set back holds nobody up.
func (d *desk) refuseTooSoon(t queue.Ticket) error {
	began := t.CalledAt
	if t.StartedAt.After(began) {
		began = t.StartedAt
	}
	if age := d.now.Sub(began); !t.State.Open() || age < 0 || age >= tooSoon {
		return nil
	}
	return problem.New(problem.Conflict, "call.too_soon").With("number", t.Number.String())
}

// movedOn says what has happened to a ticket since a desk saw it.
func (d *desk) movedOn(book *daybook.Day, t queue.Ticket) error {
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
