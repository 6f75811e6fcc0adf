// Package caller is what the desk's program knows without a terminal and
// without a network: what a word or a key means in the state of the queue,
// what the person at the desk is told, and the terminal interface as a state
// machine with a view. It opens nothing, starts nothing and asks no clock.
package caller

import (
	"slices"

	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Action is a step at the desk, by the word that is typed for it.
type Action string

// The actions. Those from Recall to Transfer, and SendOn, are about the ticket
// that the room has open, Undo about the one it acted on last.
const (
	Next     Action = "next"
	Call     Action = "call"
	Recall   Action = "recall"
	Start    Action = "start"
	Finish   Action = "finish"
	NoShow   Action = "no-show"
	Park     Action = "park"
	Transfer Action = "transfer"
	Undo     Action = "undo"
	Pause    Action = "pause"
	Resume   Action = "resume"
	SendOn   Action = "send-on"
	Alarm    Action = "alarm"
	Come     Action = "come" // to a room that asks for help; at the terminal alone
	Calm     Action = "calm" // this room's own alarm; at the terminal alone
)

var commandTypes = map[Action]deskwork.Type{
	Next: deskwork.CallNext, Call: deskwork.Call, Recall: deskwork.Recall, Start: deskwork.Start,
	Finish: deskwork.Finish, NoShow: deskwork.NoShow, Park: deskwork.Park, Transfer: deskwork.Transfer,
	Undo: deskwork.Undo, Pause: deskwork.Pause, Resume: deskwork.Resume,
	SendOn: deskwork.SendOn, Alarm: deskwork.Alarm,
}

// IsAction reports whether a word is the name of an action.
func IsAction(word string) bool {
	_, ok := commandTypes[Action(word)]
	return ok
}

// Actions returns the names of all actions, sorted.
func Actions() []string {
	names := make([]string, 0, len(commandTypes))
	for action := range commandTypes {
		names = append(names, string(action))
	}
	slices.Sort(names)
	return names
}

// Order is an action with what belongs to it.
type Order struct {
	Action   Action
	Number   town.Number   // for Call
	Office   town.OfficeID // for Transfer: one of the two
	ToRoom   town.RoomID
	Service  town.ServiceID // for SendOn
	Note     string         // for Park, optional
	TakeOver bool           // for Next and Call: although another user has the room open
	Sure     bool           // although something has changed, or was called just now; not for Undo
}

// NeedsQueue reports whether the order is about the ticket that the room has
// open, or would close it, which only the queue tells.
func (o Order) NeedsQueue() bool {
	switch o.Action {
	case Next, Call:
		return !o.Sure
	case Pause, Resume, Alarm:
		return false
	}
	return true
}

// Command returns what to send for an order given in a room, its id left
// empty. A call closes what the queue shows as open in the room, and nothing
// else. last is the ticket that the room acted on last, empty if unknown.
// Errors: Conflict "caller.nothing_open" where the room has no ticket open,
// "caller.nothing_to_undo".
func (o Order) Command(room town.RoomID, queue wire.Queue, last town.TicketID) (deskwork.Command, error) {
	command := deskwork.Command{Type: commandTypes[o.Action]}
	switch o.Action {
	case Next, Call:
		command.Room, command.Number, command.TakeOver, command.Sure = room, o.Number, o.TakeOver, o.Sure
		if !o.Sure {
			open, _ := Open(queue, room)
			command.Open = &open.Ticket
		}
		return command, nil
	case Pause, Resume, Alarm:
		command.Room = room
		return command, nil
	case Undo:
		return o.undo(command, room, queue, last)
	}
	open, ok := Open(queue, room)
	if !ok {
		return deskwork.Command{}, problem.New(problem.Conflict, "caller.nothing_open")
	}
	command.Ticket, command.Note, command.Sure = open.Ticket, o.Note, o.Sure
	command.Office, command.Room, command.Service = o.Office, o.ToRoom, o.Service
	return command, nil
}

func (o Order) undo(command deskwork.Command, room town.RoomID, queue wire.Queue, last town.TicketID) (deskwork.Command, error) {
	command.Ticket = last
	if open, ok := Open(queue, room); ok && last == "" {
		command.Ticket = open.Ticket
	}
	if command.Ticket == "" {
		return deskwork.Command{}, problem.New(problem.Conflict, "caller.nothing_to_undo")
	}
	return command, nil
}

// Open returns the ticket that a room has open.
func Open(queue wire.Queue, room town.RoomID) (wire.OpenEntry, bool) {
	i := slices.IndexFunc(queue.Open, func(e wire.OpenEntry) bool { return e.Room.ID == room })
	if i < 0 {
		return wire.OpenEntry{}, false
	}
	return queue.Open[i], true
}
