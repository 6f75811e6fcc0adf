package booking

import (
	"cmp"
	"slices"

	"aufruf/internal/town"
)

// Roster says how many counters of an office are staffed. Where it says nothing
// the rules' own counters hold. It opens nothing: it counts while a rule is open.
//
// What it says about a moment is read in order, the week first: a number or named
// counters replace all that was said before, a counter that is off takes one away,
// more adds. So of two that contradict each other the one that came last counts.
type Roster struct {
	Week       []Shift     // the usual week, in the order of the file
	Exceptions []Exception // in the order in which they were made, the newest last
}

// Shift says who serves on the dates of a pattern.
type Shift struct {
	Pattern Pattern
	Part    *Interval // nil: all day
	Staffing
}

// Staffing is how many counters serve at once: a number of them, or named ones.
type Staffing struct {
	Counters      int
	Rooms         []town.RoomID // these; Counters then doesn't count
	Staff, Online *int          // nil: in the rule's proportion
}

// Exception changes the counters of some dates. Exactly one of Staffing, Off and
// More is set.
type Exception struct {
	From, To town.Date // both inclusive
	Part     *Interval // nil: all day
	Staffing *Staffing
	Off      []town.RoomID // counters that nobody staffs
	More     int           // so many counters more; below 0: fewer
	Reason   string        // for staff
}

// Neighbour is the roster of another office of the branch: a counter that both
// list counts for the one that names it.
type Neighbour struct {
	Roster
	First bool // it keeps a counter that both name
}

// Count returns how many counters there are.
func (s *Staffing) Count() int {
	if len(s.Rooms) > 0 {
		return len(s.Rooms)
	}
	return s.Counters
}

// statement is one sentence of a roster about a date.
type statement struct {
	part     *Interval
	staffing *Staffing
	off      []town.RoomID
	more     int
}

// on appends what a roster says about a date, in order.
func (r *Roster) on(date town.Date, statements []statement) []statement {
	for i := range r.Week {
		if s := &r.Week[i]; s.Pattern.Matches(date) {
			statements = append(statements, statement{part: s.Part, staffing: &s.Staffing})
		}
	}
	for i := range r.Exceptions {
		if e := &r.Exceptions[i]; e.Covers(date) {
			statements = append(statements, statement{e.Part, e.Staffing, e.Off, e.More})
		}
	}
	return statements
}

// Covers reports whether an exception says something about a date.
func (e *Exception) Covers(date town.Date) bool { return e.From <= date && date <= e.To }

// said is what a roster says about one moment.
type said struct {
	staffing *Staffing // nil: the rule's
	off      []town.RoomID
	more     int
}

// sum reads statements in order, as they hold at a time of the day.
func sum(statements []statement, tod town.TimeOfDay) said {
	var s said
	for i := range statements {
		st := &statements[i]
		if st.part != nil && (tod < st.part.From || st.part.To <= tod) {
			continue
		}
		if st.staffing != nil {
			s = said{staffing: st.staffing}
			continue
		}
		s.more += st.more
		for _, room := range st.off {
			if !slices.Contains(s.off, room) {
				s.off = append(s.off, room)
			}
		}
	}
	return s
}

// names reports whether a roster names a counter and nobody took it away.
func (s *said) names(room town.RoomID) bool {
	return s.explicit() && slices.Contains(s.staffing.Rooms, room) && !slices.Contains(s.off, room)
}

// explicit reports whether counters are named.
func (s *said) explicit() bool { return s.staffing != nil && len(s.staffing.Rooms) > 0 }

// count returns how many counters serve where a rule has some of its own.
func (s *said) count(rule int) int {
	switch {
	case s.explicit():
		n := s.more
		for _, room := range s.staffing.Rooms {
			if s.names(room) {
				n++
			}
		}
		return n
	case s.staffing != nil:
		return s.staffing.Counters + s.more - len(s.off)
	}
	return rule + s.more - len(s.off)
}

// capacity returns what a rule's capacity becomes with so many counters.
func (s *said) capacity(rule Capacity, counters int) Capacity {
	counters = max(0, counters)
	staff, online := share{rule.Staff, rule.Counters}, share{rule.Online, rule.Counters}
	if s.staffing != nil && s.staffing.Staff != nil {
		staff = share{*s.staffing.Staff, s.staffing.Count()}
	}
	if s.staffing != nil && s.staffing.Online != nil {
		online = share{*s.staffing.Online, s.staffing.Count()}
	}
	c := Capacity{Staff: min(staff.among(counters), counters), Counters: counters}
	c.Online = min(online.among(counters), c.Staff)
	return c
}

