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
	call := Call{Seq: c.Seq, Number: c.Number, Room: c.Room, Again: c.Again, Cleared: c.Cleared, Hints: c.Hints, received: at}
	call.ring = now.Sub(c.At) < s.settings.RingAge
	if c.Cleared || first && !call.ring {
		s.remember(call)
		return
	}
	s.enqueue(call)
}

// replaceBy makes the list what a full board says. A call that is missing from
// it is over.
func (s *Screen) replaceBy(calls []wire.BoardCall) {
	onBoard := map[town.Seq]bool{}
	for _, c := range calls {
		onBoard[c.Seq] = true
	}
	s.list = slices.DeleteFunc(s.list, func(c Call) bool { return !onBoard[c.Seq] })
	s.waiting = slices.DeleteFunc(s.waiting, func(c Call) bool { return !onBoard[c.Seq] })
	if s.large != nil && !onBoard[s.large.Seq] {
		s.large.Cleared = true
	}
}

func (s *Screen) setCleared(seq town.Seq, cleared bool) {
	for _, c := range s.all() {
		if c.Seq == seq {
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
		s.large = nil
	}
	s.waiting = slices.DeleteFunc(s.waiting, meant)
	s.list = slices.DeleteFunc(s.list, meant)
}

func (s *Screen) enqueue(c Call) {
	s.waiting = append(s.waiting, c)
	s.fx.Changed = true
}

// advance moves waiting calls to the large place as their time comes. A recall
// of what is large takes its place at once: nothing is hidden by it.
func (s *Screen) advance(at time.Duration) {
	for {
		if s.large != nil && at-s.started < s.minimum() && !s.recallsLarge() {
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

// minimum is how long the large call stays before the next: the full time, or
// its share where several wait.
func (s *Screen) minimum() time.Duration {
	share := s.settings.Large / time.Duration(len(s.waiting)+1)
	return max(share, min(s.settings.LargeMin, s.settings.Large))
}

func (s *Screen) recallsLarge() bool {
	return len(s.waiting) > 0 && s.waiting[0].Again && s.waiting[0].Number == s.large.Number
}

func (s *Screen) show(at time.Duration, c Call) {
	s.retire()
	s.large, s.started = &c, at
	s.list = withoutNumber(s.list, c.Number)
	s.fx.Changed = true
	if c.ring && !s.clock.within(s.settings.Quiet, at) {
		s.ring(c)
		return
	}
	s.send(wire.Sounded{Seq: c.Seq, Sound: wire.SoundOff})
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

// remember puts a call into the list, which is in order of seq, newest first,
// and holds a number once. The number that is large isn't in the list.
func (s *Screen) remember(c Call) {
	if s.large != nil && s.large.Number == c.Number {
		s.large.Cleared = s.large.Cleared || c.Cleared
		return
	}
	s.list = append(withoutNumber(s.list, c.Number), c)
	slices.SortFunc(s.list, func(a, b Call) int { return cmp.Compare(b.Seq, a.Seq) })
	if len(s.list) > s.settings.Listed {
		s.list = s.list[:s.settings.Listed]
	}
	s.fx.Changed = true
}

func withoutNumber(list []Call, n town.Number) []Call {
	return slices.DeleteFunc(slices.Clone(list), func(c Call) bool { return c.Number == n })
}

// keepNewestLarge gives the large place to the newest call that still holds,
// silently, on a screen that starts from nothing.
func (s *Screen) keepNewestLarge(at time.Duration) {
	if s.large != nil {
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
	s.large, s.waiting, s.list = nil, nil, nil
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
