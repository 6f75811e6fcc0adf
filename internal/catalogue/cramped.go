package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"aufruf/internal/town"
)

// What fits on the glass of a waiting room in writing that is read from eight metres,
// on the narrowest of the usual panels (portrait). Tests of internal/display measure
// that these fit.
const (
	MostNotice  = 80 // characters of a notice, in two lines beside the code
	MostWord    = 11 // of the longest word in a room's name
	MostName    = 22 // of a room's name, in two lines
	MostVisible = 8  // calls in the list of a wide panel
)

// Cramped is a text that screens shorten, or part into pages, so that number and room
// keep their size.
type Cramped struct {
	Kind   CrampedKind
	Branch town.BranchID
	Room   town.RoomID // of a label
	Given  string
}

// CrampedKind is what is too long.
type CrampedKind string

// The kinds of what is too long.
const (
	CrampedNotice CrampedKind = "notice"
	CrampedLabel  CrampedKind = "label"
	CrampedListed CrampedKind = "listed"
)

// Cramped returns what doesn't fit on the screens of a catalogue's branches.
func (c *Catalogue) Cramped() []Cramped {
	var found []Cramped
	for i := range c.Branches {
		b := &c.Branches[i]
		if b.Retired {
			continue
		}
		if notice := b.Notice.In(town.German); utf8.RuneCountInString(notice) > MostNotice {
			found = append(found, Cramped{Kind: CrampedNotice, Branch: b.ID, Given: notice})
		}
		if b.Screen.Listed != nil && *b.Screen.Listed > MostVisible {
			found = append(found, Cramped{Kind: CrampedListed, Branch: b.ID})
		}
		for _, room := range b.Rooms {
			if !room.Retired && b.calledTo(room.ID) && crampedLabel(room.Label) {
				found = append(found, Cramped{Kind: CrampedLabel, Branch: b.ID, Room: room.ID, Given: room.Label})
			}
		}
	}
	return found
}

// calledTo reports whether a screen calls anybody to a room.
func (b *Branch) calledTo(room town.RoomID) bool {
	return slices.ContainsFunc(b.Offices, func(o Office) bool {
		return !o.Retired && b.modeOf(&o) == town.CallScreen && slices.Contains(o.Rooms, room)
	})
}

// aside is what a label says in brackets, and short a label like "Zimmer 2.03": the
// glass knows what to do with both.
var (
	aside = regexp.MustCompile(`\s*\([^()]*\)$`)
	short = regexp.MustCompile(`^\pL[\pL.-]* \S{1,6}$`)
)

func crampedLabel(label string) bool {
	name := aside.ReplaceAllString(label, "")
	if short.MatchString(name) {
		return false
	}
	for word := range strings.FieldsSeq(name) {
		if utf8.RuneCountInString(word) > MostWord {
			return true
		}
	}
	return utf8.RuneCountInString(name) > MostName
}