// share is some of so many counters.
type share struct{ limit, of int }

// among keeps the proportion among other counters, rounded down, but one stays
// while there is any.
func (s share) among(counters int) int {
	if s.limit < 1 || counters < 1 {
		return 0
	}
	return max(1, s.limit*counters/cmp.Or(s.of, s.limit))
}

// staffed is what the rosters say about one date of an office.
type staffed struct {
	plan       *Plan
	clock      clock
	own        []statement
	neighbours []neighbourOn
	edges      []int64     // instants within the date at which it may change
	others     []statement // of all neighbours
	theirs     []said      // by neighbours, at the moment looked at
}

// neighbourOn is what another office's roster says about the date.
type neighbourOn struct {
	first      bool
	statements []statement
}

// read works out a date, in the buffers that are there.
func (d *staffed) read(p *Plan, date town.Date, c clock) {
	d.plan, d.clock = p, c
	d.own = p.Roster.on(date, d.own[:0])
	d.neighbours, d.others, d.edges = d.neighbours[:0], d.others[:0], d.edges[:0]
	for i := range p.Neighbours {
		n, begin := &p.Neighbours[i], len(d.others)
		d.others = n.on(date, d.others)
		if statements := d.others[begin:]; len(statements) > 0 {
			d.neighbours = append(d.neighbours, neighbourOn{n.First, statements})
		}
	}
	d.edge(d.own)
	for _, n := range d.neighbours {
		d.edge(n.statements)
	}
	if len(d.edges) == 0 {
		return
	}
	if at, ok := c.change(); ok {
		d.edges = append(d.edges, at)
	}
	slices.Sort(d.edges)
	d.edges = slices.Compact(d.edges)
}

func (d *staffed) edge(statements []statement) {
	for _, s := range statements {
		if s.part == nil {
			continue
		}
		for _, tod := range []town.TimeOfDay{s.part.From, s.part.To} {
			first, last := d.clock.at(tod)
			d.edges = append(d.edges, first, last)
		}
	}
}

// silent reports whether the rules' own capacity holds all day.
func (d *staffed) silent() bool { return len(d.own) == 0 && len(d.neighbours) == 0 }

// at returns what a rule's capacity is at an instant. A part of a day holds
// whenever the wall clock shows one of its minutes, twice where they come twice.
func (d *staffed) at(unix int64, rule Capacity) Capacity {
	if d.silent() {
		return rule
	}
	tod := d.clock.shows(unix)
	own := sum(d.own, tod)
	counters := own.count(rule.Counters) - d.elsewhere(&own, rule.Counters, tod)
	if own.staffing == nil && counters == rule.Counters {
		return rule
	}
	return own.capacity(rule, counters)
}

// elsewhere returns how many of the office's counters serve another office at a
// time: of those that it names itself the ones that go to whoever is first, else
// those that are more than it can spare.
func (d *staffed) elsewhere(own *said, rule int, tod town.TimeOfDay) int {
	d.theirs = d.theirs[:0]
	for _, n := range d.neighbours {
		if n.first || !own.explicit() {
			d.theirs = append(d.theirs, sum(n.statements, tod))
		}
	}
	if len(d.theirs) == 0 {
		return 0
	}
	if own.explicit() {
		return d.taken(own.staffing.Rooms, own)
	}
	spare := max(0, len(d.plan.Rooms)-max(0, own.count(rule)))
	return max(0, d.taken(d.plan.Rooms, nil)-spare)
}

// taken counts counters that others name, of those that an office does, if it does.
func (d *staffed) taken(rooms []town.RoomID, own *said) int {
	taken := 0
	for _, room := range rooms {
		if own != nil && !own.names(room) {
			continue
		}
		for i := range d.theirs {
			if d.theirs[i].names(room) {
				taken++
				break
			}
		}
	}
	return taken
}

// step is a stretch of a window in which its capacity stays the same.
type step struct {
	stretch
	capacity Capacity
}

// steps appends the stretches between two instants, in order.
func (d *staffed) steps(steps []step, from, to int64, rule Capacity) []step {
	begin := len(steps)
	for from < to {
		until := to
		for _, edge := range d.edges {
			if from < edge && edge < until {
				until = edge
				break
			}
		}
		capacity := d.at(from, rule)
		if last := len(steps) - 1; last >= begin && steps[last].capacity == capacity {
			steps[last].to = until
		} else {
			steps = append(steps, step{stretch{from, until}, capacity})
		}
		from = until
	}
	return steps
}
