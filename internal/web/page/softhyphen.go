package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"aufruf/internal/town"
)

// softHyphen shows as a hyphen where a line ends at it, else not at all.
const softHyphen = '\u00ad'

// longWord is how many letters a word has at least that gets places to break at.
const longWord = 11

// shortestPart of a word stands before and after a hyphen.
const shortestPart = 3

// beginsPart are beginnings of a compound's later parts that the rule of consonants
// would tear: Sozialamt, Lohnsteuer.
var beginsPart = []string{
	"amt", "ausweis", "antrag", "abteilung", "abholung", "einsicht", "ordnung", "urkunde", "verein",
	"stadt", "stelle", "steuer", "straße", "trieb", "prüf",
}

// joined are consonants that are never parted, as one letter each.
var joined = strings.NewReplacer("sch", "§§§", "ch", "§§", "ck", "§§", "ph", "§§", "th", "§§", "qu", "§§")

// Hyphenated gives a text's long words places where they may break, for what is
// narrower than its words. Browsers hyphenate by dictionaries that not all of them
// have, and break such a word anywhere then. In German the last of the consonants
// between two vowels begins the next line; other languages are left to the browser.
func Hyphenated(text string, lang town.Language) string {
	if lang != town.German && lang != town.PlainGerman {
		return text
	}
	var out, word strings.Builder
	flush := func() {
		out.WriteString(hyphenatedWord(word.String()))
		word.Reset()
	}
	for _, r := range text {
		if unicode.IsLetter(r) || r == softHyphen {
			word.WriteRune(r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}

func hyphenatedWord(word string) string {
	if utf8.RuneCountInString(word) < longWord || strings.ContainsRune(word, softHyphen) {
		return word
	}
	letters, lower := []rune(word), strings.ToLower(word)
	sounds := []rune(joined.Replace(lower))
	if len(letters) != len(sounds) {
		return word // a letter whose small form is longer
	}
	parts := beginnings([]rune(lower))
	var out strings.Builder
	for i, r := range letters {
		if i >= shortestPart && i <= len(letters)-shortestPart && (parts[i] || !slices.Contains(parts[i-2:i+2], true) && endsSyllable(sounds, i)) {
			out.WriteRune(softHyphen)
		}
		out.WriteRune(r)
	}
	return out.String()
}

// beginnings tells at which letters of a word a known part begins.
func beginnings(word []rune) []bool {
	at := make([]bool, len(word))
	for i := range word {
		at[i] = slices.ContainsFunc(beginsPart, func(part string) bool { return strings.HasPrefix(string(word[i:]), part) })
	}
	return at
}

// endsSyllable reports whether the letter at i is the last consonant between two
// vowels.
func endsSyllable(sounds []rune, i int) bool {
	next := i + 1
	if sounds[i] == '§' {
		for next = i; next < len(sounds) && sounds[next] == '§'; {
			next++
		}
	}
	within := sounds[i] == '§' && sounds[i-1] == '§'
	return !isVowel(sounds[i]) && !within && next < len(sounds) && isVowel(sounds[next]) && slices.ContainsFunc(sounds[:i], isVowel)
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiouyäöü", r) }
