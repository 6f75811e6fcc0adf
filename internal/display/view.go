package display

import (
	"fmt"
	"slices"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// View is what the page paints. It holds data only; the page has the words.
type View struct {
	Large  *Call  `json:"large"`
	List   []Call `json:"list"` // who is awaited first, then the newest
	Online bool   `json:"online"`
	// Since is when the connection was lost, by the server's clock; nil where
	// the screen never had one.
	Since *time.Time `json:"since"`
	// Now is the server's time at the moment of sending; nil where it isn't
	// known, and then the page shows no clock.
	Now    *time.Time       `json:"now"`
	Notice string           `json:"notice"`
	Sound  string           `json:"sound"`
	Denied bool             `json:"denied"` // the server knows this screen no more
	Code   string           `json:"code"`   // to be typed by a manager; empty: paired
	Look   *wire.ScreenLook `json:"look"`   // nil: not known yet
	Dark   bool             `json:"dark"`   // it is night, and nobody is called
	Theme  string           `json:"theme"`  // empty: as the page began
	Today  *wire.Today      `json:"today"`  // nil: not told yet
}

// View returns what is to be seen.
func (s *Screen) View(at time.Duration) View {
	v := View{Online: s.online, List: append([]Call{}, s.list...), Notice: s.notice, Sound: string(s.soundStands()), Today: s.today, Denied: s.denied, Code: s.code, Look: s.look}
	v.Theme = s.settings.Theme
	v.Dark = s.large == nil && s.clock.within(s.settings.Night, at)
	if s.large != nil {
		large := *s.large
		v.Large = &large
	}
	if s.clock.known() {
		now := s.clock.at(at)
		v.Now = &now
	}
	if !s.since.IsZero() {
		v.Since = &s.since
	}
	return v
}

// Saved is the state that outlives a power cut.
type Saved struct {
	Epoch  string           `json:"epoch"`
	Seq    town.Seq         `json:"seq"`  // resume behind this one
	Time   time.Time        `json:"time"` // by the server's clock
	Large  *Call            `json:"large"`
	List   []Call           `json:"list"`
	Notice string           `json:"notice"`
	Look   *wire.ScreenLook `json:"look"`
}

// mistake tells what is wrong with a state that was read from a disk.
func (s Saved) mistake() error {
	if s.Epoch == "" || s.Seq < 0 {
		return fmt.Errorf("epoch %q, seq %d", s.Epoch, s.Seq)
	}
	calls := s.List
	if s.Large != nil {
		calls = append([]Call{*s.Large}, calls...)
	}
	for _, c := range calls {
		if c.Seq <= 0 || c.Number == 0 {
			return fmt.Errorf("call %d has number %d", c.Seq, c.Number)
		}
	}
	return nil
}

// Save returns the state to keep, a copy. Calls that still wait for the large place
// count as not received, so that they are fetched, shown and rung after the
// power cut; ok is false before the first board.
func (s *Screen) Save(at time.Duration) (saved Saved, ok bool) {
	if s.epoch == "" {
		return Saved{}, false
	}
	saved = Saved{Epoch: s.epoch, Seq: s.seq, Time: s.lastContact(at), List: slices.Clone(s.list), Notice: s.notice, Look: s.look}
	if s.large != nil {
		large := *s.large
		saved.Large = &large
	}
	if len(s.waiting) > 0 {
		saved.Seq = s.waiting[0].Seq - 1
	}
	return saved, true
}

func (s *Screen) lastContact(at time.Duration) time.Time {
	if !s.online {
		return s.since
	}
	return s.clock.at(at)
}

// Restore takes what Save returned, before any other input. The board is shown
// with its age; nothing of it is rung or reported again.
func (s *Screen) Restore(saved Saved) {
	s.epoch, s.seq, s.since = saved.Epoch, saved.Seq, saved.Time
	s.large, s.list = saved.Large, saved.List
	s.adopt(saved.Look, saved.Notice)
	for _, c := range s.all() {
		c.reported = true
	}
	if !saved.Time.IsZero() {
		s.day = town.DateOf(saved.Time, saved.Time.Location())
	}
}
