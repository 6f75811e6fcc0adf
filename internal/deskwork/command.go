// Package deskwork is what a desk can ask for: the command as a value, and
// which of its fields each kind of command must and may have. Every door by
// which a command comes (websocket, form, program) fills this one type, and the
// use case that carries it out checks it, whichever door it was. The package
// knows no rights, no state of a ticket and no clock.
package deskwork

import "aufruf/internal/town"

// Type names what a desk wants done.
type Type string

// The commands of a desk.
const (
	CallNext Type = "call_next" // the next person in call order, to Room
	Call     Type = "call"      // a chosen Number, to Room
	Recall   Type = "recall"    // ring again for Ticket
	Start    Type = "start"     // the person of Ticket came
	Finish   Type = "finish"    // Ticket is done
	NoShow   Type = "no_show"   // nobody came for Ticket
	Undo     Type = "undo"      // take back the last step of Ticket
	Park     Type = "park"      // put Ticket aside, with a Note
	Transfer Type = "transfer"  // send Ticket on to an Office or a Room
	SendOn   Type = "send_on"   // Ticket is served here, and back in line for a second Service
	Pause    Type = "pause"     // Room takes a break
	Resume   Type = "resume"    // Room is back
	Alarm    Type = "alarm"     // Room silently asks the branch's other desks for help
	// What is said about an Alarm that stands, from Room where it is said at a desk.
	AlarmSeen Type = "alarm_seen" // it is before somebody's eyes
	AlarmTake Type = "alarm_take" // somebody comes
	AlarmEnd  Type = "alarm_end"  // nobody is needed any more
)

// Command is what a desk asks for. Which fields may stand, and which must,
// depends on Type; Check says so. The ID is never reused by a user: the same
// command sent again with the same ID has the same answer and no second effect.
type Command struct {
	ID       string          `json:"id"`
	Type     Type            `json:"type"`
	Room     town.RoomID     `json:"room,omitempty"`
	Offices  []town.OfficeID `json:"offices,omitempty"` // empty: those that list the room
	Number   town.Number     `json:"number,omitempty"`
	Ticket   town.TicketID   `json:"ticket,omitempty"`
	Note     string          `json:"note,omitempty"`
	Office   town.OfficeID   `json:"office,omitempty"`
	TakeOver bool            `json:"take_over,omitempty"` // although another user has the room open
	Service  town.ServiceID  `json:"service,omitempty"`
	Alarm    string          `json:"alarm,omitempty"` // which one is meant
	// Version is the Ticket's as the desk saw it when the key was pressed: where
	// it has changed since, the refusal says how. 0: not told.
	Version int64 `json:"version,omitempty"`
	// Open is the ticket that the desk saw open in Room, empty for none: a call
	// that would close another one is refused. nil: not told.
	Open *town.TicketID `json:"open,omitempty"`
	// Sure does it although what the desk saw isn't so any more, or was called
	// just now. It comes from a key or button of its own, never from repetition.
	Sure bool `json:"sure,omitempty"`
}

// OfAlarm reports whether a command cries for help or answers a cry. Such a
// command is carried out although nothing can be stored.
func (t Type) OfAlarm() bool {
	return t == Alarm || t == AlarmSeen || t == AlarmTake || t == AlarmEnd
}
