package booking

import (
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
)

// staffGrace is how long after its start staff may still book an appointment:
// for the person who stands at the desk while the telephone rings.
const staffGrace = 15 * time.Minute

// farthestSheet is how many days from now staff book: the horizon binds citizens.
const farthestSheet = 2 * 366

// defaultGrid is the grid of a plan that names none.
const defaultGrid = 10 * 60 // seconds

// sheet works out one date after another for one request. It keeps its
// buffers, so that a whole month costs a handful of allocations.
type sheet struct {
	plan     *Plan
	request  Request
	now      int64 // Unix seconds
	held     int64 // likewise: by it holds are judged
	earliest int64 // first start that may be booked
	today    town.Date
	last     town.Date // that can be booked
	proposed town.Date // last that is proposed unasked: the horizon
	grid     int64     // seconds, > 0
	duration int64     // seconds; below 1 nothing can be booked

	// Of the date worked on:
	windows []window
	closed  []Interval
	pieces  []Interval
	starts  []start
	load    load
	roster  staffed
	steps   []step
}

// window is a stretch of a date within which an appointment may lie: an
// interval of a rule, or what closures leave of it.
type window struct {
	origin   int64 // the interval's opening, where the grid begins
	from, to int64
	capacity Capacity // the most of its steps
	steps    []step   // nil: it stays the same
}

// start is a time at which an appointment may begin by the rules.
type start struct {
	at   int64
	free int // how many can still book it; none or less: full
}

func (p *Plan) sheet(r Request) *sheet {
	s := &sheet{
		plan:     p,
		request:  r,
		now:      r.Now.Unix(),
		held:     r.Now.Unix(),
		today:    town.DateOf(r.Now, p.zone()),
		grid:     int64(p.Grid / time.Second),
		duration: int64(r.Duration / time.Second),
	}
	if s.grid < 1 {
		s.grid = defaultGrid
	}
	if !r.Held.IsZero() {
		s.held = r.Held.Unix()
	}
	if r.Staff {
		s.earliest = ceilUnix(r.Now.Add(-staffGrace))
		s.last, s.proposed = s.today.AddDays(farthestSheet), p.staffHorizon(r.Now)
		return s
	}
	s.earliest = ceilUnix(r.Now.Add(p.lead(r)))
	s.last = p.HorizonEnd(r.Now)
	s.proposed = s.last
	return s
}

// lead is how long after now a citizen's booking starts at the earliest.
func (p *Plan) lead(r Request) time.Duration {
	if r.Kept {
		return 0
	}
	return max(p.Lead, 0)
}

