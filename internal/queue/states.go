package queue

import (
	"slices"

	"aufruf/internal/problem"
)

// Action is a step that moves a ticket from one state to another.
type Action string

// The actions. DoUndo is in no row of the table: it restores what stood before.
const (
	DoCheckIn  Action = "check_in" // this person is here
	DoCall     Action = "call"     // to a room
	DoRecall   Action = "recall"   // once more, to the same room
	DoStart    Action = "start"    // this person has come
	DoFinish   Action = "finish"   // done; allowed on a ticket that was only called
	DoAssume   Action = "assume"   // the desk goes on to the next without a word
	DoNoShow   Action = "no_show"
	DoPark     Action = "park"
	DoUnpark   Action = "unpark" // back to the queue
	DoTransfer Action = "transfer"
	DoSendOn   Action = "send_on" // served here, and back in line for a second service
	DoCancel   Action = "cancel"
	DoUndo     Action = "undo"
)

// The actions that write down what happened by hand while the program was away,
// on the day itself or later.
const (
	EnterServed    Action = "enter_served"
	EnterNoShow    Action = "enter_no_show"
	EnterCancelled Action = "enter_cancelled"
)

// Transition is one row of the table of states. Only an ended ticket with the
// outcome When takes the row; NoOutcome admits every ticket in the state.
type Transition struct {
	From   State
	When   Outcome
	Action Action
	To     State
	Ends   Outcome // the outcome that the step gives; NoOutcome where To isn't done
}

// transitions is the one table of states; docs/queue-states.md draws it and a
// test compares the two. A pair of state and action that isn't here is refused
// with the key that refusal gives.
var transitions = [...]Transition{
	{From: Booked, Action: DoCheckIn, To: Waiting},
	{From: Booked, Action: DoCall, To: Called},
	{From: Booked, Action: DoTransfer, To: Booked},
	{From: Booked, Action: DoCancel, To: Cancelled},

	{From: Waiting, Action: DoCall, To: Called},
	{From: Waiting, Action: DoPark, To: Parked},
	{From: Waiting, Action: DoTransfer, To: Waiting},
	{From: Waiting, Action: DoCancel, To: Cancelled},

	{From: Called, Action: DoRecall, To: Called},
	{From: Called, Action: DoStart, To: Serving},
	{From: Called, Action: DoFinish, To: Done, Ends: Served},
	{From: Called, Action: DoAssume, To: Done, Ends: Assumed},
	{From: Called, Action: DoNoShow, To: NoShow},
	{From: Called, Action: DoPark, To: Parked},
	{From: Called, Action: DoTransfer, To: Waiting},
	{From: Called, Action: DoSendOn, To: Waiting},

	{From: Serving, Action: DoFinish, To: Done, Ends: Served},
	{From: Serving, Action: DoAssume, To: Done, Ends: Served},
	{From: Serving, Action: DoPark, To: Parked},
	{From: Serving, Action: DoTransfer, To: Waiting},
	{From: Serving, Action: DoSendOn, To: Waiting},

	{From: Parked, Action: DoCall, To: Called},
	{From: Parked, Action: DoUnpark, To: Waiting},
	{From: Parked, Action: DoTransfer, To: Parked},
	{From: Parked, Action: DoNoShow, To: NoShow},
	{From: Parked, Action: DoCancel, To: Cancelled},

	{From: Booked, Action: EnterServed, To: Done, Ends: Served},
	{From: Waiting, Action: EnterServed, To: Done, Ends: Served},
	{From: Called, Action: EnterServed, To: Done, Ends: Served},
	{From: Serving, Action: EnterServed, To: Done, Ends: Served},
	{From: Parked, Action: EnterServed, To: Done, Ends: Served},
	{From: NoShow, Action: EnterServed, To: Done, Ends: Served},
	{From: Done, When: Assumed, Action: EnterServed, To: Done, Ends: Served},
	{From: Booked, Action: EnterNoShow, To: NoShow},
	{From: Waiting, Action: EnterNoShow, To: NoShow},
	{From: Called, Action: EnterNoShow, To: NoShow},
	{From: Parked, Action: EnterNoShow, To: NoShow},
	{From: Done, When: Assumed, Action: EnterNoShow, To: NoShow},
	{From: Booked, Action: EnterCancelled, To: Cancelled},
	{From: Waiting, Action: EnterCancelled, To: Cancelled},
	{From: Parked, Action: EnterCancelled, To: Cancelled},
	{From: NoShow, Action: EnterCancelled, To: Cancelled},

	{From: Done, When: Assumed, Action: DoCall, To: Called},
	{From: NoShow, Action: DoCheckIn, To: Waiting},
}

// Open reports whether the ticket occupies a room: called or serving.
func (s State) Open() bool { return s == Called || s == Serving }

// Allows reports whether the table has a step from the state, whatever the
// outcome. Apply judges the rest.
func (s State) Allows(a Action) bool {
	return slices.ContainsFunc(transitions[:], func(row Transition) bool { return row.From == s && row.Action == a })
}

// Ended reports whether the ticket is over for now: done, no_show, cancelled.
func (s State) Ended() bool { return s == Done || s == NoShow || s == Cancelled }

// transition returns the row that an action takes from a state, or the
// Conflict that says why there is none.
func transition(s State, outcome Outcome, a Action) (Transition, error) {
	for _, row := range transitions {
		if row.From == s && row.Action == a && (row.When == NoOutcome || row.When == outcome) {
			return row, nil
		}
	}
	return Transition{}, problem.New(problem.Conflict, refusal(s, a))
}

// refusal returns the key for an action that a state forbids. What the ticket
// is says more than what the action wanted, so the state speaks first.
func refusal(s State, a Action) string {
	switch s {
	case Cancelled:
		return "ticket.cancelled"
	case Done:
		return "ticket.done"
	case NoShow:
		return "ticket.no_show"
	}
	switch a {
	case DoCheckIn:
		return "ticket.already_here"
	case DoUnpark:
		return "ticket.not_parked"
	case DoPark:
		return refusalToPark(s)
	case DoCall, DoCancel, EnterCancelled:
		return "ticket.already_called"
	}
	if s == Serving {
		return "ticket.already_started"
	}
	return "ticket.not_called"
}

func refusalToPark(s State) string {
	if s == Parked {
		return "ticket.already_parked"
	}
	return "ticket.not_here_yet"
}
