package display

import (
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// catchUp takes a call that a board brings and that this screen hasn't shown.
// A screen that starts from nothing doesn't replay the morning: of the old
// calls it only fills its list.
func (s *Screen) catchUp(at time.Duration, now time.Time, c wire.BoardCall, first bool) {
	call := Call{Seq: c.Seq, Number: c.Number, Room: c.Room, Again: c.Again, Cleared: c.Cleared, Office: c.Office, Hints: c.Hints}
	if age := now.Sub(c.At); !c.Cleared && (!first || age < s.settings.RingAge) {
		s.arrive(at, age, call)
		return
	}
	call.received, call.reported, s.late = at, true, s.late || !c.Cleared
	s.remember(call)
}

// arrive takes a call that nobody here has seen. One that comes too late is listed
// and not rung: whoever it called has gone to ask, or to the room.
func (s *Screen) arrive(at, age time.Duration, c Call) {
	c.received, c.age, c.ring = at, max(age, 0), age < s.settings.RingAge
	if c.ring {
		s.enqueue(c)
		return
	}
	s.late = true
	s.remember(c)
	s.send(wire.Sounded{Seq: c.Seq, Sound: wire.SoundOff})
}

// replaceBy makes the list what a full board says. A call that is missing from
// it is over.
func (s *Screen) replaceBy(calls []wire.BoardCall) {
	onBoard := map[town.Seq]bool{}
	for _, c := range calls {
		onBoard[c.Seq] = true
	}
	gone := func(c Call) bool { return !c.stands(func(seq town.Seq) bool { return onBoard[seq] }) }
	s.list = slices.DeleteFunc(s.list, gone)
	s.waiting = slices.DeleteFunc(s.waiting, gone)
	if s.large != nil && gone(*s.large) {
		s.large.Cleared = true
	}
}

func (s *Screen) setCleared(seq town.Seq, cleared bool) {
	for _, c := range s.all() {
		if c.stands(func(own town.Seq) bool { return own == seq }) {
			c.Cleared = c.Cleared || cleared
		}
	}
}

// withdraw drops calls that were taken back: they are neither seen nor heard.
func (s *Screen) withdraw(meant func(Call) bool) {
	for _, c := range s.all() {
		if meant(*c) {
			s.fx.Hush = append(s.fx.Hush, c.Seq)
			s.fx.Changed = true
		}
	}
	if s.large != nil && meant(*s.large) {
		s.large, s.sounding = nil, 0
	}
	s.waiting = slices.DeleteFunc(s.waiting, meant)
	s.list = slices.DeleteFunc(s.list, meant)
}

// enqueue has a call wait for the large place. A recall of one that still waits is
// announced with it.
func (s *Screen) enqueue(c Call) {
	s.fx.Changed = true
	for i := range s.waiting {
		if w := &s.waiting[i]; c.Again && w.Number == c.Number && w.Room == c.Room && !w.Cleared {
			w.recalls = append(w.recalls, c.Seq)
			return
		}
	}
	s.waiting = append(s.waiting, c)
}

// seqs are the calls that this one stands for.
func (c *Call) seqs() []town.Seq { return append([]town.Seq{c.Seq}, c.recalls...) }

// stands reports whether one of the calls that this one stands for is meant.
func (c *Call) stands(meant func(town.Seq) bool) bool { return slices.ContainsFunc(c.seqs(), meant) }

// advance moves waiting calls to the large place as their time comes, and tells
// when those that wait on are due.
func (s *Screen) advance(at time.Duration) {
	defer s.tellDue(at)
	for {
		if s.large != nil && at < s.until() {
			s.curtail()
			return
		}
		if len(s.waiting) == 0 {
			if s.large != nil && s.large.Cleared {
				s.retire()
			}
			return
		}
		next := s.waiting[0]
		s.waiting = slices.Delete(s.waiting, 0, 1)
		s.show(at, next)
	}
}

func (s *Screen) show(at time.Duration, c Call) {
	manner := s.mannerOf(at, c)
	s.retire()
	s.large, s.started = &c, at
	s.list = withoutNumber(s.list, c.Number)
	s.fx.Changed = true
	if c.ring && !s.clock.within(s.settings.Quiet, at) {
		s.large.heard = true
		s.sounding, s.manner = c.Seq, manner
		s.ring(c, manner)
		return
	}
	s.sounding = 0
	for _, seq := range c.seqs() {
		s.send(wire.Sounded{Seq: seq, Sound: wire.SoundOff})
	}
}

// retire moves the large call into the list.
func (s *Screen) retire() {
	if s.large == nil {
		return
	}
	last := *s.large
	s.large = nil
	s.remember(last)
}

// remember puts a call into the list, which holds a number once. The number that is
// large isn't in it.
func (s *Screen) remember(c Call) {
	if s.large != nil && s.large.Number == c.Number {
		s.large.Cleared = s.large.Cleared || c.Cleared
		return
	}
	s.list = append(withoutNumber(s.list, c.Number), c)
	s.trim()
	s.fx.Changed = true
}

// trim keeps the list to its length, or each column of it: those who are still
// awaited come first and stay, those who came go when room is needed.
func (s *Screen) trim() {
	slices.SortFunc(s.list, byRoom)
	in := map[town.OfficeID]int{}
	s.list = slices.DeleteFunc(s.list, func(c Call) bool {
		column := c.Office
		if !s.settings.Columns {
			column = ""
		}
		in[column]++
		return in[column] > s.settings.Listed
	})
}

// byRoom is the order of the list: who is awaited first, then the newest first.
func byRoom(a, b Call) int {
	switch {
	case a.Cleared == b.Cleared:
		return cmp.Compare(b.Seq, a.Seq)
	case a.Cleared:
		return 1
	}
	return -1
}

func withoutNumber(list []Call, n town.Number) []Call {
	return slices.DeleteFunc(slices.Clone(list), func(c Call) bool { return c.Number == n })
}

// keepAwaitedLarge gives the large place, silently, to the newest call that still
// holds where one was listed that came too late, and nobody else has the place.
func (s *Screen) keepAwaitedLarge(at time.Duration) {
	late := s.late
	s.late = false
	if s.large != nil || !late {
		return
	}
	for i, c := range s.list {
		if !c.Cleared {
			s.list = slices.Delete(slices.Clone(s.list), i, i+1)
			s.large, s.started = &c, at
			s.fx.Changed = true
			return
		}
	}
}

// turnDay empties the board when the server's local day changes.
func (s *Screen) turnDay(at time.Duration) {
	today, known := s.clock.day(at)
	if !known || today == s.day {
		return
	}
	if s.day != 0 {
		s.forget()
	}
	s.day = today
}

func (s *Screen) forget() {
	s.large, s.waiting, s.list, s.sounding = nil, nil, nil, 0
	s.fx.Changed = true
}

// all returns every call that the screen holds, to be changed in place.
func (s *Screen) all() []*Call {
	var calls []*Call
	if s.large != nil {
		calls = append(calls, s.large)
	}
	for i := range s.waiting {
		calls = append(calls, &s.waiting[i])
	}
	for i := range s.list {
		calls = append(calls, &s.list[i])
	}
	return calls
}

// wasLarge reports whether a call has had the large place; a page that claims
// to have painted a waiting one is mistaken.
func (s *Screen) wasLarge(seq town.Seq) bool {
	return !slices.ContainsFunc(s.waiting, func(c Call) bool { return c.Seq == seq })
}