// ceilUnix returns the first whole second that is not before t.
func ceilUnix(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

// open works out the windows of a date, and tells why it has none. The reasons
// come in the order of their constants, but for lead time, which is judged by
// start.
func (s *sheet) open(date town.Date) (Reason, town.Text) {
	s.windows, s.steps = s.windows[:0], s.steps[:0]
	switch {
	case date < s.today:
		return ReasonPast, nil
	case date > s.last:
		return ReasonHorizon, nil
	case !s.offeredOn(date):
		return ReasonNotOffered, nil
	}
	name, holiday := s.plan.holiday(date)
	parts, whole := s.plan.closedParts(s.closed[:0], date, false)
	s.closed = parts
	matched := s.match(date, holiday, whole == nil)
	switch {
	case holiday && !matched.admitted:
		return ReasonHoliday, name
	case whole != nil:
		return ReasonClosure, whole.Reason
	case matched.admitted && len(s.windows) > 0:
		return "", nil
	case matched.fits && len(parts) > 0:
		return ReasonClosure, s.plan.partReason(date)
	case matched.open:
		return ReasonNotOffered, nil
	}
	return ReasonWeekday, nil
}

func (s *sheet) offeredOn(date town.Date) bool {
	r := &s.request
	return (r.First == nil || date >= *r.First) && (r.Last == nil || date <= *r.Last)
}

// matched is what the rules say about a date.
type matched struct {
	open     bool // some service can be booked
	admitted bool // the services wanted can
	fits     bool // their duration fits into an interval, closures apart
}

// match goes through the rules of a date and, where the date isn't closed
// altogether, collects the windows into which the duration fits.
func (s *sheet) match(date town.Date, holiday, collect bool) matched {
	var m matched
	clock := clockOn(date, s.plan.zone())
	s.roster.read(s.plan, date, clock)
	for i := range s.plan.Opening {
		rule := &s.plan.Opening[i]
		if !rule.Pattern.Matches(date) || holiday && !rule.Holidays {
			continue
		}
		m.open = true
		if !rule.admits(s.request.Services) {
			continue
		}
		m.admitted = true
		for _, iv := range rule.Intervals {
			origin, to := clock.span(iv)
			if !s.fits(origin, origin, to) {
				continue
			}
			m.fits = true
			if collect {
				s.collect(clock, iv, origin, rule.Capacity)
			}
		}
	}
	return m
}

// collect adds what closures leave of an interval.
func (s *sheet) collect(clock clock, iv Interval, origin int64, capacity Capacity) {
	s.pieces = cut(s.pieces[:0], iv, s.closed)
	for _, piece := range s.pieces {
		from, to := clock.span(piece)
		if s.fits(origin, from, to) {
			s.windows = append(s.windows, s.window(origin, from, to, capacity))
		}
	}
}

// window is a window with as many counters as the roster says.
func (s *sheet) window(origin, from, to int64, rule Capacity) window {
	w := window{origin: origin, from: from, to: to, capacity: rule}
	if s.roster.silent() {
		return w
	}
	begin := len(s.steps)
	s.steps = s.roster.steps(s.steps, max(from, origin), to, rule)
	own := s.steps[begin:len(s.steps):len(s.steps)]
	w.capacity = own[0].capacity
	if len(own) == 1 {
		return w
	}
	w.steps = own
	for _, st := range own[1:] {
		w.capacity.Staff = max(w.capacity.Staff, st.capacity.Staff)
		w.capacity.Online = max(w.capacity.Online, st.capacity.Online)
	}
	return w
}

// fits reports whether at least one start lies in the window.
func (s *sheet) fits(origin, from, to int64) bool {
	return s.duration > 0 && s.firstStart(origin, from)+s.duration <= to
}

// firstStart returns the first point of the grid that is not before from.
func (s *sheet) firstStart(origin, from int64) int64 {
	if from <= origin {
		return origin
	}
	return origin + (from-origin+s.grid-1)/s.grid*s.grid
}

// fill works out the starts of the date's windows, in order. Windows that
// overlap, of several rules, each offer their own starts; where they offer the
// same, the one with more room counts.
func (s *sheet) fill(spans []Span) {
	s.starts = s.starts[:0]
	for i := range s.windows {
		w := &s.windows[i]
		s.load.measure(s, w, spans)
		for at := s.firstStart(w.origin, w.from); at+s.duration <= w.to; at += s.grid {
			s.starts = append(s.starts, start{at, s.load.free(s, w, at)})
		}
	}
	if s.rising() {
		return
	}
	slices.SortFunc(s.starts, byStart)
	s.starts = slices.CompactFunc(s.starts, func(a, b start) bool { return a.at == b.at })
}

// rising reports whether each start is later than the one before, as it is
// where no windows overlap.
func (s *sheet) rising() bool {
	for i := 1; i < len(s.starts); i++ {
		if s.starts[i].at <= s.starts[i-1].at {
			return false
		}
	}
	return true
}

// byStart orders by time, and of one time the freest first.
func byStart(a, b start) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.free, a.free))
}

// bookable yields the starts of a date that can be booked, in order.
func (s *sheet) bookable(date town.Date, taken Taken) []start {
	if reason, _ := s.open(date); reason != "" {
		return nil
	}
	s.fill(spansOf(taken, date))
	return slices.DeleteFunc(s.starts, func(st start) bool {
		return st.at < s.earliest || st.free < 1
	})
}

func spansOf(taken Taken, date town.Date) []Span {
	if taken == nil {
		return nil
	}
	return taken(date)
}
