package booking

import (
	"slices"
	"time"

	"aufruf/internal/town"
)

// Unfit tells why an appointment no longer fits the plan; empty: it fits. The
// values are the reasons of the public interface.
type Unfit string

// Why an appointment no longer fits, strongest first.
const (
	BranchGone   Unfit = "branch_gone"
	OfficeGone   Unfit = "office_gone"
	ServiceGone  Unfit = "service_gone"
	Combination  Unfit = "combination"     // its services no longer go together
	NotOnThisDay Unfit = "not_on_this_day" // its services aren't offered then
	Closed       Unfit = "closed"
	OutsideHours Unfit = "outside_hours"
	OverCapacity Unfit = "over_capacity"
)

// Standing is an appointment that stands, as the plan judges it again.
type Standing struct {
	Start, End  time.Time
	Services    []town.ServiceID
	First, Last *town.Date // first and last date on which these are offered; nil: unbounded
	// Gone says what of the catalogue is no longer there; the plan then doesn't
	// judge it, and it takes nobody's place.
	Gone Unfit
	// Settled appointments stay whatever the plan says, and take their place: who
	// was called already or is kept deliberately.
	Settled bool
	// Overbooked ones stay however many there are, for that was decided; not where
	// it is closed, or what they are for is gone.
	Overbooked bool
}

// Unfit judges the appointments of an office and a local date, in the order in
// which they were created, and returns for each why it no longer fits.
//
// One fits where an open interval for its services still holds all of it and at
// each of its moments it and those before it that fit are at most the staff limit:
// of too many, those created last don't fit. Whoever doesn't fit takes nobody's
// place, so that once those are gone all others are right where they are. Grid,
// lead time and horizon bind whoever books, not what stands; holds don't count.
func (p *Plan) Unfit(date town.Date, standing []Standing) []Unfit {
	j := p.judge(date)
	judged := make([]Unfit, len(standing))
	for i := range standing {
		judged[i] = j.judge(&standing[i])
	}
	return judged
}

// judge holds what the plan says about one date, and who fits so far.
type judge struct {
	plan     *Plan
	date     town.Date
	clock    clock
	holiday  bool
	allDay   bool // closed
	closed   []Interval
	pieces   []Interval
	accepted []stretch
	roster   staffed
	rules    []Capacity // of the appointment looked at
}

// stretch is from an instant to another, in Unix seconds.
type stretch struct{ from, to int64 }

func (s stretch) holds(other stretch) bool { return s.from <= other.from && other.to <= s.to }

func (p *Plan) judge(date town.Date) *judge {
	j := &judge{plan: p, date: date, clock: clockOn(date, p.zone())}
	_, j.holiday = p.holiday(date)
	parts, whole := p.closedParts(nil, date, false)
	j.closed, j.allDay = parts, whole != nil
	j.roster.read(p, date, j.clock)
	return j
}

func (j *judge) judge(s *Standing) Unfit {
	if s.Gone != "" && !s.Settled {
		return s.Gone
	}
	own := stretch{s.Start.Unix(), ceilUnix(s.End)}
	if !s.Settled {
		rules, why := j.rulesFor(s, own)
		if why != "" {
			return why
		}
		if !s.Overbooked && !slices.ContainsFunc(rules, func(rule Capacity) bool { return j.hasRoom(rule, own) }) {
			return OverCapacity
		}
	}
	j.accepted = append(j.accepted, own)
	return ""
}

// rulesFor returns what the rules allow whose intervals hold an appointment, or
// why none does.
func (j *judge) rulesFor(s *Standing, own stretch) (rules []Capacity, why Unfit) {
	if s.First != nil && j.date < *s.First || s.Last != nil && j.date > *s.Last {
		return nil, NotOnThisDay
	}
	f := j.found(s.Services, own)
	switch {
	case len(f.rules) > 0:
		return f.rules, ""
	case f.open && !f.admitted && !j.allDay:
		return nil, NotOnThisDay
	case j.allDay || j.holiday && !f.admitted || f.inHours:
		return nil, Closed
	}
	return nil, OutsideHours
}

// found is what the rules of the date say about an appointment.
type found struct {
	open     bool       // for some service
	admitted bool       // for its services
	inHours  bool       // within an interval, closures apart
	rules    []Capacity // of the intervals of which closures leave all of it
}

func (j *judge) found(services []town.ServiceID, own stretch) found {
	f := found{rules: j.rules[:0]}
	for i := range j.plan.Opening {
		rule := &j.plan.Opening[i]
		if !rule.Pattern.Matches(j.date) || j.holiday && !rule.Holidays {
			continue
		}
		f.open = true
		if !rule.admits(services) {
			continue
		}
		f.admitted = true
		for _, iv := range rule.Intervals {
			j.look(&f, iv, rule.Capacity, own)
		}
	}
	j.rules = f.rules
	return f
}

func (j *judge) look(f *found, iv Interval, capacity Capacity, own stretch) {
	if !j.stretchOf(iv).holds(own) {
		return
	}
	f.inHours = true
	if j.allDay {
		return
	}
	j.pieces = cut(j.pieces[:0], iv, j.closed)
	if slices.ContainsFunc(j.pieces, func(piece Interval) bool { return j.stretchOf(piece).holds(own) }) {
		f.rules = append(f.rules, capacity)
	}
}

func (j *judge) stretchOf(iv Interval) stretch {
	from, to := j.clock.span(iv)
	return stretch{from, to}
}

// hasRoom reports whether a rule's capacity, as the roster has it, leaves room for
// an appointment at each of its moments: more of those who fit can be there only
// where one of them begins, fewer counters only where the roster changes.
func (j *judge) hasRoom(rule Capacity, own stretch) bool {
	if !j.roomAt(rule, own.from) {
		return false
	}
	for _, other := range j.accepted {
		if own.from < other.from && other.from < own.to && !j.roomAt(rule, other.from) {
			return false
		}
	}
	for _, edge := range j.roster.edges {
		if own.from < edge && edge < own.to && !j.roomAt(rule, edge) {
			return false
		}
	}
	return true
}

func (j *judge) roomAt(rule Capacity, moment int64) bool {
	return j.at(moment) < j.roster.at(moment, rule).Staff
}

// at returns how many of those who fit are served at a moment.
func (j *judge) at(moment int64) int {
	n := 0
	for _, other := range j.accepted {
		if other.from <= moment && moment < other.to {
			n++
		}
	}
	return n
}
