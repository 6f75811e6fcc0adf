package daybook

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Tickets notes which tickets change, and what they were before.
func (u *Update) Tickets() ledger.Tickets { return notedTickets{u.Tx.Tickets(), u} }

// Holds notes how holds change what is given away.
func (u *Update) Holds() ledger.Holds { return notedHolds{u.Tx.Holds(), u} }

// Rooms notes that rooms change.
func (u *Update) Rooms() ledger.Rooms { return notedRooms{u.Tx.Rooms(), u} }

type notedTickets struct {
	ledger.Tickets
	update *Update
}

func (n notedTickets) ByID(ctx context.Context, id town.TicketID) (queue.Ticket, error) {
	return n.update.saw(n.Tickets.ByID(ctx, id))
}

func (n notedTickets) ByToken(ctx context.Context, hash []byte) (queue.Ticket, error) {
	return n.update.saw(n.Tickets.ByToken(ctx, hash))
}

func (n notedTickets) ByNumber(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error) {
	return n.update.saw(n.Tickets.ByNumber(ctx, branch, date, number))
}

func (n notedTickets) Insert(ctx context.Context, t queue.Ticket) error {
	if err := n.Tickets.Insert(ctx, t); err != nil {
		return err
	}
	n.update.stored(nil, t)
	return nil
}

func (n notedTickets) Update(ctx context.Context, t queue.Ticket) error {
	before, err := n.update.before(ctx, t.ID)
	if err != nil {
		return err
	}
	if err := n.Tickets.Update(ctx, t); err != nil {
		return err
	}
	n.update.stored(before, t)
	return nil
}

// saw remembers a ticket that was read in this update.
func (u *Update) saw(t queue.Ticket, err error) (queue.Ticket, error) {
	if err == nil {
		u.seen[t.ID] = t
	}
	return t, err
}

// before returns a ticket as it is stored now.
func (u *Update) before(ctx context.Context, id town.TicketID) (*queue.Ticket, error) {
	if t, ok := u.seen[id]; ok {
		return &t, nil
	}
	for _, h := range u.held {
		if t := h.book.find(id); t != nil {
			return t, nil
		}
	}
	t, err := u.Tx.Tickets().ByID(ctx, id)
	return &t, err
}

func (u *Update) stored(before *queue.Ticket, after queue.Ticket) {
	u.tickets = append(u.tickets, ticketChange{before, after})
	u.seen[after.ID] = after
}

type notedHolds struct {
	ledger.Holds
	update *Update
}

func (n notedHolds) Insert(ctx context.Context, h ledger.Hold) error {
	if err := n.update.note(h, false); err != nil {
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

// EndHold deletes a hold that was read in this update.
func (u *Update) EndHold(ctx context.Context, h ledger.Hold) error {
	if err := u.note(h, true); err != nil {
		return err
	}
	if err := u.Tx.Holds().Delete(ctx, h.Hash); err != nil {
		return fmt.Errorf("delete hold: %w", err)
	}
	return nil
}

// ExtendHold stores the later end of a hold that was read in this update.
func (u *Update) ExtendHold(ctx context.Context, before, after ledger.Hold) error {
	if err := u.note(before, true); err != nil {
		return err
	}
	if err := u.note(after, false); err != nil {
		return err
	}
	if err := u.Tx.Holds().Extend(ctx, after.Hash, after.Expires, after.Extended); err != nil {
		return fmt.Errorf("extend hold: %w", err)
	}
	return nil
}

func (u *Update) note(h ledger.Hold, back bool) error {
	held := u.held[h.Branch]
	if held == nil {
		return fmt.Errorf("change hold: branch %s isn't held", h.Branch)
	}
	held.spans = append(held.spans, spanChange{OfficeSpan: SpanOfHold(h), back: back})
	return nil
}

type notedRooms struct {
	ledger.Rooms
	update *Update
}

func (n notedRooms) SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error {
	if err := n.update.reread(branch); err != nil {
		return err
	}
	return n.Rooms.SetPaused(ctx, branch, room, by, at)
}

func (n notedRooms) ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error {
	if err := n.update.reread(branch); err != nil {
		return err
	}
	return n.Rooms.ClearPaused(ctx, branch, room)
}

func (u *Update) reread(branch town.BranchID) error {
	held := u.held[branch]
	if held == nil {
		return fmt.Errorf("pause room: branch %s isn't held", branch)
	}
	held.reread = true
	return nil
}
