package caller

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Event is something that happened to the desk.
type Event interface{ event() }

// The events of a desk. Times are those of the desk's own clock.
type (
	// Connected says that the connection stands; the queue follows.
	Connected struct{}
	// Disconnected says that it is lost, or that the first try failed.
	Disconnected struct {
		At  time.Time
		Err error
	}
	// QueueCame brings the state of the branch.
	QueueCame struct {
		At    time.Time
		Queue wire.Queue
	}
	// DeliveryCame brings a report on a call.
	DeliveryCame struct{ Delivery wire.Delivery }
	// AlarmsCame says who asks for help.
	AlarmsCame struct {
		At     time.Time
		Alarms wire.Alarms
	}
	// Looked says whether the terminal is the one that somebody types into.
	Looked struct{ Here bool }
	// Answered ends a command that the desk wanted sent.
	Answered struct {
		Command deskwork.Command
		Done    wire.Done
		Err     error
	}
	// NamesCame brings what things are called, which is looked up once.
	NamesCame struct{ Names Names }
	// Pressed is a key: a single character, or "enter", "esc", "up", "down",
	// "backspace", "space".
	Pressed struct {
		At  time.Time
		Key string
	}
	// Ticked says that time has passed.
	Ticked struct{ At time.Time }
)

func (Connected) event()    {}
func (Disconnected) event() {}
func (QueueCame) event()    {}
func (DeliveryCame) event() {}
func (AlarmsCame) event()   {}
func (Looked) event()       {}
func (Answered) event()     {}
func (NamesCame) event()    {}
func (Pressed) event()      {}
func (Ticked) event()       {}

// Names says what the ids of a branch are called.
type Names struct {
	Branch   wire.Branch
	Services map[town.ServiceID]string
}

// Effect is what the desk wants done after an event.
type Effect struct {
	Send *deskwork.Command // to be answered by Answered
	// Seen are told to the server too: alarms that somebody has before their eyes.
	Seen []deskwork.Command
	Quit bool
}

// mode is what keys mean.
type mode int

const (
	modeList    mode = iota
	modeNumber       // typing a number to call
	modeNote         // typing why somebody is parked
	modeTarget       // choosing where to send somebody on to
	modeService      // choosing the second service
	modeHelp
)

// noChoice is where nothing of a list is chosen: what sends somebody away is never
// chosen by itself.
const noChoice = -1

// repeatGuard is the time within which the same key again is taken for one
// that was held down: holding "next" must not call the whole hall.
const repeatGuard = 700 * time.Millisecond

// Desk is the terminal interface of one room. Handle changes it, View shows
// it. It is used by one goroutine.
type Desk struct {
	phrases Phrases
	room    town.RoomID
	names   Names

	queue     wire.Queue
	queueAt   time.Time // when queue came; zero: none did yet
	now       time.Time
	connected bool
	lostAt    time.Time // when the connection was lost; zero: not yet or never
	lostWhy   error

	deliveries map[town.Seq]wire.Delivery
	open       *wire.Ticket // as the last answer had it, for what the queue doesn't say
	openSeq    town.Seq     // of that answer; newer than the queue's while the queue is on its way
	last       town.TicketID
	alarms     wire.Alarms
	seen       map[string]bool // alarms that were told as seen
	looks      bool            // somebody types here, as far as known
	busy       *Order
	again      *Order     // what the key o does after a refusal; nil: nothing
	message    string     // the outcome of the last step
	warning    bool       // message is a refusal
	refused    string     // its key, where it is one
	done       *wire.Done // what message is about, where it is no refusal

	mode     mode
	typed    string
	selected town.TicketID
	target   int       // in a list of choices; noChoice: nothing yet
	nextAt   time.Time // when the key for next was pressed last
}

// NewDesk returns a desk that has seen nothing yet.
func NewDesk(phrases Phrases, room town.RoomID, now time.Time) *Desk {
	return &Desk{phrases: phrases, room: room, now: now, lostAt: now, deliveries: map[town.Seq]wire.Delivery{}, seen: map[string]bool{}}
}

