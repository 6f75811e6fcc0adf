package app

import (
	"context"
	"errors"
	"fmt"
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
		}
		return nil
	})
	for i, t := range w.Tickets {
		w.Tickets[i] = b.Local(t.On(today))
	}
	slices.SortFunc(w.Tickets, queue.Compare)
	a.Memory.Saw(branch, w.Seq)
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

// About is what a member of staff may read of the person behind a ticket. Each
// field is empty where there is nothing, or no right to it.
type About struct {
	Name    string // where the office shows names, while serving
	Support string // reception and managers from booking on; a clerk while serving
	Note    string // of the desk that put the ticket aside
}

// About returns what the actor may read of the person behind a ticket of
// today. Errors: Forbidden; NotFound.
func (a *App) About(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID) (About, error) {
	if err := actor.MayDesk(branch); err != nil {
		return About{}, err
	}
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return About{}, err
	}
	var known About
	err = a.view(ctx, func(v *view) error {
		t, err := v.Tickets().ByID(ctx, id)
		if errors.Is(err, ledger.ErrNotFound) || err == nil && t.Branch != branch {
			return errTicket
		}
		if err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
		p, err := v.person(ctx, t)
		if err != nil || p == nil {
			return err
		}
		known = readable(b, actor, t, *p)
		return nil
	})
	return known, err
}

// readable keeps of a person what the actor's work with the ticket needs.
func readable(b *plan.Branch, actor access.Actor, t queue.Ticket, p Person) About {
	serving := t.State.Open() && t.User == actor.User.ID
	var known About
	if office, ok := b.PlanOf[t.Office]; ok && office.ShowName && serving {
		known.Name = p.Name
	}
	if serving || actor.Front() {
		known.Support, known.Note = p.Support, p.Note
	}
	return known
}
