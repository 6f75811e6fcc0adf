package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// EventKind says what an event is about.
type EventKind string

// The kinds of event.
const (
	EventCall      EventKind = "call"      // a number is called, or called again
	EventClear     EventKind = "clear"     // its ticket is no longer called
	EventQueue     EventKind = "queue"     // the waiting list changed otherwise
	EventBooking   EventKind = "booking"   // free time on Dates changed
	EventCatalogue EventKind = "catalogue" // the catalogue changed
	EventNotice    EventKind = "notice"    // the notice line of the screens changed
	EventAlarm     EventKind = "alarm"     // a desk asks the others for help, or one of them answers
	EventSound     EventKind = "sound"     // a test sound for the screens
)

// Event is one thing that happened in a branch. It holds ids, number, room and
// states, never personal or free text.
type Event struct {
	Branch town.BranchID `json:"-"`
	Seq    town.Seq      `json:"-"`
	Mark   int64         `json:"-"` // drawn for each update; kept for the newest event only
	At     time.Time     `json:"-"`
	Kind   EventKind     `json:"-"`
	Ticket town.TicketID `json:"ticket,omitempty"`
	Number town.Number   `json:"number,omitzero"`
	Office town.OfficeID `json:"office,omitempty"`
	Room   town.RoomID   `json:"room,omitempty"`
	Label  string        `json:"label,omitempty"` // of the room when it was called
	Again  bool          `json:"again,omitempty"` // a recall
	Call   town.Seq      `json:"call,omitempty"`  // of a clear: the last call's position
	// Withdrawn, of a clear and on a board of its call: it was taken back by undo.
	Withdrawn bool          `json:"withdrawn,omitempty"`
	Screens   int           `json:"screens,omitempty"` // connected for that office when called
	Pickup    bool          `json:"pickup,omitempty"`  // fetched in person: never on a screen
	Dates     []town.Date   `json:"dates,omitempty"`   // whose free time changed
	Device    town.DeviceID `json:"device,omitempty"`  // that sounds; empty: each of the branch
	// Of an alarm: which, what was said of it (distress.Step), and by whom, as a name
	// that leads to no person.
	Alarm string `json:"alarm,omitempty"`
	Step  string `json:"step,omitempty"`
	Who   string `json:"who,omitempty"`
}

// Position is where a branch stands. Mark was drawn by the update that got
// there, so that two states with the same position are the same state although
// one of them was rolled back.
type Position struct {
	Seq      town.Seq
	Mark     int64
	Revision string // of the catalogue
}

// Events keeps what happened in a branch, in commit order, without gaps.
type Events interface {
	// Append numbers the events with the branch's next positions, stores them
	// and returns them numbered. The transaction must hold the branch.
	Append(ctx context.Context, branch town.BranchID, events ...Event) ([]Event, error)
	// After returns events after a position, in order, at most limit.
	After(ctx context.Context, branch town.BranchID, after town.Seq, limit int) ([]Event, error)
	// Calls returns the call and clear events of a branch since an instant,
	// in order.
	Calls(ctx context.Context, branch town.BranchID, since time.Time) ([]Event, error)
	// Alarms returns the alarm events of a branch since an instant, in order.
	Alarms(ctx context.Context, branch town.BranchID, since time.Time) ([]Event, error)
	// Position returns where the branch stands and, read along with it, the
	// catalogue's revision ("" before the first); ErrNotFound for an unknown
	// branch.
	Position(ctx context.Context, branch town.BranchID) (Position, error)
	// Last returns the branch's position, 0 before the first event;
	// ErrNotFound for an unknown branch.
	Last(ctx context.Context, branch town.BranchID) (town.Seq, error)
	// DeleteBefore removes events older than an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
