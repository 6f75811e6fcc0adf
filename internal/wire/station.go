package wire

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/town"
)

// Room is a place that numbers are called to.
type Room struct {
	ID    town.RoomID `json:"id"`
	Label string      `json:"label"`
}

// TicketState is where a ticket stands, as contract.md names it.
type TicketState string

// The states of a ticket.
const (
	Booked    TicketState = "booked"
	Waiting   TicketState = "waiting"
	Called    TicketState = "called"
	Serving   TicketState = "serving"
	Parked    TicketState = "parked"
	Finished  TicketState = "done"
	Missed    TicketState = "no_show"
	Cancelled TicketState = "cancelled"
)

// TicketKind tells an appointment from a walk-in.
type TicketKind string

// The kinds of ticket.
const (
	Appointment TicketKind = "appointment"
	WalkIn      TicketKind = "walk_in"
)

// Ticket is a ticket as the desk that acts on it sees it.
type Ticket struct {
	Ticket       town.TicketID  `json:"ticket"`
	Number       town.Number    `json:"number"`
	State        TicketState    `json:"state"`
	Room         *Room          `json:"room"` // null where no room has it open
	Service      town.ServiceID `json:"service"`
	Services     List[Item]     `json:"services"`
	Office       town.OfficeID  `json:"office"`
	Kind         TicketKind     `json:"kind"`
	CallMode     town.CallMode  `json:"call_mode"`
	MeetingPoint string         `json:"meeting_point,omitempty"` // where to fetch it, for pickup
	Due          time.Time      `json:"due"`
	Calls        int            `json:"calls"`   // calls and recalls so far
	Screens      int            `json:"screens"` // screens connected for its office when it was called
	Priority     int            `json:"priority"`
	Outcome      string         `json:"outcome,omitempty"` // "served" or "assumed", once done
	Version      int64          `json:"version,omitempty"` // rises with each step; see Command
}

// Done answers a command that took effect. Seq is that of its event, for a
// call the one that screens report on.
type Done struct {
	ID     string   `json:"id"`
	Seq    town.Seq `json:"seq"`
	Ticket *Ticket  `json:"ticket,omitempty"` // none for pause and resume
}

// Failed answers a command that changed nothing.
type Failed struct {
	ID      string  `json:"id"`
	Problem Problem `json:"problem"`
}

// Listed is what every list of a queue says of a ticket. It holds nothing about a
// person.
type Listed struct {
	Ticket    town.TicketID  `json:"ticket"`
	Number    town.Number    `json:"number"`
	Service   town.ServiceID `json:"service"`
	Office    town.OfficeID  `json:"office"`
	Kind      TicketKind     `json:"kind"`
	Due       time.Time      `json:"due"`   // its fixed sort time, at most the last minute of its day
	Since     time.Time      `json:"since"` // sent on, arrival, check-in, or else booking
	CheckedIn bool           `json:"checked_in"`
	Priority  int            `json:"priority"`
	SentOn    bool           `json:"sent_on,omitempty"` // served elsewhere, and back in line for Service
	Version   int64          `json:"version,omitempty"` // rises with each step; see Command
}

// Entry is a ticket that nobody has open.
type Entry struct {
	Listed
	// Here says that the person is in the house, as far as anybody knows: checked
	// in, without an appointment, sent on, or called once today.
	Here bool `json:"here"`
	// CallableFrom is from when "call next" considers an appointment that nobody
	// has called yet.
	CallableFrom *time.Time `json:"callable_from,omitempty"`
	// Start is an appointment's. Due is later for whoever came late.
	Start time.Time `json:"start,omitzero"`
	// Services are all that the person is here for, where that isn't Service alone.
	Services   []Quantity  `json:"services,omitempty"`
	OnlyRoom   town.RoomID `json:"only_room,omitempty"` // only this room calls it next
	SentFrom   town.RoomID `json:"sent_from,omitempty"` // the room that sent it on
	Overbooked bool        `json:"overbooked,omitempty"`
}

// OpenEntry is a ticket that a room has open: called or serving.
type OpenEntry struct {
	Listed
	Room    Room        `json:"room"`
	State   TicketState `json:"state"`
	Calls   int         `json:"calls"`    // calls and recalls so far
	CallSeq town.Seq    `json:"call_seq"` // of the newest of them, as in Delivery
}

