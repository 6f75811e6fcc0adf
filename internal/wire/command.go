package wire

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// CommandType names what a station wants done.
type CommandType string

// The commands of a station.
const (
	CallNext CommandType = "call_next" // the next person in call order, to Room
	Call     CommandType = "call"      // a chosen Number, to Room
	Recall   CommandType = "recall"    // ring again for Ticket
	Start    CommandType = "start"     // the person of Ticket came
	Finish   CommandType = "finish"    // Ticket is done
	NoShow   CommandType = "no_show"   // nobody came for Ticket
	Undo     CommandType = "undo"      // take back the last step of Ticket
	Park     CommandType = "park"      // put Ticket aside, with a Note
	Transfer CommandType = "transfer"  // send Ticket on to an Office or a Room
	SendOn   CommandType = "send_on"   // Ticket is served here, and back in line for a second Service
	Pause    CommandType = "pause"     // Room takes a break
	Resume   CommandType = "resume"    // Room is back
	CallHelp CommandType = "alarm"     // Room silently asks the branch's other desks for help
)

// Limits of a command's texts, in characters.
const (
	MaxCommandID = 64
	MaxName      = 100 // an id of a room, an office or a ticket
	MaxNote      = 500
	MaxOffices   = 50
)

// Command is what a station asks for. Which fields may stand, and which must,
// depends on Type; DecodeCommand sees to it. The ID is never reused by a user:
// the same command sent again with the same ID has the same answer and no
// second effect.
type Command struct {
	ID       string          `json:"id"`
	Type     CommandType     `json:"type"`
	Room     town.RoomID     `json:"room,omitempty"`
	Offices  []town.OfficeID `json:"offices,omitempty"` // empty: those that list the room
	Number   town.Number     `json:"number,omitempty"`
	Ticket   town.TicketID   `json:"ticket,omitempty"`
	Note     string          `json:"note,omitempty"`
	Office   town.OfficeID   `json:"office,omitempty"`
	TakeOver bool            `json:"take_over,omitempty"` // although another user has the room open
	Service  town.ServiceID  `json:"service,omitempty"`
	// Version is the Ticket's as the station saw it when the key was pressed: a
	// refusal then says what has happened since. 0: not told.
	Version int64 `json:"version,omitempty"`
	// Open is the ticket that the station saw open in Room, empty for none: a
	// call that would close another one is refused. nil: not told.
	Open *town.TicketID `json:"open,omitempty"`
}

// shape says which members a command must have and which it may have, besides
// id and type.
type shape struct{ must, may []string }

var shapes = map[CommandType]shape{
	CallNext: {must: []string{"room"}, may: []string{"offices", "take_over", "open"}},
	Call:     {must: []string{"room", "number"}, may: []string{"take_over", "open"}},
	Recall:   {must: []string{"ticket"}, may: []string{"version"}},
	Start:    {must: []string{"ticket"}, may: []string{"version"}},
	Finish:   {must: []string{"ticket"}, may: []string{"version"}},
	NoShow:   {must: []string{"ticket"}, may: []string{"version"}},
	Undo:     {must: []string{"ticket"}, may: []string{"version"}},
	Park:     {must: []string{"ticket"}, may: []string{"note", "version"}},
	Transfer: {must: []string{"ticket"}, may: []string{"office", "room", "version"}},
	SendOn:   {must: []string{"ticket", "service"}, may: []string{"version"}},
	Pause:    {must: []string{"room"}},
	Resume:   {must: []string{"room"}},
	CallHelp: {must: []string{"room"}},
}

// DecodeCommand reads one frame of a station. The command returned beside an
// error carries the id wherever it could be read, so that the refusal finds
// its sender. Errors as of Decode, and Malformed "request.unknown_type".
func DecodeCommand(raw []byte) (Command, error) {
	if len(raw) > MaxFrame {
		return Command{}, problem.New(problem.TooLarge, "request.too_large")
	}
	members, err := object(raw)
	if err != nil {
		return Command{}, err
	}
	var c Command
	if err := fill(&c, members); err != nil {
		return Command{ID: readID(members)}, err
	}
	return c, c.check(members)
}

func (c Command) check(members map[string]json.RawMessage) error {
	shape, known := shapes[c.Type]
	if !known {
		return problem.New(problem.Malformed, "request.unknown_type")
	}
	for name := range members {
		if name != "id" && name != "type" && !slices.Contains(shape.must, name) && !slices.Contains(shape.may, name) {
			return unknownField(name)
		}
	}
	return invalid(c.bad(shape))
}

// bad returns the fields whose values are missing or too long.
func (c Command) bad(shape shape) map[string]string {
	missing := map[string]bool{"id": c.ID == ""}
	for _, name := range shape.must {
		missing[name] = c.empty(name)
	}
	bad := required(missing)
	tooLong := func(name, value string, limit int) {
		if utf8.RuneCountInString(value) > limit {
			bad[name] = "request.too_long"
		}
	}
	tooLong("id", c.ID, MaxCommandID)
	tooLong("room", string(c.Room), MaxName)
	tooLong("ticket", string(c.Ticket), MaxName)
	tooLong("office", string(c.Office), MaxName)
	tooLong("service", string(c.Service), MaxName)
	if c.Open != nil {
		tooLong("open", string(*c.Open), MaxName)
	}
	tooLong("note", c.Note, MaxNote)
	if len(c.Offices) > MaxOffices {
		bad["offices"] = "request.too_long"
	}
	if c.Type == Transfer && (c.Office == "") == (c.Room == "") {
		bad["office"] = "command.office_or_room"
	}
	return bad
}

func (c Command) empty(name string) bool {
	switch name {
	case "room":
		return c.Room == ""
	case "number":
		return c.Number == 0
	case "service":
		return c.Service == ""
	}
	return c.Ticket == ""
}

// readID returns the id of a frame that is otherwise no command.
func readID(members map[string]json.RawMessage) string {
	var id string
	if json.Unmarshal(members["id"], &id) != nil || utf8.RuneCountInString(id) > MaxCommandID {
		return ""
	}
	return id
}
