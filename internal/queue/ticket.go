// Package queue decides about tickets: which state follows which, in which
// order people are called, which number is drawn and how long the wait may be.
// It is pure: now and randomness are arguments, there is no I/O, and it knows
// nothing of a person but a number.
package queue

import (
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
)

// State is where a ticket stands. The table of transitions is in states.go.
type State string

// The states of a ticket.
const (
	Booked    State = "booked"
	Waiting   State = "waiting"
	Called    State = "called"
	Serving   State = "serving"
	Parked    State = "parked"
	Done      State = "done"
	NoShow    State = "no_show"
	Cancelled State = "cancelled"
)

// Kind tells an appointment from a walk-in.
type Kind string

// The kinds of ticket.
const (
	Appointment Kind = "appointment"
	WalkIn      Kind = "walk_in"
)

// Outcome tells how a done ticket ended.
type Outcome string

// The outcomes. Assumed: the desk called the next one without closing this
// one, so nobody knows whether this person came; figures keep the two apart.
const (
	NoOutcome Outcome = ""
	Served    Outcome = "served"
	Assumed   Outcome = "assumed"
)

// Channel is how a person got a ticket.
type Channel string

// The channels. What staff book is told apart from what they hand out at the door;
// who came to the counter to book isn't told apart from who telephoned.
const (
	ByWeb       Channel = "online"
	ByTelephone Channel = "telephone"
	ByKiosk     Channel = "kiosk"
	ByReception Channel = "reception"
)

// Ticket is an appointment or a walk-in with its number. It holds nothing that
// describes a person.
type Ticket struct {
	ID      town.TicketID
	Version int64 // rises with each change; a stale one is refused by the store

	Branch town.BranchID
	Date   town.Date // local date of the branch; the number is unique on it
	Number town.Number
	Kind   Kind
	Items  []town.Item

	Start, End time.Time // of an appointment; zero for a walk-in
	Online     bool      // taken under the online limit of capacity
	Channel    Channel   // how the person got it; empty: from before that was recorded
	Overbooked bool      // booked beyond capacity, deliberately
	Kept       bool      // though it no longer fits: somebody decided so; until it changes
	Language   town.Language

	Created  time.Time
	Order    town.Seq // position of its creation in the branch; breaks ties
	Priority int      // steps; each sorts ten minutes earlier

	Progress
	Before *Earlier // what undo restores; nil: nothing to undo

	TokenHash []byte // SHA-256 of the citizen's token
	Revision  int    // SEQUENCE of the calendar entry; rises when moved or cancelled
}

// Progress is the part of a ticket that calling changes.
type Progress struct {
	Office    town.OfficeID `json:"office"` // a transfer changes it
	State     State         `json:"state"`
	SortAt    time.Time     `json:"sort_at"`             // the key of the call order, see Compare; only a late check-in changes it
	CheckedIn time.Time     `json:"checked_in,omitzero"` // zero: nobody has said that this person is here
	Room      town.RoomID   `json:"room,omitempty"`      // exactly when called or serving
	OnlyRoom  town.RoomID   `json:"only_room,omitempty"` // transferred to this room: only it calls next
	User      town.UserID   `json:"user,omitempty"`      // who has it open, exactly when called or serving
	Calls     int           `json:"calls,omitempty"`     // how often it was called since it joined this office's queue
	CallSeq   town.Seq      `json:"call_seq,omitempty"`  // event of the last call
	CalledAt  time.Time     `json:"called_at,omitzero"`  // of the last call
	StartedAt time.Time     `json:"started_at,omitzero"`
	EndedAt   time.Time     `json:"ended_at,omitzero"`
	Outcome   Outcome       `json:"outcome,omitempty"`
	Visits    []Visit       `json:"visits,omitempty"` // what was done before, oldest first
	Path      []Moment      `json:"path,omitempty"`   // each step since its creation, oldest first
}

// Moment is a step of a ticket as figures reckon with it: what was done and when,
// and of a call where to. It says nothing of who did it.
type Moment struct {
	Did  Action      `json:"did"`
	At   time.Time   `json:"at"`
	Room town.RoomID `json:"room,omitempty"`
}

// Earlier is how a ticket stood before its last step, and what that step, a
// call, did to its room besides.
type Earlier struct {
	Progress          // its Path is empty: it is the first Steps of the ticket's own
	Steps    int      `json:"steps,omitempty"`
	Closed   []Closed `json:"closed,omitempty"`  // who was open in the room
	Resumed  bool     `json:"resumed,omitempty"` // the room paused
}

// Closed is a ticket as a call in its room has left it.
type Closed struct {
	Ticket  town.TicketID `json:"ticket"`
	Version int64         `json:"version"`
}

// Visit is a service that was rendered before the person was sent on to the
// next one. Times are as in Progress.
type Visit struct {
	Office    town.OfficeID  `json:"office"`
	Room      town.RoomID    `json:"room"`
	CalledAt  time.Time      `json:"called_at,omitzero"`
	StartedAt time.Time      `json:"started_at,omitzero"`
	EndedAt   time.Time      `json:"ended_at,omitzero"`
	Next      town.ServiceID `json:"next"` // what the person was sent on for
}

// ToBeCalled reports whether nobody has called the person yet.
func (t Ticket) ToBeCalled() bool {
	return (t.State == Booked || t.State == Waiting) && t.CalledAt.IsZero() && len(t.Visits) == 0
}

// Here reports whether the person is in the house as far as anybody knows: came
// without an appointment, checked in, or was called or sent on today.
func (t Ticket) Here() bool {
	return t.Kind == WalkIn || !t.CheckedIn.IsZero() || !t.CalledAt.IsZero() || len(t.Visits) > 0
}

// ByCreation orders tickets by when they were created.
func ByCreation(a, b Ticket) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
}

// Wants returns what the person is here for now: what they were sent on for,
// else what they came for.
func (t Ticket) Wants() []town.Item {
	if len(t.Visits) == 0 {
		return t.Items
	}
	return []town.Item{{Service: t.Visits[len(t.Visits)-1].Next, Quantity: 1}}
}

// CameTo returns the office that the person came to first, before being sent on.
func (t Ticket) CameTo() town.OfficeID {
	if len(t.Visits) == 0 {
		return t.Office
	}
	return t.Visits[0].Office
}

// Served returns all that was done for the person, the last at the end where
// the ticket is done.
func (t Ticket) Served() []Visit {
	if t.State != Done {
		return t.Visits
	}
	last := Visit{Office: t.Office, CalledAt: t.CalledAt, StartedAt: t.StartedAt, EndedAt: t.EndedAt}
	if t.Before != nil {
		last.Room = t.Before.Room
	}
	return append(slices.Clip(t.Visits), last)
}

// InLineSince returns when the person joined the queue they stand in: sent on,
// arrived, or, of an appointment that hasn't checked in, booked.
func (t Ticket) InLineSince() time.Time {
	switch {
	case len(t.Visits) > 0:
		return t.Visits[len(t.Visits)-1].EndedAt
	case !t.CheckedIn.IsZero():
		return t.CheckedIn
	}
	return t.Created
}
