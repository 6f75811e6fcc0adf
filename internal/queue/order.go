package queue

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"aufruf/internal/town"
)

// PriorityStep is how much earlier one step of priority sorts.
const PriorityStep = 10 * time.Minute

// longestDay is the longest local day there is: the one with 25 hours, when
// the clocks go back.
const longestDay = 25 * time.Hour

// Policy is how an office orders its queue.
type Policy struct {
	Handicap                time.Duration // a walk-in sorts this long after its arrival
	After                   bool          // walk-ins come strictly after appointments; Handicap is ignored
	Grace                   time.Duration // an appointment that checks in later than this sorts as if it had just arrived
	CallableBefore          time.Duration // an appointment is callable this long before its start
	CallableBeforeCheckedIn time.Duration // the same once it has checked in
	CallsToNoShow           int           // calls before a no-show may be marked; 0 and 1: one
}

// DefaultPolicy is the order of a new office.
func DefaultPolicy() Policy {
	return Policy{
		Handicap:                30 * time.Minute,
		Grace:                   5 * time.Minute,
		CallableBefore:          5 * time.Minute,
		CallableBeforeCheckedIn: 15 * time.Minute,
		CallsToNoShow:           1,
	}
}

// SortTime returns the sort time of a new ticket: an appointment's start, a
// walk-in's arrival plus the handicap.
func SortTime(kind Kind, start, arrival time.Time, p Policy) time.Time {
	if kind == Appointment {
		return start
	}
	return p.arrived(arrival)
}

// arrived returns the sort time of somebody without a claim to a time.
func (p Policy) arrived(at time.Time) time.Time {
	if p.After {
		return at.Add(longestDay)
	}
	return at.Add(p.Handicap)
}

// Due returns when a ticket's turn is due as people read it: its sort time, but
// never beyond its own day. Who comes strictly after appointments has no time of
// the clock; it is due with the day's last minute.
func (t Ticket) Due(zone *time.Location) time.Time {
	last := t.Date.AddDays(1).Start(zone).Add(-time.Minute)
	if t.SortAt.After(last) {
		return last
	}
	return t.SortAt
}

// Compare orders tickets of one branch and date for calling, and returns a
// negative number where a comes first. The order is total: by sort time, each
// step of priority ten minutes earlier, then by creation, then by number. Now
// is in no key, so the order of two tickets never changes by waiting.
func Compare(a, b Ticket) int { return a.compare(&b) }

func (t *Ticket) compare(other *Ticket) int {
	return cmp.Or(
		t.effective().Compare(other.effective()),
		cmp.Compare(t.Order, other.Order),
		cmp.Compare(t.Number, other.Number),
	)
}

// effective is the sort time with priority counted in.
func (t *Ticket) effective() time.Time {
	return t.SortAt.Add(-time.Duration(t.Priority) * PriorityStep)
}

// CallableFrom returns from when "call next" considers the ticket; the zero
// time for a walk-in, which is callable at once even where the clock stands
// before its arrival, and for whoever was called or sent on today: a desk has
// had them, so their own time no longer keeps them back. Calling a number by
// name is bound by nothing.
func (t Ticket) CallableFrom(p Policy) time.Time {
	if t.Kind != Appointment || !t.CalledAt.IsZero() || len(t.Visits) > 0 {
		return time.Time{}
	}
	if t.CheckedIn.IsZero() {
		return t.Start.Add(-p.CallableBefore)
	}
	return t.Start.Add(-p.CallableBeforeCheckedIn)
}

// Want is what a room asks for.
type Want struct {
	Room     town.RoomID
	Offices  []town.OfficeID            // whose people the room takes
	PolicyOf func(town.OfficeID) Policy // nil: DefaultPolicy for each
}

// Next returns the ticket that the room calls next, the first of Candidates;
// nil: nobody is waiting.
func Next(tickets iter.Seq[*Ticket], now time.Time, today town.Date, want Want) *Ticket {
	var best *Ticket
	for t := range tickets {
		if want.admits(t, now, today) && (best == nil || t.compare(best) < 0) {
			best = t
		}
	}
	return best
}

// Candidates returns the tickets that the room may call now, in call order:
// booked or waiting, of today, callable, of one of the offices or transferred
// to this very room, and not transferred to another.
func Candidates(tickets []Ticket, now time.Time, today town.Date, want Want) []Ticket {
	var found []Ticket
	for i := range tickets {
		if want.admits(&tickets[i], now, today) {
			found = append(found, tickets[i])
		}
	}
	slices.SortFunc(found, Compare)
	return found
}

func (w Want) admits(t *Ticket, now time.Time, today town.Date) bool {
	if t.Date != today || !t.InLine() || !w.reaches(t) {
		return false
	}
	return !now.Before(t.CallableFrom(w.policy(t.Office)))
}

func (w Want) reaches(t *Ticket) bool {
	if t.OnlyRoom != "" {
		return t.OnlyRoom == w.Room
	}
	return slices.Contains(w.Offices, t.Office)
}

func (w Want) policy(office town.OfficeID) Policy {
	if w.PolicyOf == nil {
		return DefaultPolicy()
	}
	return w.PolicyOf(office)
}

// InLine reports whether the ticket still is to be called: booked or waiting.
func (t *Ticket) InLine() bool { return t.State == Booked || t.State == Waiting }

// Ahead counts the tickets of the same office and date that come before t in
// call order and still are to be called. Booked ones count whether or not they
// are callable or checked in: each has a right to its turn. So the count only
// falls, but for an appointment, a priority or a transfer that sorts earlier.
func Ahead(tickets iter.Seq[*Ticket], t *Ticket) int {
	ahead := 0
	for other := range tickets {
		if other.ID == t.ID || other.Office != t.Office || other.Date != t.Date || !other.InLine() {
			continue
		}
		if other.compare(t) < 0 {
			ahead++
		}
	}
	return ahead
}
