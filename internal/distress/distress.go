// Package distress is a desk's silent cry for help as a state: it stands until
// somebody says that they come, and says truly who has seen it. The package
// knows no clock, no rights and no store: what was said comes in any order, and
// more than once.
package distress

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"aufruf/internal/town"
)

// ID names an alarm.
type ID string

// Step is what was said about an alarm.
type Step string

// The steps of an alarm.
const (
	Raised Step = "raised" // a room asks for help
	Seen   Step = "seen"   // somebody has it before their eyes
	Comes  Step = "comes"  // somebody is on the way
	Over   Step = "over"   // nobody is needed any more
)

// How long what is said of an alarm means something.
const (
	UnseenAfter = 5 * time.Second  // who calls for help is told that nobody has seen it
	ComingFor   = 15 * time.Minute // an alarm that was taken is over then, whatever anybody says
	keptFor     = 48 * time.Hour   // longer than a day of any branch
)

// Said is one thing that was said about an alarm.
type Said struct {
	Alarm ID
	Step  Step
	At    time.Time
	// Who says it, by a name that leads to no person. It tells only whether two
	// are the same.
	Who string
	// Room is where whoever says it works, with its label; empty: at no desk.
	Room  town.RoomID
	Label string
}

// Helper is who comes.
type Helper struct {
	Who   string
	Room  town.RoomID // empty: from no desk
	Label string
	At    time.Time
}

// Alarm is a cry for help as it stands.
type Alarm struct {
	ID    ID
	Room  town.RoomID
	Label string
	At    time.Time
	Seen  int     // how many have it before their eyes, without whoever raised it
	Comes *Helper // nil: nobody said so
}

// Unseen reports whether nobody has seen an alarm for so long that whoever
// raised it must be told.
func (a Alarm) Unseen(now time.Time) bool {
	return a.Seen == 0 && a.Comes == nil && now.Sub(a.At) >= UnseenAfter
}

// told is an alarm with all that was said about it.
type told struct {
	Alarm
	raised bool
	over   bool
	by     string
	seen   map[string]bool
	last   time.Time // when something was said of it
}

// Board is what is known of a branch's alarms. Its owner guards it.
type Board struct{ alarms map[ID]*told }

// Take takes in what was said, and reports whether it is news. Saying it again
// changes nothing, and nobody comes once it is over.
func (b *Board) Take(s Said) bool {
	if b.alarms == nil {
		b.alarms = map[ID]*told{}
	}
	a := b.alarms[s.Alarm]
	if a == nil {
		b.forgetBefore(s.At.Add(-keptFor))
		a = &told{Alarm: Alarm{ID: s.Alarm}, seen: map[string]bool{}}
		b.alarms[s.Alarm] = a
	}
	if s.At.After(a.last) {
		a.last = s.At
	}
	switch s.Step {
	case Raised:
		if a.raised {
			return false
		}
		a.raised, a.by, a.Room, a.Label, a.At = true, s.Who, s.Room, s.Label, s.At
	case Seen:
		if a.seen[s.Who] {
			return false
		}
		a.seen[s.Who] = true
	case Comes:
		if a.Comes != nil && !s.At.Before(a.Comes.At) {
			return false
		}
		a.Comes = &Helper{s.Who, s.Room, s.Label, s.At}
	case Over:
		if a.over {
			return false
		}
		a.over = true
	default:
		return false
	}
	return true
}

// Standing returns the alarms that stand, the oldest first. One of another day
// of the branch doesn't.
func (b *Board) Standing(now time.Time, zone *time.Location) []Alarm {
	var standing []Alarm
	for _, a := range b.alarms {
		if a.stands(now, zone) {
			alarm := a.Alarm
			alarm.Seen = a.seers()
			standing = append(standing, alarm)
		}
	}
	slices.SortFunc(standing, func(a, b Alarm) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return standing
}

func (a *told) stands(now time.Time, zone *time.Location) bool {
	if !a.raised || a.over || town.DateOf(a.At, zone) != town.DateOf(now, zone) {
		return false
	}
	return a.Comes == nil || now.Sub(a.Comes.At) < ComingFor
}

func (a *told) seers() int {
	count := len(a.seen)
	if a.seen[a.by] {
		count--
	}
	return count
}

// Waits returns the alarm of a room that nobody has taken yet.
func (b *Board) Waits(room town.RoomID, now time.Time, zone *time.Location) (Alarm, bool) {
	for _, a := range b.Standing(now, zone) {
		if a.Room == room && a.Comes == nil {
			return a, true
		}
	}
	return Alarm{}, false
}

// Find returns an alarm that stands.
func (b *Board) Find(id ID, now time.Time, zone *time.Location) (Alarm, bool) {
	for _, a := range b.Standing(now, zone) {
		if a.ID == id {
			return a, true
		}
	}
	return Alarm{}, false
}

// forgetBefore drops what nobody has said anything of since: no day keeps it.
func (b *Board) forgetBefore(since time.Time) {
	maps.DeleteFunc(b.alarms, func(_ ID, a *told) bool { return a.last.Before(since) })
}

// Forget takes an alarm back that was never raised after all.
func (b *Board) Forget(id ID) { delete(b.alarms, id) }
