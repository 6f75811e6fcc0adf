package access

import (
	"slices"
	"strings"
	"unicode"

	"github.com/trustelem/zxcvbn"

	"aufruf/internal/town"
)

// Passwords that are guessed first. The estimator knows lists of leaked ones,
// English words and names, keyboards, dates and repetitions; its own score of 3
// stands for a hundred million guesses.
const (
	minScore = 3
	// judged is how much of a password is looked at, in characters: what begins
	// well enough is good enough, and the estimator takes the square of the length.
	judged = 40
	// minOwn is how many letters and digits must be left of a password without the
	// town's and the account's names.
	minOwn = 5
	// minWord is the shortest word of a name that counts.
	minWord = 3
)

// germanWords are those that German passwords are made of, the commonest first:
// the estimator's lists know hardly any.
var germanWords = []string{
	"passwort", "kennwort", "geheim", "hallo", "willkommen", "schatz", "ichliebedich", "sommer", "winter", "frühling", "fruehling", "herbst",
	"januar", "februar", "märz", "maerz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember",
	"montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "fussball", "fußball", "deutschland", "sachsen",
	"start", "anfang", "admin", "test", "verwaltung", "stadtverwaltung", "rathaus", "bürgermeister", "buergermeister", "bürgeramt", "buergeramt",
	"bürgerbüro", "buergerbuero", "standesamt", "stadt", "gemeinde", "landkreis", "aufruf", "termin", "schalter", "empfang",
}

// guessable reports whether a password is one of those that are tried first, or
// made of names that everybody knows.
func guessable(normal string, names []string) bool {
	begin := []rune(normal)
	if len(begin) > judged {
		begin = begin[:judged]
	}
	words := wordsOf(names)
	return ownLeft(normal, words) < minOwn || dressed(normal, words) || zxcvbn.PasswordStrength(string(begin), append(words, germanWords...)).Score < minScore
}

// dressed reports whether a password is a name that everybody knows, or one of the
// commonest words, with no more about it than other such words, digits and marks:
// "Grimma-Rathaus", "sommer2026!!". The estimator counts what is put around a word
// as if it were chosen by chance.
func dressed(password string, names []string) bool {
	rest, named := without(strings.ToLower(password), names)
	rest, common := without(rest, germanWords)
	own := 0
	for _, r := range rest {
		if unicode.IsLetter(r) {
			own++
		}
	}
	return own < minOwn && (named > 0 || common == 1)
}

// without cuts words out of a text, the longest first, and counts those that were
// in it.
func without(text string, words []string) (rest string, found int) {
	longest := slices.SortedStableFunc(slices.Values(words), func(a, b string) int { return len(b) - len(a) })
	for _, word := range longest {
		if strings.Contains(text, word) {
			text = strings.ReplaceAll(text, word, " ")
			found++
		}
	}
	return text, found
}

// wordsOf returns the words of names in lower case, in German both ways.
func wordsOf(names []string) []string {
	var all []string
	spelt := strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")
	for _, name := range names {
		for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len([]rune(word)) < minWord {
				continue
			}
			all = append(all, word)
			if other := spelt.Replace(word); other != word {
				all = append(all, other)
			}
		}
	}
	return all
}

// ownLeft counts the letters and digits of a password that belong to no word.
func ownLeft(password string, words []string) int {
	rest := strings.ToLower(password)
	for _, word := range words {
		rest = strings.ReplaceAll(rest, word, "")
	}
	own := 0
	for _, r := range rest {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			own++
		}
	}
	return own
}

// namesAround are the names that a password of an account mustn't be made of: its
// own, the town's, those of its branches and offices.
func (a *Control) namesAround(id town.UserID) []string {
	names := []string{string(id)}
	known := a.plans.Now().Catalogue
	if known == nil {
		return names
	}
	names = append(names, known.Authority.Name.In(town.German))
	for i := range known.Branches {
		b := &known.Branches[i]
		names = append(names, b.Name.In(town.German), b.Address.City)
		for j := range b.Offices {
			names = append(names, b.Offices[j].Name.In(town.German))
		}
	}
	return names
}
