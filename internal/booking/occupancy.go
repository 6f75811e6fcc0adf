package booking

import (
	"slices"
	"time"

	"aufruf/internal/town"
)

// Occupancy is one date of an office as those see it who plan it: when it is
// open and why not, and how much of it is booked.
type Occupancy struct {
	Date     town.Date
	Open     []Interval // wall-clock times at which appointments take place; empty: none
	WalkIn   []Interval // likewise for walk-ins
	Planned  []Interval // what the rules say, closures apart
	Holiday  town.Text  // name of the public holiday, worked or not; nil: it is none
	Closures []Closure  // that cover the date, those of walk-ins alone too
	// Why there is no appointment at all: holiday, closure or weekday; empty: it
	// is open.
	Why  Reason
	Text town.Text // the closure's or the holiday's own words, if any

	Stretches    []Stretch // of the open time, in order
	Appointments int       // that touch the date, in open time or not
}

// Stretch is open time through which neither who is there nor what is booked
// changes.
type Stretch struct {
	From, To int64 // Unix seconds
	Staff    int   // appointments at once
	Counters int   // people at once
	Booked   int   // appointments; more than Staff after overbooking
}

// Capacity is the time that appointments can take, of all counters together.
func (o *Occupancy) Capacity() time.Duration {
	return o.sum(func(s *Stretch) int { return s.Staff })
}

// Booked is how much of Capacity is taken: what was booked beyond the staff's
// limit takes none of it.
func (o *Occupancy) Booked() time.Duration {
	return o.sum(func(s *Stretch) int { return min(s.Booked, s.Staff) })
}

func (o *Occupancy) sum(of func(*Stretch) int) time.Duration {
	seconds := int64(0)
	for i := range o.Stretches {
		s := &o.Stretches[i]
		seconds += (s.To - s.From) * int64(of(s))
	}
	return time.Duration(seconds) * time.Second
}

// Occupancy returns how the dates from one to another stand, both inclusive: one
// entry per date, in order. It counts appointments; holds, which are over in
// minutes, are none. Who is there is what the roster says; where several rules are
// open at once, the one with most room counts, as it does for who books.
func (p *Plan) Occupancy(from, to town.Date, taken Taken) []Occupancy {
	if to < from {
		return nil
	}
	dates := make([]Occupancy, 0, to-from+1)
	for date := from; date <= to; date++ {
		dates = append(dates, p.occupancy(date, spansOf(taken, date)))
	}
	return dates
}

func (p *Plan) occupancy(date town.Date, spans []Span) Occupancy {
	name, holiday := p.holiday(date)
	_, whole := p.closedParts(nil, date, false)
	o := Occupancy{Date: date, Holiday: name, WalkIn: p.hours(p.WalkIn, date, true)}
	for i := range p.Closures {
		if p.Closures[i].covers(date) {
			o.Closures = append(o.Closures, p.Closures[i])
		}
	}
	for i := range p.Opening {
		if rule := &p.Opening[i]; rule.Pattern.Matches(date) && (!holiday || rule.Holidays) {
			o.Planned = append(o.Planned, rule.Intervals...)
		}
	}
	o.Planned, o.Open = join(o.Planned), p.OpenIntervals(date)
	o.because(name, whole, p.partReason(date))
	for i := range spans {
		if spans[i].booked() {
			o.Appointments++
		}
	}
	o.Stretches = stretches(p.openWindows(date), spans)
	return o
}

// because says why there is no appointment: a date on which nothing was planned
// anyway isn't closed by a closure.
func (o *Occupancy) because(holiday town.Text, whole *Closure, part town.Text) {
	switch {
	case len(o.Planned) == 0 && o.Holiday != nil:
		o.Why, o.Text = ReasonHoliday, holiday
	case len(o.Planned) == 0:
		o.Why = ReasonWeekday
	case whole != nil:
		o.Why, o.Text = ReasonClosure, whole.Reason
	case len(o.Open) == 0:
		o.Why, o.Text = ReasonClosure, part
	}
}

// booked reports whether a span is an appointment's.
func (span *Span) booked() bool { return span.Expires == 0 && !span.Cooling }

// stretches cuts open time wherever a window or an appointment begins or ends.
func stretches(windows []window, spans []Span) []Stretch {
	if len(windows) == 0 {
		return nil
	}
	begins, ends := edgesOf(spans)
	edges := slices.Concat(begins, ends)
	for i := range windows {
		edges = append(edges, windows[i].from, windows[i].to)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var cutUp []Stretch
	begun, over := 0, 0
	for i := 1; i < len(edges); i++ {
		from := edges[i-1]
		for begun < len(begins) && begins[begun] <= from {
			begun++
		}
		for over < len(ends) && ends[over] <= from {
			over++
		}
		if s, open := openBetween(from, edges[i], windows); open {
			s.Booked = begun - over
			cutUp = appendStretch(cutUp, s)
		}
	}
	return cutUp
}

// edgesOf returns when appointments begin, and when they end, in order.
func edgesOf(spans []Span) (begins, ends []int64) {
	begins, ends = make([]int64, 0, len(spans)), make([]int64, 0, len(spans))
	for i := range spans {
		if span := &spans[i]; span.booked() {
			begins, ends = append(begins, span.From), append(ends, span.To)
		}
	}
	slices.Sort(begins)
	slices.Sort(ends)
	return begins, ends
}

// openBetween returns who is there between two edges; false: nobody is.
func openBetween(from, to int64, windows []window) (Stretch, bool) {
	s, open := Stretch{From: from, To: to}, false
	for i := range windows {
		if w := &windows[i]; w.from <= from && to <= w.to {
			open = true
			s.Staff, s.Counters = max(s.Staff, w.capacity.Staff), max(s.Counters, w.capacity.Counters)
		}
	}
	return s, open
}

// appendStretch lengthens the last stretch where the next one is the same.
func appendStretch(all []Stretch, s Stretch) []Stretch {
	if n := len(all); n > 0 {
		last := &all[n-1]
		if last.To == s.From && last.Staff == s.Staff && last.Counters == s.Counters && last.Booked == s.Booked {
			last.To = s.To
			return all
		}
	}
	return append(all, s)
}
