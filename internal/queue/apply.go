package queue

import (
	"iter"
	"slices"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Step is who does something to a ticket, when and where. Only Now, Today and
// Policy are needed by every action.
type Step struct {
	Now      time.Time
	Today    town.Date // local date of the branch at Now
	Policy   Policy    // of the ticket's office
	Room     town.RoomID
	User     town.UserID
	Office   town.OfficeID  // transfer, or send on, to this office
	OnlyRoom town.RoomID    // transfer to this room
	Service  town.ServiceID // send on for this service
	Seq      town.Seq       // position of the call's event
	Closes   []Closed       // what a call has closed in its room
	Resumes  bool           // a call ends its room's pause
}

// Apply returns the ticket after an action, with Version one higher and Before
// set to what DoUndo restores. The receiver is not changed; after an error the
// ticket returned is the receiver.
//
// DoCall needs Room, User and Seq; DoRecall Seq; DoTransfer Office or
// OnlyRoom or both; DoSendOn Office and Service. A cancellation can't be undone:
// its mail is on its way. Whether a room is free is not judged here, neither for
// DoCall nor for a DoUndo that reopens.
//
// Errors are Conflict: `ticket.not_here_today` where the ticket's date is not
// Today (cancelling and transferring a booked ticket ahead of its day are
// fine, and entering afterwards what happened); `ticket.call_again` with
// `remaining` where a no-show needs more calls;
// `ticket.nothing_to_undo`; otherwise what the ticket is: `ticket.cancelled`,
// `ticket.done`, `ticket.no_show`, `ticket.not_called`,
// `ticket.already_called`, `ticket.already_started`, `ticket.already_here`,
// `ticket.already_parked`, `ticket.not_here_yet`, `ticket.not_parked`. A
// missing room or office is Invalid.
func (t Ticket) Apply(a Action, by Step) (Ticket, error) {
	if a == DoUndo {
		return t.undo(by)
	}
	row, err := transition(t.State, t.Outcome, a)
	if err != nil {
		return t, err
	}
	if err := t.admit(row, by); err != nil {
		return t, err
	}
	next := t
	next.Version++
	next.Before = &Earlier{Progress: t.Progress, Steps: len(t.Path)}
	next.Before.Path = nil
	if a == DoCall {
		next.Before.Closed, next.Before.Resumed = by.Closes, by.Resumes
	}
	next.move(row, by)
	return next, nil
}

// undo restores the progress before the last step, on the same local day.
func (t Ticket) undo(by Step) (Ticket, error) {
	if t.Before == nil || t.Date != by.Today {
		return t, problem.New(problem.Conflict, "ticket.nothing_to_undo")
	}
	next := t
	next.Version++
	next.Progress = t.Before.Progress
	if steps := min(t.Before.Steps, len(t.Path)); steps > 0 {
		next.Path = t.Path[:steps]
	}
	next.Before = nil
	return next, nil
}

// Reopens returns the tickets of a day that DoUndo brings back beside the ticket
// itself, each by a DoUndo of its own: whom its call has closed. Whoever was
// touched since stays as they are.
func (t Ticket) Reopens(day iter.Seq[*Ticket]) []*Ticket {
	var closed []*Ticket
	if t.Before == nil {
		return nil
	}
	for other := range day {
		if slices.Contains(t.Before.Closed, Closed{other.ID, other.Version}) {
			closed = append(closed, other)
		}
	}
	return closed
}

// PausesAgain reports whether DoUndo brings a pause of the ticket's room back:
// the one that its call has ended.
func (t Ticket) PausesAgain() bool { return t.Before != nil && t.Before.Resumed }

// admit refuses what the table allows but date, calls or the step forbid.
func (t Ticket) admit(row Transition, by Step) error {
	if t.Date != by.Today && !t.movableOn(row.Action, by.Today) {
		return problem.New(problem.Conflict, "ticket.not_here_today")
	}
	switch row.Action {
	case DoCall:
		if by.Room == "" {
			return problem.Field("room", "request.required")
		}
	case DoTransfer:
		if by.Office == "" && by.OnlyRoom == "" {
			return problem.Field("office", "request.required")
		}
	case DoSendOn:
		if by.Office == "" || by.Service == "" {
			return problem.Field("service", "request.required")
		}
	case DoNoShow:
		return t.calledEnough(by.Policy)
	}
	return nil
}

// movableOn reports whether an action on a ticket of another day makes sense:
// before that day only where nobody need be present, afterwards only what writes
// down what happened.
func (t Ticket) movableOn(a Action, today town.Date) bool {
	switch a {
	case DoCancel, DoTransfer:
		return t.Date > today
	case EnterServed, EnterNoShow, EnterCancelled:
		return t.Date < today
	}
	return false
}

func (t Ticket) calledEnough(p Policy) error {
	remaining := p.CallsToNoShow - t.Calls
	if t.State != Called || remaining <= 0 {
		return nil
	}
	return problem.New(problem.Conflict, "ticket.call_again").With("remaining", remaining)
}

// move carries out a row of the table.
func (t *Ticket) move(row Transition, by Step) {
	t.State = row.To
	t.note(row.Action, by)
	if row.Action == DoSendOn {
		t.sendOn(by)
	}
	if !row.To.Open() {
		t.Room, t.User = "", ""
	}
	switch row.Action {
	case DoCheckIn:
		t.checkIn(by)
	case DoCall:
		t.call(by)
	case DoRecall:
		t.Calls++
		t.CalledAt, t.CallSeq = by.Now, by.Seq
	case DoStart:
		t.StartedAt = by.Now
	case DoTransfer:
		t.transfer(by)
	}
	t.Outcome = row.Ends
	if row.To.Ended() {
		t.EndedAt = by.Now
	}
	if row.To == Cancelled {
		t.Revision++
		t.Before = nil
	}
}

// note adds a step to the path, which other copies of the ticket may share.
func (t *Ticket) note(a Action, by Step) {
	m := Moment{Did: a, At: by.Now}
	if a == DoCall {
		m.Room = by.Room
	}
	t.Path = append(slices.Clip(t.Path), m)
}

// checkIn notes that the person is here. Who comes back after a no-show, or
// past the grace time, queues like somebody who has just arrived, and never
// before the place that was lost.
func (t *Ticket) checkIn(by Step) {
	t.CheckedIn = by.Now
	t.Calls = 0
	t.EndedAt = time.Time{}
	if t.Kind == Appointment && !by.Now.After(t.Start.Add(by.Policy.Grace)) {
		return
	}
	if late := by.Policy.arrived(by.Now); late.After(t.SortAt) {
		t.SortAt = late
	}
}

func (t *Ticket) call(by Step) {
	t.Room, t.User = by.Room, by.User
	t.Calls++
	t.CalledAt, t.CallSeq = by.Now, by.Seq
	t.StartedAt, t.EndedAt = time.Time{}, time.Time{}
	t.Outcome = NoOutcome
}

// transfer sends the ticket to another queue, where calls count anew.
func (t *Ticket) transfer(by Step) {
	if by.Office != "" {
		t.Office = by.Office
	}
	t.OnlyRoom = by.OnlyRoom
	t.Calls = 0
}

// sendOn ends what was done here and queues the same number for the next
// service. The place stays, because the person has waited already.
func (t *Ticket) sendOn(by Step) {
	t.Visits = append(slices.Clip(t.Visits), Visit{
		Office: t.Office, Room: t.Room, CalledAt: t.CalledAt, StartedAt: t.StartedAt, EndedAt: by.Now, Next: by.Service,
	})
	t.Office, t.OnlyRoom = by.Office, ""
	t.Calls = 0
	t.CalledAt, t.StartedAt = time.Time{}, time.Time{}
	if t.CheckedIn.IsZero() {
		t.CheckedIn = by.Now
	}
}

// StateOn returns the state as it reads on a local date. A ticket of an
// earlier date can't be called any more: whoever was never served reads as
// no_show, whoever was being served as done. No job writes that down.
func (t Ticket) StateOn(today town.Date) State {
	if today <= t.Date {
		return t.State
	}
	switch t.State {
	case Booked, Waiting, Parked, Called:
		return NoShow
	case Serving:
		return Done
	}
	return t.State
}

// On returns the ticket as it reads on a local date: see StateOn. What ended
// with its day has no EndedAt, no room and nothing to undo.
func (t Ticket) On(today town.Date) Ticket {
	if today <= t.Date {
		return t
	}
	t.Before = nil
	if t.State.Ended() {
		return t
	}
	if t.State == Serving {
		t.Outcome = Served
	}
	t.State = t.StateOn(today)
	t.Room, t.User = "", ""
	return t
}