// Handle takes an event in and returns what is to be done.
func (d *Desk) Handle(e Event) Effect {
	switch e := e.(type) {
	case Connected:
		d.connected, d.lostAt, d.lostWhy = true, time.Time{}, nil
		d.unsay(d.refused == "offline")
	case Disconnected:
		d.connected, d.lostAt, d.lostWhy, d.now = false, e.At, e.Err, e.At
	case QueueCame:
		d.queue, d.queueAt, d.now = e.Queue, e.At, e.At
		d.unsay(d.over())
	case DeliveryCame:
		d.deliver(e.Delivery)
	case AlarmsCame:
		d.now, d.alarms = e.At, e.Alarms
		return Effect{Seen: d.sees()}
	case Looked:
		d.looks = e.Here
		return Effect{Seen: d.sees()}
	case Answered:
		d.answered(e)
	case NamesCame:
		d.names = e.Names
	case Ticked:
		d.now = e.At
	case Pressed:
		d.now, d.looks = e.At, true
		effect := d.press(e.Key)
		effect.Seen = d.sees()
		return effect
	}
	return Effect{}
}

// deliver keeps the reports on the newest calls.
func (d *Desk) deliver(delivery wire.Delivery) {
	const kept = 100
	d.deliveries[delivery.Seq] = delivery
	for seq := range d.deliveries {
		if seq < delivery.Seq-kept {
			delete(d.deliveries, seq)
		}
	}
}

func (d *Desk) answered(a Answered) {
	if a.Command.Type.OfAlarm() {
		d.answeredAlarm(a)
		return
	}
	order := d.busy
	d.busy = nil
	if a.Err != nil {
		d.message, d.warning, d.refused = d.phrases.Refusal(a.Err), true, problem.Of(a.Err).Key
		d.again = deliberately(order, a.Err)
		return
	}
	d.unsay(true)
	if a.Done.Ticket == nil {
		return
	}
	d.done = &a.Done
	d.open, d.openSeq, d.last = a.Done.Ticket, a.Done.Seq, a.Done.Ticket.Ticket
	if order != nil {
		d.message = d.phrases.T("caller.done."+string(order.Action), "number", d.open.Number)
	}
	if d.open.State == wire.Called && d.open.CallMode == town.CallPickup {
		d.message = d.phrases.Fetch(d.open.Number, d.open.MeetingPoint)
	}
}

// deliberately returns the order that another key gives after a refusal: to take
// the room over, or to do at once what came too soon. nil: no key does it.
func deliberately(order *Order, refusal error) *Order {
	if order == nil {
		return nil
	}
	again := *order
	switch {
	case problem.Is(refusal, "room.taken"):
		again.TakeOver = true
	case problem.Is(refusal, "call.too_soon"):
		again.Sure = true
	default:
		return nil
	}
	return &again
}

// give turns an order into a command. One after the other: the next one may
// mean something else once this one is answered. Without a connection nothing
// is sent, because a call that rings minutes later helps nobody.
func (d *Desk) give(order Order) Effect {
	if d.busy != nil {
		return Effect{}
	}
	d.unsay(true)
	if !d.connected {
		d.message, d.warning, d.refused = d.phrases.T("caller.offline_step"), true, "offline"
		return Effect{}
	}
	command, err := order.Command(d.room, d.queue, d.last)
	if err != nil {
		d.message, d.warning = d.phrases.Refusal(err), true
		return Effect{}
	}
	d.means(&command)
	d.busy = &order
	return Effect{Send: &command}
}

// unsay takes the outcome of the last step away, where it is no longer true.
func (d *Desk) unsay(over bool) {
	if over {
		d.message, d.warning, d.refused, d.done, d.again = "", false, "", nil, nil
	}
}

