// Package display is a waiting-room screen. Screen decides which number is
// large now, what is rung, what the list and the notices say, and what is
// reported to the server: a state machine without clock, network, sound or
// disk. Each input carries the time since the program started, and the answer
// says what to do; this machine's own wall clock is never looked at, times of
// day are the server's. Program drives a Screen in real time, Page shows it to
// a browser, Kiosk keeps that browser running, Disk carries it over a power
// cut. The package makes no sound itself.
package display

import (
	"sync/atomic"
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Call is a call as the screen holds it.
type Call struct {
	Seq     town.Seq    `json:"seq"`
	Number  town.Number `json:"number"`
	Room    wire.Room   `json:"room"`
	Again   bool        `json:"again"`
	Cleared bool        `json:"cleared"`
	// Office is whose call it is; empty: not told.
	Office town.OfficeID `json:"office,omitempty"`
	wire.Hints

	// Test marks none at all: the sound alone is asked for, by a desk (Seq is
	// that of its wish) or by somebody before the screen (Seq is 0).
	Test bool `json:"-"`
	// Sound is how a call that is to be rung sounds.
	Sound Sound `json:"-"`

	received time.Duration
	age      time.Duration // that it had when it was received
	ring     bool
	reported bool
	// recalls are those that came while the call still waited: they are announced
	// with it, and reported like it.
	recalls []town.Seq
	heard   bool          // it was announced
	missed  bool          // and could not be heard
	told    bool          // the server knows that it waits
	due     time.Duration // when it was last said to be on the glass
	enough  *atomic.Bool  // the first language is enough; nil: nobody says so
}

// Enough reports whether the first language is enough by now: others wait, or the
// person has come. A Bell asks it before it says the next.
func (c Call) Enough() bool { return c.enough != nil && c.enough.Load() }

// Effects is what an input asks the program to do.
type Effects struct {
	Changed bool          // View differs: tell the page, keep the state on disk
	Hush    []town.Seq    // don't announce these any more; stop the one that sounds
	Curtail []town.Seq    // of these, end with the first language
	Ring    []Call        // announce these, in order, then call Sounded for each
	Send    []wire.Report // to the server, now or when it is back
}

// Screen is the state machine. It is used from one goroutine.
type Screen struct {
	own      Settings // of this screen
	settings Settings // own, and the town's where they count

	epoch string
	seq   town.Seq // the last event received
	clock clock
	day   town.Date // the local day that the calls belong to

	online bool
	since  time.Time // of the lost connection; zero where nothing is known
	denied bool
	code   string // to be typed by a manager; empty: the screen is paired

	large    *Call
	started  time.Duration   // when large became large
	sounding town.Seq        // the large call's, while it is announced; 0: nothing sounds
	manner   announce.Manner // of the last announcement
	waiting  []Call
	late     bool   // a call was listed that came too late to be rung
	list     []Call // calls that were large, one for each number, who is awaited first
	notice   string
	look     *wire.ScreenLook // nil before the first board

	today *wire.Today // nil: not told yet

	sound     wire.Sound // of this machine
	soundTold wire.Sound // as the server knows it
	fx        Effects
}

// New returns a screen that has seen nothing and has no connection.
func New(settings Settings) *Screen {
	return &Screen{own: settings, settings: settings}
}

// Position returns where to resume: the epoch, empty before the first board,
// and the last seq received.
func (s *Screen) Position() (epoch string, after town.Seq) { return s.epoch, s.seq }

// Board takes the first message of a connection.
func (s *Screen) Board(at time.Duration, b wire.Board) Effects {
	s.clock.set(at, b.Now)
	s.online, s.denied, s.code, s.since = true, false, "", time.Time{}
	s.adopt(b.Look, b.Notice)
	first := b.Epoch != s.epoch
	if first {
		s.forget()
		s.epoch, s.seq = b.Epoch, 0
	}
	s.turnDay(at)
	if !b.Resumed {
		s.replaceBy(b.Calls)
	}
	known := s.seq
	for _, c := range b.Calls {
		switch {
		case c.Withdrawn:
			s.withdraw(func(own Call) bool { return own.Seq == c.Seq })
		case c.Seq <= known:
			s.setCleared(c.Seq, c.Cleared)
		default:
			s.catchUp(at, b.Now, c, first)
		}
	}
	s.trim()
	s.seq = max(known, b.Seq)
	if !b.Resumed && b.Seq < known {
		s.seq = b.Seq // a restored copy may stand before us
	}
	s.advance(at)
	s.keepAwaitedLarge(at)
	s.fx.Changed = true
	return s.done()
}

// Call takes a call as it happens. One that was seen before does nothing.
func (s *Screen) Call(at time.Duration, c wire.ScreenCall) Effects {
	s.clock.set(at, c.Now)
	s.turnDay(at)
	if c.Seq <= s.seq {
		return s.done()
	}
	s.seq = c.Seq
	call := Call{Seq: c.Seq, Number: c.Number, Room: c.Room, Again: c.Again, Office: c.Office, Hints: c.Hints}
	s.arrive(at, c.Now.Sub(c.At), call)
	s.advance(at)
	s.keepAwaitedLarge(at)
	return s.done()
}

// Clear takes the end of a call: it may leave the large place once its minimum
// time is over. One that was cleared before it became large is still shown, and its
// gong rings, but nothing is said any more: the person has come, or is on the way.
// Only one that was withdrawn goes at once, unheard where it can be.
func (s *Screen) Clear(at time.Duration, c wire.Clear) Effects {
	if c.Seq <= s.seq {
		return s.done()
	}
	s.seq = c.Seq
	if c.Withdrawn {
		s.withdraw(func(own Call) bool { return own.Number == c.Number && !own.Cleared })
	}
	for _, call := range s.all() {
		if call.Number == c.Number && !call.Cleared {
			call.Cleared = true
			s.fx.Changed = true
		}
	}
	s.trim()
	s.advance(at)
	return s.done()
}

// Look takes a changed look and notice. It counts from the next call on.
func (s *Screen) Look(l wire.Look) Effects {
	if l.Seq > s.seq {
		s.seq = l.Seq
		s.adopt(&l.Look, l.Notice)
	}
	return s.done()
}

func (s *Screen) adopt(look *wire.ScreenLook, notice string) {
	s.notice, s.look, s.settings = notice, look, s.own.under(look)
	s.trim()
	s.tellSound()
	s.fx.Changed = true
}

// Clock takes the server's time.
func (s *Screen) Clock(at time.Duration, m wire.Clock) Effects {
	s.clock.set(at, m.Now)
	s.turnDay(at)
	s.fx.Changed = true
	return s.done()
}

// Today takes what the day brings. It is state: the newest counts.
func (s *Screen) Today(m wire.Today) Effects {
	s.today = &m
	s.fx.Changed = true
	return s.done()
}

// Test takes a desk's wish to hear the screen. It sounds in quiet hours too:
// somebody wants to hear it.
func (s *Screen) Test(m wire.Test) Effects {
	if m.Seq > s.seq {
		s.seq = m.Seq
		s.ring(Call{Seq: m.Seq, Test: true}, announce.GongOnly)
	}
	return s.done()
}

// TestHere takes the same wish of somebody before the screen.
func (s *Screen) TestHere() Effects {
	s.ring(Call{Test: true}, announce.GongOnly)
	return s.done()
}

// Pairing takes the code that a manager has to type before this screen may
// show anything.
func (s *Screen) Pairing(code string) Effects {
	s.fx.Changed = s.fx.Changed || code != s.code
	s.code = code
	return s.done()
}

// Disconnected takes the loss of the connection.
func (s *Screen) Disconnected(at time.Duration) Effects {
	if s.online {
		s.online, s.since = false, s.clock.at(at)
		s.fx.Changed = true
	}
	return s.done()
}

// Denied takes that the server refuses this screen: what it knows is not for it
// to show any longer. The next board starts it from nothing.
func (s *Screen) Denied() Effects {
	s.forget()
	s.denied, s.online, s.epoch, s.seq = true, false, "", 0
	s.fx.Changed = true
	return s.done()
}

// Painted takes the page's word that the frame with a call is on the glass. It
// is reported once.
func (s *Screen) Painted(at time.Duration, seq town.Seq) Effects {
	for _, c := range s.all() {
		if c.Seq == seq && !c.reported && s.wasLarge(seq) {
			c.reported = true
			for _, of := range c.seqs() {
				s.send(wire.Shown{Seq: of, AfterMS: max(0, (at - c.received).Milliseconds())})
			}
		}
	}
	return s.done()
}

// Sounded takes the end of an announcement, heard or not, and lets the next call
// come; seq is 0 where the server didn't ask for it.
func (s *Screen) Sounded(at time.Duration, seq town.Seq, sound wire.Sound) Effects {
	if seq == 0 {
		return s.done()
	}
	for _, of := range s.heardWith(seq) {
		s.send(wire.Sounded{Seq: of, Sound: sound})
	}
	for _, c := range s.all() {
		if c.Seq == seq {
			c.missed = sound == wire.SoundNoDevice || sound == wire.SoundBlocked
		}
	}
	if seq == s.sounding {
		s.sounding = 0
		s.advance(at)
	}
	return s.done()
}

// heardWith returns the calls that an announcement was for.
func (s *Screen) heardWith(seq town.Seq) []town.Seq {
	for _, c := range s.all() {
		if c.Seq == seq {
			return c.seqs()
		}
	}
	return []town.Seq{seq}
}

// SoundState takes how this machine's sound stands. When it is back, what could not
// be heard a moment ago is made up for.
func (s *Screen) SoundState(at time.Duration, sound wire.Sound) Effects {
	back := sound == wire.SoundReady && s.sound != sound
	s.sound = sound
	s.tellSound()
	if back {
		s.makeUp(at)
	}
	return s.done()
}

// soundStands is how the sound stands for whoever listens: a screen whose volume is
// nothing is silent, whatever its machine can do.
func (s *Screen) soundStands() wire.Sound {
	if s.sound != "" && s.settings.Sound.Volume == 0 {
		return wire.SoundOff
	}
	return s.sound
}

// tellSound reports how the sound stands where that is news.
func (s *Screen) tellSound() {
	if stands := s.soundStands(); stands != s.soundTold {
		s.soundTold = stands
		s.fx.Changed = true
		s.send(wire.Status{Sound: stands, Version: s.settings.Version})
	}
}

// Tick takes that time has passed; call it when Wake says.
func (s *Screen) Tick(at time.Duration) Effects {
	s.turnDay(at)
	s.advance(at)
	return s.done()
}

// Wake returns when Tick is due; ok is false where nothing waits for time.
func (s *Screen) Wake(at time.Duration) (due time.Duration, ok bool) {
	if midnight, known := s.clock.midnight(at); known {
		due, ok = midnight, true
	}
	if s.large != nil && (len(s.waiting) > 0 || s.large.Cleared) {
		end := s.until()
		if !ok || end < due {
			due, ok = end, true
		}
	}
	return due, ok
}

// ring has a call announced as the screen sounds now.
func (s *Screen) ring(c Call, manner announce.Manner) {
	c.Sound = s.settings.Sound
	c.Sound.Manner = manner
	s.fx.Ring = append(s.fx.Ring, c)
}

func (s *Screen) send(r wire.Report) { s.fx.Send = append(s.fx.Send, r) }

func (s *Screen) done() Effects {
	fx := s.fx
	s.fx = Effects{}
	return fx
}
