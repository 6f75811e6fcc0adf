// Package clock decides which instants may end something. A machine's clock can
// be wrong when it starts and can jump while it runs, and what was erased, sent
// or ended by its word doesn't come back. So its word counts only as far as time
// is known to have passed: since the latest instant that was trusted, by a clock
// that nobody sets. It asks no clock and keeps nothing: readings come in, and
// what to remember goes out.
package clock

import "time"

const (
	// Drift is how far the wall clock may part from the time that has passed
	// while the program runs, and how far behind it may be at a start.
	Drift = time.Hour
	// Downtime is how long after the newest trace a start takes its clock's
	// word: a server that is switched off over a night, or a day, isn't asked.
	Downtime = 36 * time.Hour
	// Probation is how long a doubted clock must stand steady, with the program
	// running, until it is believed although nobody says that it is right.
	Probation = 24 * time.Hour

	// slack is what the two may part in a day without anybody's fault: the
	// clock is set by a time server, a virtual machine stands still for its
	// backup. It is forgiven, so that it doesn't add up over months.
	slack = 5 * time.Minute
	// forgiven is how often: hardly a day, so that a look a day is enough.
	forgiven = 23 * time.Hour
)

// Reading is one look at a machine's clocks.
type Reading struct {
	Wall   time.Time     // what it shows
	Passed time.Duration // since any fixed moment, sleep included; nobody sets it
}

// Kept is what a place remembers of time between two runs.
type Kept struct {
	Seen  time.Time // the latest instant that was trusted; zero: none
	Claim *Claim    // of a clock that was doubted; nil: it was trusted
}

// Claim is what a doubted clock shows, and for how long it has stood steady
// while the program ran.
type Claim struct {
	At     time.Time
	Steady time.Duration
}

// Trust knows what time it surely is, from what is remembered and from how much
// time has passed. It is a value: a copy judges on its own.
type Trust struct {
	base   Reading       // trusted; from here on time goes by Passed
	reach  time.Duration // how far ahead of that the wall clock is believed
	last   Reading       // the latest look at which the wall clock was believed
	denied bool          // another clock says otherwise
	deaf   bool          // and isn't heard, because somebody knew better
	claim  *Reading      // since when a doubted wall clock stands where it does
	before time.Duration // for how long it did so before this start
}

// Start begins to judge with what is remembered. Second sources are heard best
// before the first Note: until then what they deny was never believed.
func Start(k Kept, r Reading) Trust {
	if k.Seen.IsZero() {
		return Trust{base: r, reach: Drift, last: r}
	}
	t := Trust{base: Reading{Wall: k.Seen, Passed: r.Passed}, reach: Downtime, last: r}
	if !t.Doubts(r) {
		return t
	}
	t.follow(r)
	if k.Claim != nil {
		if since := r.Wall.Sub(k.Claim.At); -slack <= since && since <= Downtime {
			t.before = k.Claim.Steady
		}
	}
	return t
}

// Now is the instant that has surely come: what the clock shows, or, while that
// is doubted, what was trusted last and the time that has passed since.
func (t Trust) Now(r Reading) time.Time {
	if t.Doubts(r) {
		return t.line(r)
	}
	return r.Wall
}

// line is what time it is if the wall clock is left out.
func (t Trust) line(r Reading) time.Time { return t.base.Wall.Add(r.Passed - t.base.Passed) }

// Ahead is how far the wall clock is ahead of the time that has passed;
// negative: behind.
func (t Trust) Ahead(r Reading) time.Duration { return r.Wall.Sub(t.line(r)) }

// Doubts reports whether the wall clock isn't believed.
func (t Trust) Doubts(r Reading) bool {
	ahead := t.Ahead(r)
	return t.denied || ahead > t.reach || ahead < -Drift
}

// Denied reports whether another clock says something else.
func (t Trust) Denied() bool { return t.denied }

// Note looks at the clocks again; the oftener, the sooner a jump back and forth
// is told from one that stays. It reports whether a doubted clock has stood
// steady for its Probation, and is to be believed.
func (t *Trust) Note(r Reading) (ripe bool) {
	if t.Doubts(r) {
		t.follow(r)
		return t.Steady(r) >= Probation
	}
	t.claim, t.before, t.last = nil, 0, r
	if t.reach > Drift || r.Passed-t.base.Passed >= forgiven && t.Ahead(r).Abs() <= slack {
		t.base, t.reach = r, Drift
	}
	return false
}

// follow notes where a doubted clock stands, anew if it doesn't stand steady.
func (t *Trust) follow(r Reading) {
	if t.claim == nil {
		t.claim = &r
		return
	}
	if r.Wall.Sub(t.claim.Wall.Add(r.Passed-t.claim.Passed)).Abs() > slack {
		t.claim, t.before = &r, 0
	}
}

// Steady is for how long a doubted clock has stood where it does.
func (t Trust) Steady(r Reading) time.Duration {
	if t.claim == nil {
		return 0
	}
	return t.before + r.Passed - t.claim.Passed
}

// Since is what time it was when the wall clock was last believed, or the program
// started, by the time that has passed.
func (t Trust) Since() time.Time { return t.line(t.last) }

// Word is what a second source says of the wall clock.
type Word int

// What a second source can say.
const (
	Silent  Word = iota // it can't be asked, or doesn't know
	Agrees              // the clock is right
	Differs             // it isn't
)

// Hear takes the words of all second sources. It reports whether they settle a
// doubt: at least one agrees and none differs.
func (t *Trust) Hear(r Reading, words ...Word) (settled bool) {
	agree := false
	for _, word := range words {
		switch word {
		case Differs:
			t.denied = !t.deaf
			return false
		case Agrees:
			agree = true
		case Silent:
		}
	}
	if !agree {
		return false
	}
	t.denied, t.deaf = false, false
	return t.Doubts(r)
}

// Believe takes the wall clock's word from now on, whatever other clocks go on
// saying, until they agree.
func (t *Trust) Believe(r Reading) {
	*t = Trust{base: r, reach: Drift, last: r, deaf: true}
}

// Keep is what to remember.
func (t Trust) Keep(r Reading) Kept {
	k := Kept{Seen: t.Now(r)}
	if t.Doubts(r) {
		k.Claim = &Claim{At: r.Wall, Steady: t.Steady(r)}
	}
	return k
}

// Compare is what another clock says that was read when the wall clock showed
// an instant.
func Compare(wall, other time.Time) Word {
	if wall.Sub(other).Abs() > Drift {
		return Differs
	}
	return Agrees
}
