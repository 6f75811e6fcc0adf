package web

import (
	"strings"

	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// folding makes words comparable that people spell in several ways. booking.js
// does the same while somebody types.
var folding = strings.NewReplacer(
	"ä", "a", "ö", "o", "ü", "u", "ß", "ss", "ae", "a", "oe", "o", "ue", "u", "é", "e", "è", "e",
	"-", "", "·", "", "\u00ad", "", ".", "",
)

func fold(s string) string { return folding.Replace(strings.ToLower(s)) }

// searchText is everything that a search looks in, folded.
func searchText(s *catalogue.Service, lang town.Language) string {
	words := []string{s.Name.In(lang), s.Group.In(lang), s.Description.In(lang), s.Name.In(town.German)}
	words = append(words, s.Keywords...)
	return fold(strings.Join(words, " "))
}

// matches reports whether each word of the query occurs in the service's text,
// give or take one letter in words of five and more.
func matches(s *catalogue.Service, lang town.Language, query string) bool {
	text := searchText(s, lang)
	for _, word := range strings.Fields(fold(query)) {
		if !strings.Contains(text, word) && !nearlyIn(text, word) {
			return false
		}
	}
	return true
}

// nearlyIn reports whether the text holds a word that begins like this one but
// for a single wrong, missing or additional letter.
func nearlyIn(text, word string) bool {
	letters := []rune(word)
	if len(letters) < 5 {
		return false
	}
	for _, candidate := range strings.Fields(text) {
		other := []rune(candidate)
		for _, n := range []int{len(letters) - 1, len(letters), len(letters) + 1} {
			if n <= len(other) && withinOne(letters, other[:n]) {
				return true
			}
		}
	}
	return false
}

// withinOne reports whether two words differ by at most one edit.
func withinOne(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || string(a[i+1:]) == string(b[i+1:])
	}
	return string(a[i:]) == string(b[i+1:])
}
