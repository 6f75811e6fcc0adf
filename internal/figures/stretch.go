// Package figures knows what a town hall's figures mean: which stretches a visit
// has, how they are kept once its day is over, how they are counted, and how counts
// are told to whoever is outside of the house. It is pure: it takes tickets, days and
// zones as values, and knows nothing of a person, a clerk, a clock or a store.
package figures

import (
	"time"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Seconds is the length of a stretch; Unknown where nobody can tell.
type Seconds int32

// Unknown is the length that nobody can tell.
const Unknown Seconds = -1

// Outcome is how a visit ended.
type Outcome uint8

// The outcomes. Open: it goes on still. Abandoned: the person was here, and left
// before anybody called them or while they were put aside. NoShow: an appointment to
// which nobody came, or a call that nobody answered.
const (
	Open Outcome = iota
	Served
	Assumed
	NoShow
	Abandoned
	Cancelled
	outcomes
)

// Stretch is one visit to one office for one concern, as figures keep it: it holds
// lengths, the date (where it is kept) and the hour, no instant, no ticket, no
// number, nobody. Who is sent on has a further one at each place.
type Stretch struct {
	// Hour of the branch's clock in which it was due or, without an appointment, in
	// which the person came; 0 to 23.
	Hour     int
	Office   town.OfficeID
	Room     town.RoomID // where it was called to last; empty: never
	Service  town.ServiceID
	Quantity int
	Kind     queue.Kind
	Channel  queue.Channel // empty: not recorded
	Lead     int           // days from booking to the appointment; 0 for who came without
	Minutes  int           // of the appointment; 0 without
	Outcome  Outcome
	Further  bool // the person was sent on to it
	Recalls  int

	Waiting    Seconds // from arrival to the first call, without what was put aside; of a transfer also to the next
	Way        Seconds // from call to coming
	Serving    Seconds // at the desk, of all its parts
	Aside      Seconds // from being put aside to the next call
	LateOffice Seconds // from when it was due, or the person came if later, to the first call
	LatePerson Seconds // from when it was due to the arrival

	ByHand bool   // its end was entered by hand afterwards
	Old    bool   // from before steps were recorded: what can't be told is Unknown
	Key    uint16 // drawn once for it, see Told
}

// Day is where and when a ticket is looked at.
type Day struct {
	Zone  *time.Location
	Today town.Date // of the branch, when it is looked at
}

// Of returns the stretches of a ticket, oldest first. What never ended reads as over
// on a later date, as the ticket does.
func Of(t queue.Ticket, day Day) []Stretch {
	if !recorded(t) {
		return old(t, day)
	}
	w := walker{ticket: t, day: day}
	w.begin(t.Created)
	if t.Kind == queue.Appointment {
		w.arrived = arrivedBefore(t)
	}
	for _, m := range t.Path {
		w.step(m)
	}
	w.end(t)
	return w.all
}

// arrivedBefore returns when an appointment checked in before its steps were
// recorded; zero otherwise.
func arrivedBefore(t queue.Ticket) time.Time {
	if len(t.Path) > 0 && !t.CheckedIn.Before(t.Path[0].At) {
		return time.Time{}
	}
	return t.CheckedIn
}

// walker goes through the steps of one ticket.
type walker struct {
	ticket queue.Ticket
	day    Day
	all    []Stretch
	now    Stretch

	since   time.Time // when the stretch began: the ticket's creation, or being sent on
	arrived time.Time // zero: nobody has said so
	first   time.Time // first call
	called  time.Time // of the call that stands; zero: none
	started time.Time
	lined   time.Time // in line again after a transfer
	parked  time.Time
	came    bool
}

func (w *walker) begin(at time.Time) {
	t, n := w.ticket, len(w.all)
	*w = walker{ticket: t, day: w.day, all: w.all, since: at, arrived: at}
	item := wantedAt(t, n)
	w.now = Stretch{
		Office: officeAt(t, n), Service: item.Service, Quantity: item.Quantity, Kind: t.Kind, Channel: t.Channel, Further: n > 0,
		Waiting: Unknown, Way: Unknown, Serving: Unknown, Aside: Unknown, LateOffice: Unknown, LatePerson: Unknown,
	}
	hour := at
	if t.Kind == queue.Appointment && n == 0 {
		hour = t.Start
		w.now.Minutes = int(t.End.Sub(t.Start) / time.Minute)
	}
	if t.Kind == queue.Appointment {
		w.now.Lead = max(0, int(t.Date-town.DateOf(t.Created, w.day.Zone)))
	}
	w.now.Hour = hour.In(w.day.Zone).Hour()
}

// step goes on by one step.
func (w *walker) step(m queue.Moment) {
	switch m.Did {
	case queue.DoCheckIn:
		w.checkIn(m.At)
	case queue.DoCall:
		w.call(m)
	case queue.DoRecall:
		w.now.Recalls++
	case queue.DoStart:
		w.start(m.At)
	case queue.DoPark:
		w.leave(m.At)
		w.parked = m.At
	case queue.DoTransfer:
		if !w.called.IsZero() {
			w.lined = m.At
		}
		w.leave(m.At)
	case queue.DoSendOn:
		w.leave(m.At)
		w.close(Served)
		w.begin(m.At)
	case queue.EnterServed, queue.EnterNoShow, queue.EnterCancelled:
		// When somebody wrote it down says nothing of how long it took.
		w.now.ByHand = true
		w.called, w.started = time.Time{}, time.Time{}
	case queue.DoFinish, queue.DoAssume, queue.DoNoShow:
		w.leave(m.At)
	}
}

// checkIn notes an arrival. Who comes back after being given up begins anew.
func (w *walker) checkIn(at time.Time) {
	w.arrived, w.first, w.parked = at, time.Time{}, time.Time{}
	w.now.Waiting, w.now.Aside, w.now.LateOffice, w.now.Recalls = Unknown, Unknown, Unknown, 0
	if t := w.ticket; t.Kind == queue.Appointment && !w.now.Further {
		w.now.LatePerson = between(t.Start, at)
	}
}

func (w *walker) call(m queue.Moment) {
	if !w.parked.IsZero() {
		w.now.Aside = add(w.now.Aside, between(w.parked, m.At))
	}
	if !w.lined.IsZero() && w.parked.IsZero() {
		w.now.Waiting = add(w.now.Waiting, between(w.lined, m.At))
	}
	w.parked, w.lined = time.Time{}, time.Time{}
	if w.first.IsZero() {
		w.first = m.At
		w.firstCall(m.At)
	}
	w.called, w.started, w.now.Room = m.At, time.Time{}, m.Room
}

func (w *walker) firstCall(at time.Time) {
	if !w.arrived.IsZero() {
		w.now.Waiting = max(0, between(w.arrived, at)-max(0, w.now.Aside))
	}
	if t := w.ticket; t.Kind == queue.Appointment && !w.now.Further {
		w.now.LateOffice = between(later(t.Start, w.arrived), at)
	}
}

func (w *walker) start(at time.Time) {
	if w.called.IsZero() { // the call is from before steps were recorded
		return
	}
	w.now.Way = add(w.now.Way, between(w.called, at))
	w.started, w.came = at, true
}

// leave ends what goes on at a desk.
func (w *walker) leave(at time.Time) {
	if !w.started.IsZero() {
		w.now.Serving = add(w.now.Serving, between(w.started, at))
	}
	w.called, w.started = time.Time{}, time.Time{}
}

func (w *walker) close(o Outcome) {
	w.now.Outcome = o
	w.all = append(w.all, w.now)
}

// end closes the last stretch as the ticket reads.
func (w *walker) end(t queue.Ticket) {
	over := w.day.Today > t.Date
	if over && !w.started.IsZero() {
		w.now.Serving = Unknown // it went on when the day ended
	}
	w.close(w.outcome(t, over))
}

func (w *walker) outcome(t queue.Ticket, over bool) Outcome {
	gone := t.On(w.day.Today)
	switch {
	case gone.State == queue.Cancelled:
		return Cancelled
	case gone.Outcome == queue.Assumed:
		return Assumed
	case gone.State == queue.Done:
		return Served
	case t.State == queue.NoShow && w.came:
		return Abandoned
	case t.State == queue.NoShow:
		return NoShow
	case !over:
		return Open
	case t.State == queue.Waiting && !w.arrived.IsZero(), t.State == queue.Parked && (w.came || !w.arrived.IsZero()):
		return Abandoned
	}
	return NoShow
}

// officeAt and wantedAt return where a person went for the n-th time, and what for.
func officeAt(t queue.Ticket, n int) town.OfficeID {
	if n < len(t.Visits) {
		return t.Visits[n].Office
	}
	return t.Office
}

func wantedAt(t queue.Ticket, n int) town.Item {
	switch {
	case n > 0:
		return town.Item{Service: t.Visits[n-1].Next, Quantity: 1}
	case len(t.Items) > 0:
		return t.Items[0]
	}
	return town.Item{Quantity: 1}
}

// between is the length from one instant to another; 0 where clocks went back.
func between(from, to time.Time) Seconds { return Seconds(max(0, to.Sub(from)) / time.Second) }

func add(a, b Seconds) Seconds { return max(a, 0) + max(b, 0) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
