package daybook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Update is a transaction that holds branches and changes their days. It is a
// ledger.Tx that notes each change of a ticket, a hold or a paused room, because
// memory follows the changes and other nodes follow the events. What it hasn't
// recorded an event of, it must not commit: Keep. It belongs to one goroutine.
type Update struct {
	ledger.Tx
	memory  *Memory
	now     time.Time // by the wall clock
	trusted time.Time // by trusted time, which holds end by
	// mark is drawn for each attempt, so memory of one that isn't committed is
	// never taken for what the rows say: nobody reads its mark back.
	mark int64
	held map[town.BranchID]*heldBranch

	seen    map[town.TicketID]queue.Ticket // as they are stored now
	tickets []ticketChange
	// missed: what is given away had to be read from rows
	missed bool
}

// Begin notes where the branches stand which a transaction holds, and returns the
// revision of the catalogue there; "" where none of them exists.
func (m *Memory) Begin(ctx context.Context, tx ledger.Tx, branches []town.BranchID, at clock.Instant, mark int64) (*Update, string, error) {
	u := &Update{
		Tx: tx, memory: m, now: at.Wall, trusted: at.Trusted, mark: mark,
		held: map[town.BranchID]*heldBranch{}, seen: map[town.TicketID]queue.Ticket{},
	}
	revision := ""
	for _, branch := range branches {
		at, err := tx.Events().Position(ctx, branch)
		if errors.Is(err, ledger.ErrNotFound) {
			continue // a branch that is being added, or an unknown one, which the use case refuses
		}
		if err != nil {
			return nil, "", fmt.Errorf("read position: %w", err)
		}
		u.held[branch] = &heldBranch{start: at, at: at}
		revision = at.Revision
	}
	return u, revision, nil
}

// heldBranch is a branch that an update holds: where it stood, where the update
// takes it, and what happens in it.
type heldBranch struct {
	start, at ledger.Position
	book      *Day // the day as it stood at the start; nil: not read yet
	events    []ledger.Event
	reread    bool // the day changed in a way that a Day can't follow

	spans      []spanChange // of holds
	spansAfter *GivenAway   // what the update leaves given away; nil: not followed
}

// ticketChange is a ticket before and after a step of an update; before is nil
// for a new one.
type ticketChange struct {
	before *queue.Ticket
	after  queue.Ticket
}

// Record stores events of a branch and returns them numbered.
func (u *Update) Record(ctx context.Context, branch town.BranchID, events ...ledger.Event) ([]ledger.Event, error) {
	for i := range events {
		events[i].Branch, events[i].At, events[i].Mark = branch, u.now, u.mark
	}
	numbered, err := u.Events().Append(ctx, branch, events...)
	if err != nil {
		return nil, fmt.Errorf("record events: %w", err)
	}
	h := u.held[branch]
	if h == nil {
		h = new(heldBranch)
		u.held[branch] = h
	}
	h.events = append(h.events, numbered...)
	h.at = ledger.Position{Seq: numbered[len(numbered)-1].Seq, Mark: u.mark}
	return numbered, nil
}

// Today returns the daybook of a held branch as it stood at the start of the
// update. It must be read before the update changes tickets: rows that have
// changed since are not what the position says.
func (u *Update) Today(ctx context.Context, b *plan.Branch) (*Day, error) {
	h := u.held[b.ID]
	if h == nil {
		return nil, fmt.Errorf("read day: branch %s isn't held", b.ID)
	}
	if h.book != nil {
		return h.book, nil
	}
	if len(u.tickets) > 0 || h.reread {
		return nil, fmt.Errorf("read day of %s: it has changed before it was read", b.ID)
	}
	book, err := u.memory.dayAt(ctx, u.Tx, b, b.Today(u.now), h.start, u.now)
	if err != nil {
		return nil, err
	}
	h.book = book
	return book, nil
}

// checkEvents refuses an update that has changed something without saying so:
// other nodes, screens and memory would never learn of it. Each change of a
// ticket has an event that names it, in each branch that it concerns; an event
// of each branch names each date whose free time changed.
func (u *Update) checkEvents() error {
	for _, t := range u.tickets {
		if err := u.checkTicket(t); err != nil {
			return err
		}
	}
	for branch, h := range u.held {
		for _, s := range h.spans {
			if !h.names(s.Date) {
				return fmt.Errorf("free time of %s on %s changed without an event", branch, s.Date)
			}
		}
		if h.reread && len(h.events) == 0 {
			return fmt.Errorf("a room of %s changed without an event", branch)
		}
	}
	return nil
}

func (u *Update) checkTicket(t ticketChange) error {
	sides := []*queue.Ticket{&t.after}
	if t.before != nil {
		sides = append(sides, t.before)
	}
	timed := t.before == nil && t.after.Kind == queue.Appointment || t.before != nil && TakesOtherTime(*t.before, t.after)
	for _, side := range sides {
		h := u.held[side.Branch]
		if h == nil || !slices.ContainsFunc(h.events, func(e ledger.Event) bool { return e.Ticket == side.ID }) {
			return fmt.Errorf("ticket %s changed without an event of %s", side.ID, side.Branch)
		}
		if timed && !h.names(side.Date) {
			return fmt.Errorf("ticket %s changed its time without an event that names %s", side.ID, side.Date)
		}
	}
	return nil
}

