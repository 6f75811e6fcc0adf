package app

import (
	"context"
	"slices"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Workday is everything that a desk shows of a branch's date, at one position.
type Workday struct {
	Line                   // empty unless Date is today
	Date    town.Date      // of the branch
	Tickets []queue.Ticket // all of the date, cancelled ones too, in call order, as they read today
}

// Workday returns a branch's date as its staff see it; the zero date is today.
// Errors: Forbidden; NotFound for an unknown branch.
func (a *App) Workday(ctx context.Context, actor access.Actor, branch town.BranchID, date town.Date) (Workday, error) {
	if err := actor.MayDesk(branch); err != nil {
		return Workday{}, err
	}
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return Workday{}, err
	}
	today := b.Today(a.clock())
	if date == 0 {
		date = today
	}
	w := Workday{Line: Line{Branch: branch}, Date: date}
	err = a.view(ctx, func(v *view) error {
		book, err := v.day(ctx, b, date)
		if err != nil {
			return err
		}
		w.Seq, w.Tickets = book.At.Seq, book.List()
		if date == today {
			w.Paused = book.Paused
			w.Line.sort(b, w.Tickets)
			w.Seats, err = v.seats(ctx, w.Tickets)
		}
		return err
	})
	for i, t := range w.Tickets {
		w.Tickets[i] = b.Local(t.On(today))
	}
	slices.SortFunc(w.Tickets, queue.Compare)
	a.memory.Saw(branch, w.Seq)
	return w, err
}

// Candidates returns those of a branch's tickets whom "call next" would call
// to a room now, in that order: none where branch or room are unknown.
func (a *App) Candidates(actor access.Actor, branch town.BranchID, room town.RoomID, tickets []queue.Ticket) []queue.Ticket {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return nil
	}
	now := a.clock()
	want := queue.Want{Room: room, Offices: served(b, actor.User, room), PolicyOf: b.Policy}
	return queue.Candidates(tickets, now, b.Today(now), want)
}

// Served returns the offices whose people "call next" calls to a room for this
// person: none where branch or room are unknown.
func (a *App) Served(actor access.Actor, branch town.BranchID, room town.RoomID) []town.OfficeID {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return nil
	}
	return served(b, actor.User, room)
}

// served returns the offices that list a room, of these only what the user may
// serve.
func served(b *plan.Branch, user ledger.User, room town.RoomID) []town.OfficeID {
	return skilled(user, b.OfficesOf(room))
}

func skilled(u ledger.User, offices []town.OfficeID) []town.OfficeID {
	if len(u.Offices) == 0 {
		return offices
	}
	return slices.DeleteFunc(slices.Clone(offices), func(o town.OfficeID) bool { return !slices.Contains(u.Offices, o) })
}
