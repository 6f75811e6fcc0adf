package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

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
	err = a.store.View(ctx, func(tx Tx) error {
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

// Standing returns a ticket's place in line by its citizen's token, to the end
// of its local day. Errors: NotFound "appointment.over_or_unknown".
func (a *App) Standing(ctx context.Context, token string) (Standing, error) {
	var t queue.Ticket
	err := a.store.View(ctx, func(tx Tx) (err error) {
		t, _, err = a.byToken(ctx, tx, a.plan.Load(), token)
		return err
	})
	if err != nil {
		return Standing{}, err
	}
	return a.standing(ctx, t)
}

func (a *App) standing(ctx context.Context, t queue.Ticket) (Standing, error) {
	s := Standing{Ticket: t}
	if t.State != queue.Booked && t.State != queue.Waiting {
		return s, nil
	}
	rules := a.plan.Load()
	b, err := rules.known(t.Branch)
	if err != nil {
		return s, err
	}
	var book *daybook
	err = a.store.View(ctx, func(tx Tx) (err error) {
		book, err = a.day(ctx, tx, b, t.Date)
		return err
	})
	if err != nil {
		return s, err
	}
	s.Ahead = queue.Ahead(slices.Values(book.tickets), &t)
	now := a.clock()
	if t.Date != b.today(now) {
		return s, nil
	}
	pace, err := a.paces.of(ctx, a, b, t.Office)
	if err != nil {
		return s, err
	}
	low, high := queue.Estimate(s.Ahead, b.counters(t.Office, t.Date), pace, rules.nominal(book.tickets, t.Office))
	until := t.CallableFrom(b.policy(t.Office)).Sub(now)
	s.Low, s.High = minutes(max(low, until)), minutes(max(high, until))
	return s, nil
}

func minutes(d time.Duration) int { return int((max(d, 0) + time.Minute - 1) / time.Minute) }

// counters returns how many counters an office has open on a date at most.
func (b *branchPlan) counters(office town.OfficeID, date town.Date) int {
	o, ok := b.offices[office]
	if !ok {
		return 1
	}
	return max(1, min(len(o.Rooms), o.booking.Counters(date)))
}

// nominal is the mean duration by the catalogue of an office's tickets.
func (p *plan) nominal(tickets []*queue.Ticket, office town.OfficeID) time.Duration {
	var sum time.Duration
	people := 0
	for _, t := range tickets {
		if t.Office != office {
			continue
		}
		people++
		for _, item := range t.Wants() {
			if s, ok := p.catalogue.Service(item.Service); ok {
				sum += time.Duration(s.Minutes*item.Quantity) * time.Minute
			}
		}
	}
	if people == 0 {
		return 0
	}
	return sum / time.Duration(people)
}

// paces keeps the durations that offices took lately, read once a day.
type paces struct {
	mu   sync.Mutex
	seen map[paceKey][]time.Duration
}

type paceKey struct {
	branch town.BranchID
	office town.OfficeID
	today  town.Date
}

// paceDays is how far back an estimate looks.
const paceDays = 28

func (p *paces) of(ctx context.Context, a *App, b *branchPlan, office town.OfficeID) ([]time.Duration, error) {
	key := paceKey{b.ID, office, b.today(a.clock())}
	p.mu.Lock()
	defer p.mu.Unlock()
	if seen, ok := p.seen[key]; ok {
		return seen, nil
	}
	var served []queue.Ticket
	err := a.store.View(ctx, func(tx Tx) (err error) {
		served, err = tx.Tickets().ServedBetween(ctx, b.ID, key.today.AddDays(-paceDays), key.today.AddDays(-1))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read served tickets: %w", err)
	}
	fresh := map[paceKey][]time.Duration{key: {}}
	for k, seen := range p.seen {
		if k.today == key.today {
			fresh[k] = seen
		}
	}
	for _, t := range served {
		for _, v := range t.Served() {
			if v.Office == office && !v.StartedAt.IsZero() && !v.EndedAt.IsZero() {
				fresh[key] = append(fresh[key], v.EndedAt.Sub(v.StartedAt))
			}
		}
	}
	p.seen = fresh
	return fresh[key], nil
}

// find returns a ticket of a branch by its id.
func (c *change) find(ctx context.Context, b *branchPlan, id town.TicketID) (queue.Ticket, error) {
	t, err := c.Tickets().ByID(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && t.Branch != b.ID {
		return t, errTicket
	}
	return b.local(t), err
}