// names reports whether an event of the update says that a date's free time
// changed.
func (h *heldBranch) names(date town.Date) bool {
	return slices.ContainsFunc(h.events, func(e ledger.Event) bool { return slices.Contains(e.Dates, date) })
}

// Taken returns the spans of an office that touch a date, as the transaction
// sees them: from memory where that is exact, else from its rows. The caller
// doesn't change them.
func (u *Update) Taken(ctx context.Context, b *plan.Branch, office town.OfficeID, date town.Date) ([]booking.Span, error) {
	g, err := u.givenAway(ctx, b)
	if err != nil {
		return nil, err
	}
	if g == nil || date < g.from {
		u.missed = u.missed || !u.stirred(b.ID)
		g = &GivenAway{offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
		if err := g.fill(ctx, u.Tx, b.ID, date, date, u.trusted); err != nil {
			return nil, err
		}
	}
	return g.offices[office][date], nil
}

// Full notes with a refusal for a taken slot what it was decided from.
func (u *Update) Full(ctx context.Context, b *plan.Branch, refused error) error {
	given, err := u.givenAway(ctx, b)
	if err != nil {
		return err
	}
	return full{error: refused, given: given}
}

// givenAway returns what is known to be given away where the branch stood at
// the start of the update; nil where that isn't known, or no longer true
// because the update has changed it.
func (u *Update) givenAway(ctx context.Context, b *plan.Branch) (*GivenAway, error) {
	if u.stirred(b.ID) {
		return nil, nil
	}
	h := u.held[b.ID]
	if known := u.memory.exactly(b.ID); known.is(h.start) {
		return known, nil
	}
	base := u.memory.free.known(b.ID)
	if base.is(h.start) {
		return base, nil
	}
	if base == nil || base.at.Seq >= h.start.Seq {
		return nil, nil
	}
	dates, whole, err := changedDates(ctx, u.Tx, b.ID, b.Today(u.now), base)
	if err != nil || whole {
		return nil, err
	}
	next, err := readChanged(ctx, u.Tx, b.ID, base, dates, u.trusted)
	if err != nil {
		return nil, err
	}
	next.at = h.start
	u.memory.exact.Store(b.ID, next)
	return next, nil
}

// Keep checks what the update has recorded, and writes the daybooks and
// what is given away on. That the commit may still fail does no harm: nobody
// ever reads this update's mark then.
func (u *Update) Keep() error {
	if err := u.checkEvents(); err != nil {
		return err
	}
	for branch, h := range u.held {
		if len(h.events) == 0 {
			continue
		}
		u.keepSpans(branch, h)
		known := u.memory.knownDay(branch)
		if h.reread || known == nil || !known.is(known.date, h.start) {
			continue
		}
		u.memory.keepDay(branch, known, known.With(h.at, branch, u.after()))
	}
	return nil
}

// after returns the tickets that changed as they are now, in order.
func (u *Update) after() []queue.Ticket {
	after := make([]queue.Ticket, len(u.tickets))
	for i := range u.tickets {
		after[i] = u.tickets[i].after
	}
	return after
}

// keepSpans writes what is given away on, from what was known to what the
// update's changes make of it.
func (u *Update) keepSpans(branch town.BranchID, h *heldBranch) {
	known := u.memory.exactly(branch)
	if !known.is(h.start) {
		known = u.memory.free.known(branch)
	}
	if !known.is(h.start) {
		return
	}
	changes := h.spans
	for _, t := range u.tickets {
		changes = append(changes, t.spans(branch)...)
	}
	h.spansAfter = known.with(h.at, changes, u.trusted)
	u.memory.exact.Store(branch, h.spansAfter)
}

// stirred reports whether the update has changed what a branch has given away,
// or might have.
func (u *Update) stirred(branch town.BranchID) bool {
	h := u.held[branch]
	return h == nil || len(u.tickets) > 0 || len(h.spans) > 0
}

// Committed makes what the update left known to whoever looks, and tells which
// events were recorded where.
func (u *Update) Committed(tell func(branch town.BranchID, events []ledger.Event)) {
	for branch, h := range u.held {
		if h.spansAfter != nil {
			u.memory.free.advance(branch, h.spansAfter)
		}
		if len(h.events) > 0 {
			u.memory.Saw(branch, h.at.Seq)
			tell(branch, h.events)
		}
	}
	if u.missed {
		u.memory.rememberSoon(slices.Collect(maps.Keys(u.held)))
	}
}

// HoldsAll reports whether the update holds all of these.
func (u *Update) HoldsAll(branches []town.BranchID) bool {
	return !slices.ContainsFunc(branches, func(b town.BranchID) bool { return u.held[b] == nil })
}
