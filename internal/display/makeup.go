package display

import (
	"slices"
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/town"
)

// makeUp announces, now that there is sound again, who was called while there was
// none, if that is no longer ago than a call may be rung: the large one as it would
// have been, those in the list by the gong. Whoever has come meanwhile isn't.
func (s *Screen) makeUp(at time.Duration) {
	if s.large != nil && s.sounding == 0 && s.owed(at, *s.large) {
		s.large.missed = false
		s.sounding, s.manner = s.large.Seq, s.mannerBefore(at, s.waiting, false)
		s.ring(*s.large, s.manner)
	}
	byAge := slices.Clone(s.list)
	slices.SortFunc(byAge, func(a, b Call) int { return int(a.Seq - b.Seq) })
	for _, c := range byAge {
		if s.owed(at, c) {
			s.settle(c.Seq)
			s.ring(c, announce.GongOnly)
		}
	}
}

// owed reports whether a call is to be heard yet.
func (s *Screen) owed(at time.Duration, c Call) bool {
	return c.missed && !c.Cleared && c.age+at-c.received < s.settings.RingAge
}

// settle notes that a call of the list is announced now.
func (s *Screen) settle(seq town.Seq) {
	for i := range s.list {
		if s.list[i].Seq == seq {
			s.list[i].missed = false
		}
	}
}
