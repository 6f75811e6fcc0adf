// Package announce holds the rules of what is heard when a number is called:
// it turns a call into the list of sound clips, in order. A clip is a name
// ("gong", "de/room"), the name of its file without the ending. It plays
// nothing and reads no files.
package announce

import (
	"regexp"
	"strconv"
	"strings"

	"aufruf/internal/town"
)

// Clip names a sound. Spoken ones begin with their language: "de/room".
type Clip string

// Gong is the clip that ships as the first sound of every call.
const Gong Clip = "gong"

// Call is what is announced.
type Call struct {
	Number town.Number
	Room   string // the label as it stands on the screen: "Zimmer 2.03"
	// Spoken is said instead of the label in the languages that it is given in.
	Spoken town.Text
	Again  bool // a recall
}

// Style is how a screen announces.
type Style struct {
	Gong   Clip            // empty means Gong
	Speech []town.Language // spoken one after the other; none: the gong alone
	Manner Manner
	// Has reports whether a recording exists, beyond the clips that ship.
	// It lets a town add the word "foyer" as the file de/foyer.wav. May be nil.
	Has func(Clip) bool
}

// Clips returns what is heard for a call: the gong first, then for each
// language "Nummer vier eins sieben, bitte Zimmer zwei Punkt null drei", a
// recall with "erneuter Aufruf" in front. Digits of the number are said one by
// one, which is the clearest. A room that can't be said is replaced by a hint
// to the screen. The style's manner says what of this is left out; something is
// always heard.
func Clips(call Call, style Style) []Clip {
	var said []Clip
	for _, language := range style.Manner.languages(style.Speech) {
		if v, ok := voices[spoken(language)]; ok {
			said = append(said, style.Manner.of(v.sentence(call, style.Has))...)
		}
	}
	if style.Manner == Shared && len(said) > 0 {
		return said
	}
	gong := style.Gong
	if gong == "" {
		gong = Gong
	}
	return append([]Clip{gong}, said...)
}

// spoken maps a catalogue's language to a voice: plain German is said as
// German.
func spoken(language town.Language) town.Language {
	base, _, _ := strings.Cut(string(language), "-")
	return town.Language(base)
}

func (v voice) sentence(call Call, has func(Clip) bool) []Clip {
	var words []string
	if call.Again {
		words = append(words, "again")
	}
	words = append(words, "number")
	for _, digit := range call.Number.String() {
		words = append(words, string(digit))
	}
	if room := v.label(call.wording(v.language), has); len(room) > 0 {
		words = append(append(words, "please"), room...)
	} else {
		words = append(words, "see-screen")
	}
	clips := make([]Clip, 0, len(words))
	for _, w := range words {
		clips = append(clips, v.clip(w))
	}
	return clips
}

// CanSay reports whether the clips that ship say a call's room in a language;
// false for a language without a voice.
func CanSay(call Call, language town.Language) bool {
	v, ok := voices[spoken(language)]
	return ok && len(v.label(call.wording(v.language), nil)) > 0
}

// wording is what is said of the room: the town's own words, or its label.
func (c Call) wording(language town.Language) string {
	if own, ok := c.Spoken[language]; ok {
		return own
	}
	return c.Room
}

// addition is what a label says in brackets at its end. The screen shows it;
// spoken, it would drown the room.
var addition = regexp.MustCompile(`\s*\([^()]*\)$`)

// ordinal is a floor as German counts it, in the short form too: "2. Stock", "1. OG".
// It is said as "Stock zwei", for which no word of its own is needed.
var ordinal = regexp.MustCompile(`(?i)\b([0-9]{1,2})\.\s*(stock|etage|obergeschoss|untergeschoss|og|ug)\b`)

// label says a room's label token by token; nil where a word or sign can't be said.
func (v voice) label(label string, has func(Clip) bool) []string {
	label = ordinal.ReplaceAllString(addition.ReplaceAllString(label, ""), "$2 $1")
	if unsaid(label) {
		return nil
	}
	var words []string
	for _, token := range tokens(label) {
		said := v.token(token, has)
		if said == nil {
			return nil
		}
		words = append(words, said...)
	}
	return words
}

// token says one word, number or sign. Numbers up to wholeNumbers are said whole, longer
// ones and those with a leading zero digit by digit; single letters and short
// abbreviations in capitals are spelled.
func (v voice) token(token string, has func(Clip) bool) []string {
	if sign, ok := signs[token]; ok {
		return []string{sign}
	}
	if isNumber(token) {
		return number(token)
	}
	lower := strings.ToLower(token)
	if word, ok := v.words[lower]; ok {
		return []string{word}
	}
	if own := slug(lower); has != nil && has(v.clip(own)) {
		return []string{own}
	}
	if len([]rune(token)) == 1 || len([]rune(token)) <= 3 && token == strings.ToUpper(token) {
		return v.spell(lower)
	}
	return nil
}

// wholeNumbers is the highest number that is recorded as a word: enough for
// desks, and a house has no room 31 without a floor in front of it.
const wholeNumbers = 30

func number(token string) []string {
	if n, err := strconv.Atoi(token); err == nil && n <= wholeNumbers && (token[0] != '0' || len(token) == 1) {
		return []string{strconv.Itoa(n)}
	}
	return strings.Split(token, "")
}

func (v voice) spell(word string) []string {
	var letters []string
	for _, r := range word {
		name, known := letterClips[r]
		if !known {
			return nil
		}
		letters = append(letters, name)
	}
	return letters
}

func (v voice) clip(word string) Clip { return Clip(string(v.language) + "/" + word) }
