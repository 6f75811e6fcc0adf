package plan

import (
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Today is the branch's date at an instant.
func (b *Branch) Today(now time.Time) town.Date { return town.DateOf(now, b.Zone) }

// Local shows a ticket's appointment in the branch's time.
func (b *Branch) Local(t queue.Ticket) queue.Ticket {
	if !t.Start.IsZero() {
		t.Start, t.End = t.Start.In(b.Zone), t.End.In(b.Zone)
	}
	t.SortAt, t.Created = t.SortAt.In(b.Zone), t.Created.In(b.Zone)
	return t
}

// Policy is how an office calls; the usual one where it is unknown.
func (b *Branch) Policy(office town.OfficeID) queue.Policy {
	if o, ok := b.PlanOf[office]; ok {
		return o.Queue
	}
	return queue.DefaultPolicy()
}

// ModeOf returns how an office fetches people on a date.
func (b *Branch) ModeOf(id town.OfficeID, date town.Date) town.CallMode {
	office, ok := b.PlanOf[id]
	if !ok {
		return b.CallMode
	}
	return b.Mode(office.Office, date)
}

// OpenRoom returns a room where people are called to.
// Errors: NotFound for unknown and retired ones.
func (b *Branch) OpenRoom(id town.RoomID) (*catalogue.Room, error) {
	room, ok := b.Room(id)
	if !ok || room.Retired {
		return nil, errRoom
	}
	return room, nil
}

// Label returns how a room is called, for rooms that are gone too.
func (b *Branch) Label(id town.RoomID) string {
	if room, ok := b.Room(id); ok {
		return room.Label
	}
	return string(id)
}

// Excludes reports whether the branch never gives a number out.
func (b *Branch) Excludes(n town.Number) bool {
	for _, r := range b.Excluded {
		if r.From <= n && n <= r.To {
			return true
		}
	}
	return false
}
