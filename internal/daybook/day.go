package daybook

import (
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Day is a branch's tickets of one date at one position, in memory, so that
// a call at a desk reads no more rows than it changes. It is used only in a
// transaction that has read the same position and mark: then it is what the
// rows say. A published daybook never changes.
type Day struct {
	date    town.Date
	At      ledger.Position
	Tickets []*queue.Ticket // ordered by Order
	Paused  []town.RoomID
}

// List returns the tickets by value.
func (d *Day) List() []queue.Ticket {
	tickets := make([]queue.Ticket, len(d.Tickets))
	for i, t := range d.Tickets {
		tickets[i] = *t
	}
	return tickets
}

// With returns a daybook in which some tickets are replaced, added, or gone to
// another date or branch.
func (d *Day) With(at ledger.Position, branch town.BranchID, changed []queue.Ticket) *Day {
	next := &Day{date: d.date, At: at, Tickets: slices.Clone(d.Tickets), Paused: d.Paused}
	for i := range changed {
		t := &changed[i]
		place := slices.IndexFunc(next.Tickets, func(old *queue.Ticket) bool { return old.ID == t.ID })
		belongs := t.Branch == branch && t.Date == d.date
		switch {
		case place >= 0 && belongs:
			next.Tickets[place] = t
		case place >= 0:
			next.Tickets = slices.Delete(next.Tickets, place, place+1)
		case belongs:
			next.insert(t)
		}
	}
	return next
}

// insert keeps the order of creation.
func (d *Day) insert(t *queue.Ticket) {
	place := len(d.Tickets)
	for place > 0 && d.Tickets[place-1].Order > t.Order {
		place--
	}
	d.Tickets = slices.Insert(d.Tickets, place, t)
}

// pausedOn returns the rooms that pause on a date. A pause ends with its local
// day: who went home without a word would keep the room shut next morning.
func pausedOn(b *plan.Branch, pauses []ledger.Pause, date town.Date) []town.RoomID {
	var rooms []town.RoomID
	for _, p := range pauses {
		if b.Today(p.At) >= date {
			rooms = append(rooms, p.Room)
		}
	}
	return rooms
}

// follows reports whether this is newer than another, or of another day.
func (d *Day) follows(old *Day) bool {
	return old == nil || old.date != d.date || old.At.Seq <= d.At.Seq
}

func (d *Day) is(date town.Date, at ledger.Position) bool {
	return d != nil && d.date == date && d.At.Seq == at.Seq && d.At.Mark == at.Mark
}

// find returns a ticket of the day, nil where there is none.
func (d *Day) find(id town.TicketID) *queue.Ticket {
	if d == nil {
		return nil
	}
	for _, t := range d.Tickets {
		if t.ID == id {
			return t
		}
	}
	return nil
}
