package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// daybook is a branch's tickets of one date at one position, in memory, so that
// a call at a desk reads no more rows than it changes. It is used only in a
// transaction that has read the same position and mark: then it is what the
// rows say. A published daybook never changes.
type daybook struct {
	date    town.Date
	at      Position
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
func (d *daybook) with(at Position, branch town.BranchID, changed []queue.Ticket) *daybook {
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
func (a *App) day(ctx context.Context, tx Tx, b *branchPlan, date town.Date) (*daybook, error) {
	at, err := tx.Events().Position(ctx, b.ID)
	if err != nil {
		return nil, fmt.Errorf("read position: %w", err)
	}
	return a.dayAt(ctx, tx, b, date, at)
}

func (a *App) dayAt(ctx context.Context, tx Tx, b *branchPlan, date town.Date, at Position) (*daybook, error) {
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
	if read.paused, err = tx.Rooms().Paused(ctx, b.ID); err != nil {
		return nil, fmt.Errorf("read paused rooms: %w", err)
	}
	if date == b.today(a.clock()) && (known == nil || known.date != date || known.at.Seq <= at.Seq) {
		a.books.Store(b.ID, read)
	}
	return read, nil
}

func (a *App) knownDay(branch town.BranchID) *daybook {
	known, _ := a.books.Load(branch)
	day, _ := known.(*daybook)
	return day
}

func (d *daybook) is(date town.Date, at Position) bool {
	return d != nil && d.date == date && d.at.Seq == at.Seq && d.at.Mark == at.Mark
}

// holding is a branch that an update holds: where it stood, where the update
// takes it, and what it changes.
type holding struct {
	start, at Position
	events    []Event
	tickets   []queue.Ticket
	reread    bool // the day changed in a way that a daybook can't follow

	spans      []spanChange
	unfollowed bool       // free time changed in a way that memory can't follow
	spansAfter *givenAway // what the update leaves given away; nil: not followed
}

// today returns the daybook of a held branch as it stood at the start of the
// update. It must be read before the update changes tickets.
func (c *change) today(ctx context.Context, b *branchPlan) (*daybook, error) {
	start := Position{}
	if h := c.held[b.ID]; h != nil {
		start = h.start
	}
	return c.app.dayAt(ctx, c.Tx, b, b.today(c.now), start)
}

// Tickets notes which tickets change.
func (c *change) Tickets() TicketRows { return notedTickets{c.Tx.Tickets(), c} }

// Rooms notes that rooms change.
func (c *change) Rooms() RoomRows { return notedRooms{c.Tx.Rooms(), c} }

type notedTickets struct {
	TicketRows
	change *change
}

func (n notedTickets) Insert(ctx context.Context, t queue.Ticket) error {
	n.change.touched(t)
	return n.TicketRows.Insert(ctx, t)
}

func (n notedTickets) Update(ctx context.Context, t queue.Ticket) error {
	n.change.touched(t)
	return n.TicketRows.Update(ctx, t)
}

// touched notes a ticket for every held branch: a move changes two days.
func (c *change) touched(t queue.Ticket) {
	for _, h := range c.held {
		h.tickets = append(h.tickets, t)
	}
}

type notedRooms struct {
	RoomRows
	change *change
}

func (n notedRooms) SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error {
	n.change.held[branch].reread = true
	return n.RoomRows.SetPaused(ctx, branch, room, by, at)
}

func (n notedRooms) ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error {
	n.change.held[branch].reread = true
	return n.RoomRows.ClearPaused(ctx, branch, room)
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

// keepDays writes the daybooks and what is given away on. That the commit may still fail does no harm:
// nobody ever reads this update's mark then.
func (c *change) keepDays() error {
	for branch, h := range c.held {
		if len(h.events) == 0 {
			if len(h.tickets) > 0 && len(c.held) == 1 {
				return fmt.Errorf("a ticket of %s changed without an event", branch)
			}
			if len(h.spans) > 0 {
				return fmt.Errorf("free time of %s changed without an event", branch)
			}
			continue
		}
		known := c.app.knownDay(branch)
		if known != nil && !known.is(known.date, h.start) {
			known = nil
		}
		c.keepSpans(branch, h, known)
		if known == nil || h.reread {
			continue
		}
		c.app.books.Store(branch, known.with(h.at, branch, h.tickets))
	}
	return nil
}