// ScreenState counts the branch's screens as they are connected now.
type ScreenState struct {
	Connected int `json:"connected"`
	Sounding  int `json:"sounding"` // of those, the ones whose sound works
	// Silent names the others.
	Silent []string `json:"silent,omitempty"`
}

func (s ScreenState) equal(o ScreenState) bool {
	return s.Connected == o.Connected && s.Sounding == o.Sounding && slices.Equal(s.Silent, o.Silent)
}

// Seat is a room where somebody works today, as their last call tells.
type Seat struct {
	Room town.RoomID `json:"room"`
	By   string      `json:"by,omitempty"` // what colleagues call them, where they wish it
	At   time.Time   `json:"at"`           // of their last call
}

func sameSeat(a, b Seat) bool { return a.Room == b.Room && a.By == b.By && a.At.Equal(b.At) }

// Queue is the state of a branch's desks: GET /queue, and the queue message.
// Waiting stands in call order.
type Queue struct {
	Seq     town.Seq          `json:"seq"`
	Now     time.Time         `json:"now"`
	Waiting List[Entry]       `json:"waiting"`
	Open    List[OpenEntry]   `json:"open"`
	Parked  List[Entry]       `json:"parked"`
	Paused  List[town.RoomID] `json:"paused"`
	Seats   List[Seat]        `json:"seats"`
	Screens *ScreenState      `json:"screens,omitempty"`
	// Catalogue names the content of the catalogue, whose names a station shows: it
	// changes with it.
	Catalogue string `json:"catalogue,omitempty"`
}

// Delivery tells the stations how a call arrived. Late is true in the message
// that is sent once when no screen has reported for three seconds, or none has shown
// it three seconds after the first said that it would.
type Delivery struct {
	Seq     town.Seq `json:"seq"` // the call's
	Screens int      `json:"screens"`
	Queued  int      `json:"queued"` // where it waits behind another call
	InMS    int64    `json:"in_ms"`  // until the first of these is expected to show it
	Shown   int      `json:"shown"`
	Sounded int      `json:"sounded"` // the announcement was played
	Silent  int      `json:"silent"`  // it was reported as impossible or off
	Late    bool     `json:"late"`
	// Test: Seq is that of a sound that a desk asked for; nothing is shown.
	Test bool `json:"test,omitempty"`
}

// Alarm is a room's silent cry for help. It stands until somebody comes, and is
// listed for a while longer.
type Alarm struct {
	Alarm string    `json:"alarm"`
	Room  Room      `json:"room"`
	At    time.Time `json:"at"`
	Seen  int       `json:"seen"` // how many have it before their eyes, without whoever cries
	// Unseen: nobody has seen it for five seconds. Whoever cries is told to dial.
	Unseen bool    `json:"unseen"`
	Coming *Coming `json:"coming"` // null: nobody said so
}

// Coming is who comes to help.
type Coming struct {
	Room *Room     `json:"room"` // null: from no desk
	At   time.Time `json:"at"`
}

// Alarms tells the stations of a branch which rooms ask for help: at the start
// and after changes. It is state: an alarm that isn't listed is over. Screens
// never hear of it.
type Alarms struct {
	Dial   string      `json:"dial,omitempty"` // where to telephone for help
	Alarms List[Alarm] `json:"alarms"`
}

func (Done) messageType() string     { return "done" }
func (Failed) messageType() string   { return "failed" }
func (Queue) messageType() string    { return "queue" }
func (Delivery) messageType() string { return "delivery" }
func (Alarms) messageType() string   { return "alarms" }

// DecodeStationMessage reads what a server sends to a station: a Done, Failed,
// Queue, QueueChanges, Delivery or Alarms by value, or an Unknown.
func DecodeStationMessage(raw []byte) (Message, error) {
	kind, err := typeOf(raw)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Done{}.messageType():
		return lenient[Done](raw)
	case Failed{}.messageType():
		return lenient[Failed](raw)
	case Queue{}.messageType():
		return lenient[Queue](raw)
	case QueueChanges{}.messageType():
		return lenient[QueueChanges](raw)
	case Delivery{}.messageType():
		return lenient[Delivery](raw)
	case Alarms{}.messageType():
		return lenient[Alarms](raw)
	}
	return Unknown{Type: kind}, nil
}

func typeOf(raw []byte) (string, error) {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return "", fmt.Errorf("read message type: %w", err)
	}
	return head.Type, nil
}

func lenient[M Message](raw []byte) (Message, error) {
	var m M
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("read %s message: %w", m.messageType(), err)
	}
	return m, nil
}
