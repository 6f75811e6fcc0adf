package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// An update notes each change of a ticket, a hold or a paused room, because
// memory follows the changes and other nodes follow the events. What it hasn't
// recorded an event of, it must not commit: checkEvents.

// Tickets notes which tickets change, and what they were before.
func (c *change) Tickets() ledger.Tickets { return notedTickets{c.Tx.Tickets(), c} }

// Holds notes how holds change what is given away.
func (c *change) Holds() ledger.Holds { return notedHolds{c.Tx.Holds(), c} }

// Rooms notes that rooms change.
func (c *change) Rooms() ledger.Rooms { return notedRooms{c.Tx.Rooms(), c} }

type notedTickets struct {
	ledger.Tickets
	change *change
}

func (n notedTickets) ByID(ctx context.Context, id town.TicketID) (queue.Ticket, error) {
	return n.change.saw(n.Tickets.ByID(ctx, id))
}

func (n notedTickets) ByToken(ctx context.Context, hash []byte) (queue.Ticket, error) {
	return n.change.saw(n.Tickets.ByToken(ctx, hash))
}

func (n notedTickets) ByNumber(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error) {
	return n.change.saw(n.Tickets.ByNumber(ctx, branch, date, number))
}

func (n notedTickets) Insert(ctx context.Context, t queue.Ticket) error {
	if err := n.Tickets.Insert(ctx, t); err != nil {
		return err
	}
	n.change.stored(nil, t)
	return nil
}

func (n notedTickets) Update(ctx context.Context, t queue.Ticket) error {
	before, err := n.change.before(ctx, t.ID)
	if err != nil {
		return err
	}
	if err := n.Tickets.Update(ctx, t); err != nil {
		return err
	}
	n.change.stored(before, t)
	return nil
}

// saw remembers a ticket that was read in this update.
func (c *change) saw(t queue.Ticket, err error) (queue.Ticket, error) {
	if err == nil {
		c.seen[t.ID] = t
	}
	return t, err
}

// before returns a ticket as it is stored now.
func (c *change) before(ctx context.Context, id town.TicketID) (*queue.Ticket, error) {
	if t, ok := c.seen[id]; ok {
		return &t, nil
	}
	for _, h := range c.held {
		if t := h.book.find(id); t != nil {
			return t, nil
		}
	}
	t, err := c.Tx.Tickets().ByID(ctx, id)
	return &t, err
}

func (c *change) stored(before *queue.Ticket, after queue.Ticket) {
	c.tickets = append(c.tickets, ticketChange{before, after})
	c.seen[after.ID] = after
}

type notedHolds struct {
	ledger.Holds
	change *change
}

func (n notedHolds) Insert(ctx context.Context, h ledger.Hold) error {
	if err := n.change.note(h, false); err != nil {
		return err
	}
	return n.Holds.Insert(ctx, h)
}

// Extend is extendHold's alone: memory needs the hold as it was.
func (n notedHolds) Extend(context.Context, []byte, time.Time, int) error {
	return fmt.Errorf("extend hold: not noted")
}

// Delete is endHold's alone: memory needs the hold as it was.
func (n notedHolds) Delete(context.Context, []byte) error {
	return fmt.Errorf("delete hold: not noted")
}

// endHold deletes a hold that was read in this update.
func (c *change) endHold(ctx context.Context, h ledger.Hold) error {
	if err := c.note(h, true); err != nil {
		return err
	}
	if err := c.Tx.Holds().Delete(ctx, h.Hash); err != nil {
		return fmt.Errorf("delete hold: %w", err)
	}
	return nil
}

// extendHold stores the later end of a hold that was read in this update.
func (c *change) extendHold(ctx context.Context, before, after ledger.Hold) error {
	if err := c.note(before, true); err != nil {
		return err
	}
	if err := c.note(after, false); err != nil {
		return err
	}
	if err := c.Tx.Holds().Extend(ctx, after.Hash, after.Expires, after.Extended); err != nil {
		return fmt.Errorf("extend hold: %w", err)
	}
	return nil
}

func (c *change) note(h ledger.Hold, back bool) error {
	held := c.held[h.Branch]
	if held == nil {
		return fmt.Errorf("change hold: branch %s isn't held", h.Branch)
	}
	held.spans = append(held.spans, spanChange{OfficeSpan: spanOfHold(h), back: back})
	return nil
}

type notedRooms struct {
	ledger.Rooms
	change *change
}

func (n notedRooms) SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error {
	if err := n.change.reread(branch); err != nil {
		return err
	}
	return n.Rooms.SetPaused(ctx, branch, room, by, at)
}

func (n notedRooms) ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error {
	if err := n.change.reread(branch); err != nil {
		return err
	}
	return n.Rooms.ClearPaused(ctx, branch, room)
}

func (c *change) reread(branch town.BranchID) error {
	held := c.held[branch]
	if held == nil {
		return fmt.Errorf("pause room: branch %s isn't held", branch)
	}
	held.reread = true
	return nil
}

// checkEvents refuses an update that has changed something without saying so:
// other nodes, screens and memory would never learn of it. Each change of a
// ticket has an event that names it, in each branch that it concerns; an event
// of each branch names each date whose free time changed.
func (c *change) checkEvents() error {
	for _, t := range c.tickets {
		if err := c.checkTicket(t); err != nil {
			return err
		}
	}
	for branch, h := range c.held {
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

func (c *change) checkTicket(t ticketChange) error {
	sides := []*queue.Ticket{&t.after}
	if t.before != nil {
		sides = append(sides, t.before)
	}
	timed := t.before == nil && t.after.Kind == queue.Appointment || t.before != nil && takesOtherTime(*t.before, t.after)
	for _, side := range sides {
		h := c.held[side.Branch]
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
func (h *holding) names(date town.Date) bool {
	return slices.ContainsFunc(h.events, func(e ledger.Event) bool { return slices.Contains(e.Dates, date) })
}
