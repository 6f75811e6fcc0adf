package catalogue

import (
	"slices"
	"strings"
	"unicode"

	"aufruf/internal/town"
)

// Search returns the services that a query may mean, the best first, those in
// use only. It looks at names, keywords, groups and descriptions, in the
// language and in German, and forgives: small and capital letters, umlauts
// written in any way, words begun or inside a compound, and in names and
// keywords a slip of one letter in a word of four and more, two from eight on.
// A whole sentence finds what its telling words find. An empty query finds all,
// in the catalogue's order.
func (c *Catalogue) Search(query string, language town.Language) []town.ServiceID {
	wanted := words(query)
	var hits []hit
	for i := range c.Services {
		s := &c.Services[i]
		if s.Retired {
			continue
		}
		h := hit{id: s.ID}
		for _, word := range wanted {
			h.points += s.points(word, language)
		}
		if h.points > 0 || len(wanted) == 0 {
			hits = append(hits, h)
		}
	}
	return ranked(hits)
}

// hit is a service with how well it matches.
type hit struct {
	id     town.ServiceID
	points int
}

// ranked leaves out what matches less than half as well as the best.
func ranked(hits []hit) []town.ServiceID {
	best := 0
	for _, h := range hits {
		best = max(best, h.points)
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool { return 2*h.points < best })
	slices.SortStableFunc(hits, func(a, b hit) int { return b.points - a.points })
	ids := make([]town.ServiceID, len(hits))
	for i, h := range hits {
		ids[i] = h.id
	}
	return ids
}

// What a match is worth, at most.
const (
	inName        = 100
	inKeywords    = 100 // the first; each further one a little less
	inGroup       = 40
	inDescription = 12
)

// points tells how much one word of the query speaks for a service.
func (s *Service) points(word string, language town.Language) int {
	best := 0
	look := func(worth int, close closeness, texts ...string) {
		for _, text := range texts {
			for _, candidate := range words(text) {
				best = max(best, worth*close(word, candidate)/100)
			}
		}
	}
	look(inName, similar, s.Name.In(language), s.Name.In(town.German))
	for i, keyword := range s.Keywords {
		look(inKeywords-min(i, 20), similar, keyword)
	}
	look(inGroup, begun, s.Group.In(language), s.Group.In(town.German))
	look(inDescription, begun, s.Description.In(language), s.Description.In(town.German))
	return best
}

// closeness tells how near a word of the query is to a word of a text: 100 the
// same, 0 not at all.
type closeness func(wanted, candidate string) int

// begun accepts the word and its beginning.
func begun(wanted, candidate string) int {
	switch {
	case wanted == candidate:
		return 100
	case len(wanted) >= 3 && strings.HasPrefix(candidate, wanted):
		return 80
	}
	return 0
}

// similar accepts parts of compounds and slips too.
func similar(wanted, candidate string) int {
	if close := begun(wanted, candidate); close > 0 {
		return close
	}
	length := len([]rune(wanted))
	if length < 4 {
		return 0
	}
	if strings.Contains(candidate, wanted) {
		return 70
	}
	allowed := 1
	if length >= 8 {
		allowed = 2
	}
	if slips := slipsIn([]rune(wanted), []rune(candidate), allowed); slips <= allowed {
		return 60 - 10*slips
	}
	return 0
}

// slipsIn counts the slips in a word or in the beginning of one; more than
// allowed reads as one more.
func slipsIn(wanted, candidate []rune, allowed int) int {
	least := allowed + 1
	for cut := len(wanted) - allowed; cut <= len(wanted)+allowed && cut <= len(candidate); cut++ {
		least = min(least, editDistance(wanted, candidate[:cut], allowed+1))
	}
	return least
}

// words splits a text into its words, folded.
func words(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

var (
	letters = strings.NewReplacer(
		"ä", "a", "ö", "o", "ü", "u", "ß", "ss", "·", "", "\u0308", "",
		"à", "a", "á", "a", "â", "a", "ã", "a", "å", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
		"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "ù", "u", "ú", "u", "û", "u",
	)
	digraphs = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")
)

// fold makes "Führungszeugnis", "fuehrungszeugnis" and "FUHRUNGSZEUGNIS" equal;
// both sides of a comparison are folded, so it does no harm that "neue" loses a
// letter.
func fold(s string) string { return digraphs.Replace(letters.Replace(strings.ToLower(s))) }
