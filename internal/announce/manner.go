package announce

import (
	"slices"
	"strings"
	"time"

	"aufruf/internal/town"
)

// Manner is how much of an announcement is heard: less while others wait, and
// nothing is said to somebody who has come. Each is shorter than the one before it.
type Manner string

// The manners.
const (
	Full     Manner = ""       // the gong, then the sentence in each language
	Short    Manner = "short"  // the gong, then the sentence in the first language
	Brief    Manner = "brief"  // the gong, then number and room alone in the first language
	Shared   Manner = "shared" // as Brief, behind the gong of the call before it
	GongOnly Manner = "gong"   // the gong alone: the call is over
)

// fillers are the words of a sentence that Brief does without. The hint to the
// screen is one: what is said then is what the screen shows large.
var fillers = []string{"again", "number", "please", "see-screen"}

func (m Manner) languages(all []town.Language) []town.Language {
	switch {
	case m == GongOnly:
		return nil
	case m == Full:
		return all
	}
	return all[:min(1, len(all))]
}

// of returns what a manner says of a sentence.
func (m Manner) of(sentence []Clip) []Clip {
	if m != Brief && m != Shared {
		return sentence
	}
	return slices.DeleteFunc(sentence, func(c Clip) bool {
		_, word, _ := strings.Cut(string(c), "/")
		return slices.Contains(fillers, word)
	})
}

// How long the parts of an announcement last, as the clips that ship do, a little
// rounded up: a screen plans with it.
const (
	gongLasts     = 2200 * time.Millisecond
	sentenceLasts = 3600 * time.Millisecond
	briefLasts    = 2700 * time.Millisecond
)

// Lasts returns about how long an announcement takes in a manner, where so many
// languages are spoken.
func (m Manner) Lasts(languages int) time.Duration {
	switch {
	case languages == 0 || m == GongOnly:
		return gongLasts
	case m == Full:
		return gongLasts + time.Duration(languages)*sentenceLasts
	case m == Short:
		return gongLasts + sentenceLasts
	case m == Brief:
		return gongLasts + briefLasts
	}
	return briefLasts
}