// over reports whether the queue contradicts what is said of the last step: there is
// somebody to call, or somebody else has gone on with the number.
func (d *Desk) over() bool {
	switch {
	case d.refused == "queue.empty":
		return d.upNext() != ""
	case d.done == nil || d.queue.Seq < d.done.Seq:
		return false
	}
	for _, e := range d.queue.Open {
		if e.Ticket == d.done.Ticket.Ticket {
			return e.Version > d.done.Ticket.Version
		}
	}
	for _, e := range slices.Concat(d.queue.Waiting, d.queue.Parked) {
		if e.Ticket == d.done.Ticket.Ticket {
			return e.Version > d.done.Ticket.Version
		}
	}
	return d.done.Ticket.State == wire.Called || d.done.Ticket.State == wire.Serving
}

// means adds to a command what the desk knows it is about, so that a key which
// comes too late is refused with what has happened meanwhile.
func (d *Desk) means(command *deskwork.Command) {
	open, ok := Open(d.queue, d.room)
	if ok && open.Ticket == command.Ticket && command.Type != deskwork.Undo {
		command.Version = open.Version
	}
	if d.open != nil && d.open.Ticket == command.Ticket {
		command.Version = max(command.Version, d.open.Version)
	}
	if command.Open == nil {
		return
	}
	if d.queueAt.IsZero() {
		command.Open = nil
		return
	}
	var seen town.TicketID
	switch {
	case d.open != nil && d.openSeq > d.queue.Seq:
		if d.open.Room != nil && d.open.Room.ID == d.room {
			seen = d.open.Ticket
		}
	case ok:
		seen = open.Ticket
	}
	command.Open = &seen
}

// serverNow returns the branch's time by the server's clock, which may stand
// elsewhere than the desk's.
func (d *Desk) serverNow() time.Time {
	if d.queueAt.IsZero() {
		return d.now
	}
	return d.queue.Now.Add(d.now.Sub(d.queueAt))
}

// atServer returns a time of the desk's clock by the server's.
func (d *Desk) atServer(t time.Time) time.Time { return d.serverNow().Add(t.Sub(d.now)) }

// offices returns the offices that call people to this room, nil if unknown.
func (d *Desk) offices() []town.OfficeID {
	var ids []town.OfficeID
	for _, office := range d.names.Branch.Offices {
		if slices.ContainsFunc(office.Rooms, func(r wire.Room) bool { return r.ID == d.room }) {
			ids = append(ids, office.ID)
		}
	}
	return ids
}

// mine returns the entries that this room may call.
func (d *Desk) mine(entries []wire.Entry) []wire.Entry {
	offices := d.offices()
	var mine []wire.Entry
	for _, e := range entries {
		reaches := offices == nil || slices.Contains(offices, e.Office)
		if e.OnlyRoom != "" {
			reaches = e.OnlyRoom == d.room
		}
		if reaches {
			mine = append(mine, e)
		}
	}
	return mine
}

func (d *Desk) paused() bool { return slices.Contains(d.queue.Paused, d.room) }

// destination is where somebody can be sent on to.
type destination struct {
	name   string
	office town.OfficeID
	room   town.RoomID
}

// destinations returns the branch's offices, then its other rooms.
func (d *Desk) destinations() []destination {
	var offices, rooms []destination
	for _, office := range d.names.Branch.Offices {
		offices = append(offices, destination{name: Line(office.Name), office: office.ID})
		for _, room := range office.Rooms {
			known := slices.ContainsFunc(rooms, func(r destination) bool { return r.room == room.ID })
			if room.ID != d.room && !known {
				rooms = append(rooms, destination{name: Line(room.Label), room: room.ID})
			}
		}
	}
	return append(offices, rooms...)
}

// service is what somebody can be sent on for.
type service struct {
	id   town.ServiceID
	name string
}

// services returns the branch's services whose name holds what was typed, in
// the order of their names.
func (d *Desk) services() []service {
	var all []service
	for _, office := range d.names.Branch.Offices {
		for _, id := range office.Services {
			name := d.serviceName(id)
			if strings.Contains(strings.ToLower(name), strings.ToLower(d.typed)) {
				all = append(all, service{id, name})
			}
		}
	}
	slices.SortFunc(all, func(a, b service) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(string(a.id), string(b.id)))
	})
	return all
}
