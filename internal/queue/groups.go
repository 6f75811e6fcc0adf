package queue

import "time"

// Group is one of the groups in which whoever still is to be called is shown, at
// desks, at reception and in figures alike.
type Group int

// The groups. A count of people who wait is of the first.
const (
	Present  Group = iota // in the house, as far as anybody knows, and waits
	Expected              // an appointment; nobody has said that the person is here
	Overdue               // the same, and later than the grace time
	Aside                 // put aside
)

// Group returns the group of a ticket that is in line or put aside.
func (t Ticket) Group(now time.Time, p Policy) Group {
	switch {
	case t.State == Parked:
		return Aside
	case t.Here():
		return Present
	case now.After(t.Start.Add(p.Grace)):
		return Overdue
	}
	return Expected
}

// WaitsSince is when a person's wait began: who came early waits from their time
// on, who was sent on since then.
func (t Ticket) WaitsSince() time.Time {
	if since := t.InLineSince(); since.After(t.Start) {
		return since
	}
	return t.Start
}

// Minutes are the whole minutes from an instant to now; none where the clock
// stands before what is on record.
func Minutes(since, now time.Time) int { return int(max(0, now.Sub(since)) / time.Minute) }
