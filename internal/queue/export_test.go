package queue

import "slices"

// Transitions returns the table of states, in the order of the documentation.
func Transitions() []Transition { return slices.Clone(transitions[:]) }

// States returns every state, in the order of a ticket's life.
func States() []State {
	return []State{Booked, Waiting, Called, Serving, Parked, Done, NoShow, Cancelled}
}

// Actions returns every action, DoUndo included.
func Actions() []Action {
	return []Action{DoCheckIn, DoCall, DoRecall, DoStart, DoFinish, DoAssume, DoNoShow,
		DoPark, DoUnpark, DoTransfer, DoSendOn, DoCancel, EnterServed, EnterNoShow, EnterCancelled, DoUndo}
}
