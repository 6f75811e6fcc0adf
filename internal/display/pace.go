package display

import (
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/wire"
)

// One clock for the glass and the voice: what is large is what is heard. A call
// stays large for its minimum and until its announcement is over, as long as that
// may take. Where others wait, both get shorter by one rule, taken anew for each
// call: each is to be on the glass within soon of its arrival, and the time until
// then is shared. However many wait, a call is large for leastLarge, and something
// is heard.
const (
	soon       = 15 * time.Second
	leastLarge = 2500 * time.Millisecond
	unbroken   = 30 * time.Second // in a row of announcements, one begins at most this long after the one before
	// A new estimate of when a call is due is told when it differs by this much.
	restated = time.Second
)

// stay is how long the call that became large at started stays so before the
// first of those that wait behind it.
func (s *Screen) stay(started time.Duration, waiting []Call) time.Duration {
	large := s.settings.Large
	if len(waiting) == 0 {
		return large
	}
	wanted := max(large/time.Duration(len(waiting)+1), min(s.settings.LargeMin, large))
	return min(wanted, max(share(started, waiting), min(leastLarge, large)))
}

// share is how long the large place may be kept so that each that waits has it
// soon after its arrival; below 0 where that is over.
func share(started time.Duration, waiting []Call) time.Duration {
	shortest := soon
	for i, c := range waiting {
		shortest = min(shortest, (c.received+soon-started)/time.Duration(i+1))
	}
	return shortest
}

// until is when the large call may leave its place. A recall of it takes its place
// as soon as it is said: nothing is hidden by it.
func (s *Screen) until() time.Duration {
	end := s.started + s.stay(s.started, s.waiting)
	if s.recallsLarge() {
		end = s.started
	}
	if s.sounding == s.large.Seq {
		end = max(end, s.started+s.patience())
	}
	return end
}

// patience is how long the glass waits for the voice: longer than an announcement
// lasts, but a card that hangs holds up no number.
func (s *Screen) patience() time.Duration {
	return s.manner.Lasts(len(s.settings.Sound.Speech)) * 3 / 2
}

func (s *Screen) recallsLarge() bool {
	return len(s.waiting) > 0 && s.waiting[0].Again && s.waiting[0].Number == s.large.Number
}

// mannerOf is how a call is announced that becomes large now, before those that
// wait: the longest manner that leaves each its place soon enough.
func (s *Screen) mannerOf(at time.Duration, c Call) announce.Manner {
	if c.Cleared {
		return announce.GongOnly
	}
	return s.mannerBefore(at, s.waiting, s.large != nil && s.gongIsShared(at))
}

// mannerBefore is the manner of an announcement that begins at a moment, before
// those that wait; shared: the gong before it counts for it too.
func (s *Screen) mannerBefore(at time.Duration, waiting []Call, shared bool) announce.Manner {
	languages := len(s.settings.Sound.Speech)
	if len(waiting) == 0 || languages == 0 {
		return announce.Full
	}
	left := share(at, waiting)
	switch {
	case announce.Short.Lasts(languages) <= left:
		return announce.Short
	case announce.Brief.Lasts(languages) <= left || !shared:
		return announce.Brief
	}
	return announce.Shared
}

// gongIsShared reports whether the large call was heard so lately that its gong is the
// next call's too: in an unbroken row of announcements.
func (s *Screen) gongIsShared(at time.Duration) bool {
	return s.large.heard && at-s.started < unbroken
}

// curtail ends what sounds with its first language, where others wait now or the
// person has come.
func (s *Screen) curtail() {
	if s.sounding == 0 || s.manner != announce.Full || len(s.settings.Sound.Speech) < 2 {
		return
	}
	if len(s.waiting) == 0 && !s.large.Cleared {
		return
	}
	s.manner = announce.Short
	s.fx.Curtail = append(s.fx.Curtail, s.sounding)
}

// tellDue tells the server when each call that waits is expected on the glass,
// once, and again when that has changed.
func (s *Screen) tellDue(at time.Duration) {
	if len(s.waiting) == 0 || s.large == nil {
		return
	}
	next := s.freeAt(at)
	for i := range s.waiting {
		c := &s.waiting[i]
		if moved := next - c.due; !c.told || moved >= restated || moved <= -restated {
			c.told, c.due = true, next
			for _, seq := range c.seqs() {
				s.send(wire.Queued{Seq: seq, InMS: max(0, (next - at).Milliseconds())})
			}
		}
		behind := s.waiting[i+1:]
		next += max(s.stay(next, behind), s.lasts(s.mannerBefore(next, behind, true), *c))
	}
}

// freeAt is when the large place is expected to be free.
func (s *Screen) freeAt(at time.Duration) time.Duration {
	free := s.started + s.stay(s.started, s.waiting)
	if s.recallsLarge() {
		free = s.started
	}
	if s.sounding == s.large.Seq {
		free = max(free, s.started+s.manner.Lasts(len(s.settings.Sound.Speech)))
	}
	return max(at, free)
}

// lasts is about how long a call is heard.
func (s *Screen) lasts(manner announce.Manner, c Call) time.Duration {
	switch {
	case !c.ring || s.settings.Sound.Volume == 0:
		return 0
	case c.Cleared:
		manner = announce.GongOnly
	}
	return manner.Lasts(len(s.settings.Sound.Speech))
}
