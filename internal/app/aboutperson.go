package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// About is what a member of staff may read of the person behind a ticket. Each
// field is empty where there is nothing, or no right to it.
type About struct {
	Name    string // to whoever serves, where the office shows names or a service has them compared
	Email   string // of those at the front alone, as Phone is
	Phone   string
	Support string
	Note    string // of the desk that put the ticket aside
	// Answers by question, as catalogue.Question keeps them.
	Answers map[town.QuestionID]string
}

// nothing reports whether nothing is known, or may be read.
func (a About) nothing() bool {
	return a.Name == "" && a.Email == "" && a.Phone == "" && a.Support == "" && a.Note == "" && len(a.Answers) == 0
}

// Persons are who stands behind tickets: shown, disclosed to themselves, erased.
type Persons struct {
	*core
	keys *Keys // are looked at before anything is erased
}

// About returns what the actor may read of the person whom they serve; nobody else
// is told anything. That they were shown it stands in the trail. Errors: Forbidden;
// NotFound.
func (ps *Persons) About(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID) (About, error) {
	known, t, err := ps.know(ctx, actor, branch, id, ps.whileServing)
	if err != nil || known.nothing() {
		return known, err
	}
	if err := ps.noteOpened(ctx, actor, t); err != nil {
		ps.log.ErrorContext(ctx, "nothing of a person is shown, for that can't be noted", "error", err.Error())
		return About{}, nil
	}
	return known, nil
}

// Open returns all that is known of the person behind a ticket, to those who
// speak with people at the counter and by telephone, and notes it in the trail.
// Errors: Forbidden, for clerks too; NotFound.
func (ps *Persons) Open(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID) (About, error) {
	if !actor.Front() {
		return About{}, access.ErrForbidden
	}
	known, t, err := ps.know(ctx, actor, branch, id, everything)
	if err != nil || known.nothing() {
		return known, err
	}
	return known, ps.write(ctx, nil, func(v *view) error { return v.audit(ctx, actor, actionOpened, t) })
}

// actionOpened: somebody was shown what is known of a person.
const actionOpened = "person_opened"

// know reads what is known of the person behind a branch's ticket, and keeps of it
// what may be read.
func (ps *Persons) know(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID,
	may func(*plan.Branch, access.Actor, queue.Ticket, Person) About,
) (known About, t queue.Ticket, err error) {
	if err := actor.MayDesk(branch); err != nil {
		return About{}, t, err
	}
	b, err := ps.plans.Now().Known(branch)
	if err != nil {
		return About{}, t, err
	}
	err = ps.view(ctx, func(v *view) error {
		t, err = v.Tickets().ByID(ctx, id)
		if errors.Is(err, ledger.ErrNotFound) || err == nil && t.Branch != branch {
			return errTicket
		}
		if err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
		t = t.On(b.Today(v.now))
		p, err := v.person(ctx, t)
		if err == nil && p != nil {
			known = may(b, actor, t, *p)
		}
		return err
	})
	return known, t, err
}

// whileServing keeps of a person what serving them needs.
func (ps *Persons) whileServing(b *plan.Branch, actor access.Actor, t queue.Ticket, p Person) About {
	if !t.State.Open() || t.User != actor.User.ID {
		return About{}
	}
	known := About{Support: p.Support, Note: p.Note, Answers: p.Answers}
	office, ok := b.PlanOf[t.Office]
	if ok && office.ShowName || ps.plans.Now().Catalogue.ChecksName(t.Wants()) {
		known.Name = p.Name
	}
	return known
}

func everything(_ *plan.Branch, _ access.Actor, _ queue.Ticket, p Person) About {
	return About{Name: p.Name, Email: p.Email, Phone: p.Phone, Support: p.Support, Note: p.Note, Answers: p.Answers}
}

// openings remembers what a node has noted of a day, for a desk's page is made anew
// with every event: the trail has each person once for each call, on each node.
type openings struct {
	mu    sync.Mutex
	day   town.Date
	noted map[opening]bool
}

// opening is a person who was shown to somebody, for a call or without one.
type opening struct {
	user   town.UserID
	ticket town.TicketID
	call   town.Seq
}

// fresh returns those of some tickets that aren't noted for a user yet.
func (o *openings) fresh(user town.UserID, today town.Date, tickets []queue.Ticket) []queue.Ticket {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.day != today {
		o.day, o.noted = today, map[opening]bool{}
	}
	var fresh []queue.Ticket
	for _, t := range tickets {
		if !o.noted[opening{user, t.ID, t.CallSeq}] {
			fresh = append(fresh, t)
		}
	}
	return fresh
}

func (o *openings) note(user town.UserID, tickets []queue.Ticket) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, t := range tickets {
		o.noted[opening{user, t.ID, t.CallSeq}] = true
	}
}

// noteOpened notes in the trail that an actor is shown the persons behind some
// tickets, where that doesn't stand there yet.
func (co *core) noteOpened(ctx context.Context, actor access.Actor, tickets ...queue.Ticket) error {
	fresh := co.openings.fresh(actor.User.ID, town.DateOf(co.clock(), time.UTC), tickets)
	if len(fresh) == 0 {
		return nil
	}
	err := co.write(ctx, nil, func(v *view) error {
		for _, t := range fresh {
			if err := v.audit(ctx, actor, actionOpened, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		co.openings.note(actor.User.ID, fresh)
	}
	return err
}
