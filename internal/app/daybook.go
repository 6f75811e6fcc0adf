package app

import (
	"context"
	"fmt"
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// daybook is a branch's tickets of one date at one position, in memory, so that
// a call at a desk reads no more rows than it changes. It is used only in a
// transaction that has read the same position and mark: then it is what the
// rows say. A published daybook never changes.
type daybook struct {
	date    town.Date
	at      ledger.Position
	tickets []*queue.Ticket // ordered by Order
	paused  []town.RoomID
}

// list returns the tickets by value.
func (d *daybook) list() []queue.Ticket {
	tickets := make([]queue.Ticket, len(d.tickets))
	for i, t := range d.tickets {
		tickets[i] = *t
	}
	return tickets
}

// with returns a daybook in which some tickets are replaced, added, or gone to
// another date or branch.
func (d *daybook) with(at ledger.Position, branch town.BranchID, changed []queue.Ticket) *daybook {
	next := &daybook{date: d.date, at: at, tickets: slices.Clone(d.tickets), paused: d.paused}
	for i := range changed {
		t := &changed[i]
		place := slices.IndexFunc(next.tickets, func(old *queue.Ticket) bool { return old.ID == t.ID })
		belongs := t.Branch == branch && t.Date == d.date
		switch {
		case place >= 0 && belongs:
			next.tickets[place] = t
		case place >= 0:
			next.tickets = slices.Delete(next.tickets, place, place+1)
		case belongs:
			next.insert(t)
		}
	}
	return next
}

// insert keeps the order of creation.
func (d *daybook) insert(t *queue.Ticket) {
	place := len(d.tickets)
	for place > 0 && d.tickets[place-1].Order > t.Order {
		place--
	}
	d.tickets = slices.Insert(d.tickets, place, t)
}

// day returns a branch's daybook as the transaction sees it.
func (a *App) day(ctx context.Context, tx ledger.Tx, b *branchPlan, date town.Date) (*daybook, error) {
	at, err := tx.Events().Position(ctx, b.ID)
	if err != nil {
		return nil, fmt.Errorf("read position: %w", err)
	}
	return a.dayAt(ctx, tx, b, date, at)
}

func (a *App) dayAt(ctx context.Context, tx ledger.Tx, b *branchPlan, date town.Date, at ledger.Position) (*daybook, error) {
	known := a.knownDay(b.ID)
	if known.is(date, at) {
		return known, nil
	}
	rows, err := tx.Tickets().OfDay(ctx, b.ID, date)
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	read := &daybook{date: date, at: at, tickets: make([]*queue.Ticket, len(rows))}
	for i := range rows {
		read.tickets[i] = &rows[i]
	}
	pauses, err := tx.Rooms().Paused(ctx, b.ID)
	if err != nil {
		return nil, fmt.Errorf("read paused rooms: %w", err)
	}
	read.paused = b.pausedOn(pauses, date)
	if date == b.today(a.clock()) && read.follows(known) {
		a.keepDay(b.ID, known, read)
	}
	return read, nil
}

// pausedOn returns the rooms that pause on a date. A pause ends with its local
// day: who went home without a word would keep the room shut next morning.
func (b *branchPlan) pausedOn(pauses []ledger.Pause, date town.Date) []town.RoomID {
	var rooms []town.RoomID
	for _, p := range pauses {
		if b.today(p.At) >= date {
			rooms = append(rooms, p.Room)
		}
	}
	return rooms
}

// follows reports whether this is newer than another, or of another day.
func (d *daybook) follows(old *daybook) bool {
	return old == nil || old.date != d.date || old.at.Seq <= d.at.Seq
}

// keepDay replaces the daybook that was known; where somebody else has done so
// meanwhile, theirs stays.
func (a *App) keepDay(branch town.BranchID, known, next *daybook) {
	if known == nil {
		a.books.LoadOrStore(branch, next)
		return
	}
	a.books.CompareAndSwap(branch, known, next)
}

func (a *App) knownDay(branch town.BranchID) *daybook {
	known, _ := a.books.Load(branch)
	day, _ := known.(*daybook)
	return day
}

func (d *daybook) is(date town.Date, at ledger.Position) bool {
	return d != nil && d.date == date && d.at.Seq == at.Seq && d.at.Mark == at.Mark
}

// holding is a branch that an update holds: where it stood, where the update
// takes it, and what happens in it.
type holding struct {
	start, at ledger.Position
	book      *daybook // the day as it stood at the start; nil: not read yet
	events    []ledger.Event
	reread    bool // the day changed in a way that a daybook can't follow

	spans      []spanChange // of holds
	spansAfter *givenAway   // what the update leaves given away; nil: not followed
}

// ticketChange is a ticket before and after a step of an update; before is nil
// for a new one.
type ticketChange struct {
	before *queue.Ticket
	after  queue.Ticket
}

// today returns the daybook of a held branch as it stood at the start of the
// update. It must be read before the update changes tickets: rows that have
// changed since are not what the position says.
func (c *change) today(ctx context.Context, b *branchPlan) (*daybook, error) {
	h := c.held[b.ID]
	if h == nil {
		return nil, fmt.Errorf("read day: branch %s isn't held", b.ID)
	}
	if h.book != nil {
		return h.book, nil
	}
	if len(c.tickets) > 0 || h.reread {
		return nil, fmt.Errorf("read day of %s: it has changed before it was read", b.ID)
	}
	book, err := c.app.dayAt(ctx, c.Tx, b, b.today(c.now), h.start)
	if err != nil {
		return nil, err
	}
	h.book = book
	return book, nil
}

// find returns a ticket of the day, nil where there is none.
func (d *daybook) find(id town.TicketID) *queue.Ticket {
	if d == nil {
		return nil
	}
	for _, t := range d.tickets {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// keepDays checks what the update has recorded, and writes the daybooks and
// what is given away on. That the commit may still fail does no harm: nobody
// ever reads this update's mark then.
func (c *change) keepDays() error {
	if err := c.checkEvents(); err != nil {
		return err
	}
	for branch, h := range c.held {
		if len(h.events) == 0 {
			continue
		}
		c.keepSpans(branch, h)
		known := c.app.knownDay(branch)
		if h.reread || known == nil || !known.is(known.date, h.start) {
			continue
		}
		c.app.keepDay(branch, known, known.with(h.at, branch, c.after()))
	}
	return nil
}

// after returns the tickets that changed as they are now, in order.
func (c *change) after() []queue.Ticket {
	after := make([]queue.Ticket, len(c.tickets))
	for i := range c.tickets {
		after[i] = c.tickets[i].after
	}
	return after
}
