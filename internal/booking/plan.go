// Package booking decides when an office can be booked: opening rules,
// closures, public holidays, nested capacity, lead time and horizon on one
// side, the spans already taken on the other. It is pure: now is an argument,
// there is no clock, no randomness and no I/O, and it does not know who books.
package booking

import (
	"time"

	"aufruf/internal/town"
)

// Plan is everything that decides when one office can be booked.
type Plan struct {
	Zone     *time.Location
	Grid     time.Duration  // starts lie on this grid from the interval's opening
	Opening  []OpeningRule  // when appointments take place
	WalkIn   []OpeningRule  // when walk-ins are admitted; capacity is ignored
	Closures []Closure      // of the office and of its branch together
	Holidays Holidays       // public holidays; nil for none
	Roster   Roster         // who serves, where the rules' counters don't hold
	Rooms    []town.RoomID  // counters in use, that neighbours may take
	Lead     time.Duration  // an online booking starts at least this much after now
	Horizon  int            // days after today that are open for booking
	Release  town.TimeOfDay // the horizon's last day opens at this local time

	Neighbours []Neighbour // offices that list counters of this one and have a roster
}

// OpeningRule says on which dates an office is open at which times, and how
// many people it can serve at once.
type OpeningRule struct {
	Pattern   Pattern
	Intervals []Interval
	Capacity  Capacity
	Services  []town.ServiceID // only these; empty: every service of the office
	Holidays  bool             // open on public holidays too
}

// Pattern chooses dates. A date matches when it lies within From..To and is
// named in Dates, or falls on one of Weekdays in a week that Every, Anchor and
// Nth admit.
type Pattern struct {
	Weekdays []time.Weekday
	Every    int         // every n weeks, counted from Anchor's week (Monday first); 0 and 1: each
	Anchor   town.Date   // any date in a week that matches, for Every > 1
	Nth      []int       // only the n-th such weekday of the month, 1 to 5, -1 the last; empty: each
	Dates    []town.Date // explicit dates, in addition
	From, To *town.Date  // first and last date, both inclusive; nil: unbounded
	Except   []DateSpan  // never on these dates, named in Dates or not
}

// DateSpan names dates of a span.
type DateSpan struct {
	From, To town.Date      // both inclusive
	Weekdays []time.Weekday // only these; empty: each
}

// Interval is a span of wall-clock time on one day, From before To.
type Interval struct {
	From town.TimeOfDay
	To   town.TimeOfDay
}

// Capacity is nested: 0 <= Online <= Staff <= Counters. At every moment at
// most Online appointments booked online and at most Staff appointments in all
// (holds included) overlap; what is left of Counters is for walk-ins.
type Capacity struct {
	Online   int
	Staff    int
	Counters int
}

// Closure closes whole days, or the same interval on each of them.
type Closure struct {
	From, To   town.Date // both inclusive
	Part       *Interval // nil: the whole day
	WalkInOnly bool      // only walk-ins are suspended
	Reason     town.Text // shown to citizens
}

// Holidays names public holidays.
type Holidays interface {
	// Holiday returns the name of the public holiday on a date, if it is one.
	Holiday(date town.Date) (name town.Text, ok bool)
}

// Span is a stretch of an office's time that is taken by an appointment or by
// a hold. Times are Unix seconds.
type Span struct {
	From, To int64
	Expires  int64 // a hold counts while Held < Expires; 0: an appointment
	Online   bool  // booked under the online limit
	Cooling  bool  // given back and not free again online yet: takes an online place and nobody's time
}

// Taken returns the spans of the office that touch a local date, in any order.
// The caller's slice is not changed.
type Taken func(date town.Date) []Span

// Request is what somebody wants to book.
type Request struct {
	Now      time.Time
	Held     time.Time        // instant by which holds count or are over; zero: Now
	Duration time.Duration    // of all services with their quantities
	Services []town.ServiceID // for rules that admit only some services
	First    *town.Date       // first and last date on which these services are
	Last     *town.Date       // offered; nil: unbounded
	Staff    bool             // the staff limit counts; lead time, horizon and release do not
	Kept     bool             // a hold keeps the start: lead time was judged when it was taken
}

// DayState tells a day of the calendar sheet.
type DayState string

// The states of a day.
const (
	DayFree   DayState = "free"
	DayFull   DayState = "full"
	DayClosed DayState = "closed"
)

// Reason tells why a day is closed.
type Reason string

// The reasons of contract.md, strongest first.
const (
	ReasonPast       Reason = "past"
	ReasonHorizon    Reason = "horizon"
	ReasonNotOffered Reason = "not_offered"
	ReasonHoliday    Reason = "holiday"
	ReasonClosure    Reason = "closure"
	ReasonWeekday    Reason = "weekday"
	ReasonLeadTime   Reason = "lead_time"
)

// Day is one day of the calendar sheet.
type Day struct {
	Date   town.Date
	State  DayState
	Free   int       // bookable starts
	Reason Reason    // of a closed day
	Text   town.Text // the town's or the holiday's own words, if any
}

// Slot is a bookable start.
type Slot struct {
	Start, End time.Time // in the office's zone
	Free       int       // how many can still book this start
}
