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
// written in any way, words begun or inside a compound, a slip of one letter in
// a word of four and more, two from eight on. An empty query finds all, in the
// catalogue's order.
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
			if cost := s.cost(word, language); cost < noMatch {
				h.found, h.cost = h.found+1, h.cost+cost
			}
		}
		if h.found > 0 || len(wanted) == 0 {
			hits = append(hits, h)
		}
	}
	return ranked(hits)
}

// hit is a service with the words of the query that it matches.
type hit struct {
	id          town.ServiceID
	found, cost int
}

// ranked keeps the services that match the most words: "Ich brauche einen
// Perso" finds what "Perso" finds.
func ranked(hits []hit) []town.ServiceID {
	most := 0
	for _, h := range hits {
		most = max(most, h.found)
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool { return h.found < most })
	slices.SortStableFunc(hits, func(a, b hit) int { return a.cost - b.cost })
	ids := make([]town.ServiceID, len(hits))
	for i, h := range hits {
		ids[i] = h.id
	}
	return ids
}

// What a match costs: the field first, then how far the word is from it.
const (
	inName        = 0
	inKeywords    = 1
	inGroup       = 10
	inDescription = 20
	noMatch       = 1000
)

func (s *Service) cost(word string, language town.Language) int {
	best := noMatch
	look := func(field int, texts ...string) {
		for _, text := range texts {
			for _, candidate := range words(text) {
				best = min(best, field+distance(word, candidate))
			}
		}
	}
	look(inName, s.Name.In(language), s.Name.In(town.German))
	look(inKeywords, s.Keywords...)
	look(inGroup, s.Group.In(language), s.Group.In(town.German))
	look(inDescription, s.Description.In(language), s.Description.In(town.German))
	return best
}

// distance tells how far a word of the query is from a word of the text.
func distance(wanted, candidate string) int {
	length := len([]rune(wanted))
	switch {
	case wanted == candidate:
		return 0
	case length >= 2 && strings.HasPrefix(candidate, wanted):
		return 2
	case length >= 4 && strings.Contains(candidate, wanted):
		return 4
	case length < 4:
		return noMatch
	}
	slips := 1
	if length >= 8 {
		slips = 2
	}
	// a slip in a word that is only begun counts too
	begun := []rune(candidate)
	for _, cut := range []int{length - 1, length, length + 1, len(begun)} {
		if cut > len(begun) {
			continue
		}
		if d := editDistance([]rune(wanted), begun[:cut], slips+1); d <= slips {
			return 4 + 2*d
		}
	}
	return noMatch
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
