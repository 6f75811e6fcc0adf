package app

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Standing returns a ticket's place in line by either of its tokens, to the end
// of its local day. Errors: NotFound "appointment.over_or_unknown".
func (a *App) Standing(ctx context.Context, token string) (Standing, error) {
	var s Standing
	err := a.view(ctx, func(v *view) error {
		rules, now := v.rules, v.now
		t, b, weak, err := v.shown(ctx, rules, token)
		if err != nil {
			return err
		}
		s = Standing{Ticket: t, Weak: weak}
		if !t.InLine() {
			return nil
		}
		book, err := v.day(ctx, b, t.Date)
		if err != nil {
			return err
		}
		pace, err := a.paces.seen(ctx, v, paceKey{b.ID, t.Office, b.Today(now)})
		if err != nil {
			return err
		}
		s = standing(rules, b, book, pace, t, now)
		s.Weak = weak
		return nil
	})
	return s, err
}

// WalkIn is Standing of a number without an appointment that a branch has given out.
// Errors: NotFound "appointment.over_or_unknown", for everything else too.
func (a *App) WalkIn(ctx context.Context, branch town.BranchID, token string) (Standing, error) {
	s, err := a.Standing(ctx, token)
	if err == nil && (s.Ticket.Kind != queue.WalkIn || s.Ticket.Branch != branch) {
		return Standing{}, errOver
	}
	return s, err
}

// standing returns a ticket's place in line as an update leaves it; book is the
// day before the ticket was changed.
func (c *change) standing(ctx context.Context, b *plan.Branch, book *daybook.Day, t queue.Ticket) (Standing, error) {
	if !t.InLine() {
		return Standing{Ticket: t}, nil
	}
	pace, err := c.pace(ctx, paceKey{b.ID, t.Office, b.Today(c.now)})
	if err != nil {
		return Standing{}, err
	}
	return standing(c.rules, b, book.With(book.At, b.ID, []queue.Ticket{t}), pace, t, c.now), nil
}

// standingNow is standing for a ticket that the update doesn't change.
func (c *change) standingNow(ctx context.Context, id town.TicketID) (Standing, error) {
	t, err := c.Tickets().ByID(ctx, id)
	if err != nil {
		return Standing{}, fmt.Errorf("read ticket: %w", err)
	}
	b, err := c.rules.Known(t.Branch)
	if err != nil {
		return Standing{}, err
	}
	book, err := c.day(ctx, b, t.Date)
	if err != nil {
		return Standing{}, err
	}
	return c.standing(ctx, b, book, t)
}

// standing computes a place in line.
func standing(p *plan.Plan, b *plan.Branch, book *daybook.Day, pace []time.Duration, t queue.Ticket, now time.Time) Standing {
	s := Standing{Ticket: t, Ahead: queue.Ahead(slices.Values(book.Tickets), &t)}
	if t.Date != b.Today(now) {
		return s
	}
	serving, from := counters(b, t.Office, now)
	low, high := queue.Estimate(s.Ahead, serving, pace, nominal(p, book.Tickets, t.Office))
	low, high = low+from.Sub(now), high+from.Sub(now)
	until := t.CallableFrom(b.Policy(t.Office)).Sub(now)
	s.Low, s.High = minutes(max(low, until)), minutes(max(high, until))
	return s
}

func minutes(d time.Duration) int { return int((max(d, 0) + time.Minute - 1) / time.Minute) }

// counters returns how many counters of an office serve, and from when on: now,
// but where its roster has nobody serve until then.
func counters(b *plan.Branch, office town.OfficeID, now time.Time) (serving int, from time.Time) {
	o, ok := b.PlanOf[office]
	if !ok {
		return 1, now
	}
	serving, from = o.Booking.Serving(now)
	return max(1, min(len(o.Rooms), serving)), from
}

// nominal is the mean duration by the catalogue of an office's tickets.
func nominal(p *plan.Plan, tickets []*queue.Ticket, office town.OfficeID) time.Duration {
	var sum time.Duration
	people := 0
	for _, t := range tickets {
		if t.Office != office {
			continue
		}
		people++
		for _, item := range t.Wants() {
			if s, ok := p.Catalogue.Service(item.Service); ok {
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
	kept map[paceKey][]time.Duration
}

type paceKey struct {
	branch town.BranchID
	office town.OfficeID
	today  town.Date
}

// paceDays is how far back an estimate looks.
const paceDays = 28

// seen returns a pace from memory, or from a snapshot, which it remembers: what
// a snapshot shows is committed. Many ask at once in the morning; one reads.
func (p *paces) seen(ctx context.Context, tx ledger.Tx, key paceKey) ([]time.Duration, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept, ok := p.kept[key]; ok {
		return kept, nil
	}
	read, err := readPace(ctx, tx, key)
	if err == nil {
		p.put(key, read)
	}
	return read, err
}

// pace returns a pace from memory, or as an update sees it; that is remembered
// only once the update is durable.
func (c *change) pace(ctx context.Context, key paceKey) ([]time.Duration, error) {
	if kept, ok := c.core.paces.get(key); ok {
		return kept, nil
	}
	read, err := readPace(ctx, c.Tx, key)
	if err == nil {
		c.whenDurable(func() { c.core.paces.keep(key, read) })
	}
	return read, err
}

func (p *paces) get(key paceKey) ([]time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept, ok := p.kept[key]
	return kept, ok
}

func (p *paces) keep(key paceKey, read []time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(key, read)
}

// put keeps a pace, and forgets those of other days. The caller holds mu.
func (p *paces) put(key paceKey, read []time.Duration) {
	fresh := map[paceKey][]time.Duration{key: read}
	for k, kept := range p.kept {
		if k.today == key.today && k != key {
			fresh[k] = kept
		}
	}
	p.kept = fresh
}

func readPace(ctx context.Context, tx ledger.Tx, key paceKey) ([]time.Duration, error) {
	served, err := tx.Tickets().ServedBetween(ctx, key.branch, key.today.AddDays(-paceDays), key.today.AddDays(-1))
	if err != nil {
		return nil, fmt.Errorf("read served tickets: %w", err)
	}
	pace := []time.Duration{}
	for _, t := range served {
		for _, v := range t.Served() {
			if v.Office == key.office && !v.StartedAt.IsZero() && !v.EndedAt.IsZero() {
				pace = append(pace, v.EndedAt.Sub(v.StartedAt))
			}
		}
	}
	return pace, nil
}
