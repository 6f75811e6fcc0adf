package app

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// leastTyped is how many letters or digits a search for a person needs: fewer would
// leaf through everybody.
const leastTyped = 3

// sought is what somebody typed to find a person: parts of a name, of a mail address or
// of a telephone number.
type sought struct {
	plain, spelled []string // words of a name, both ways to write umlauts
	email          string
	phone          string // its digits; empty: a number is no guess at what was typed
}

// soughtOf reads what was typed; false: it is too little.
func soughtOf(typed string) (sought, bool) {
	telling := 0
	for _, r := range typed {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			telling++
		}
	}
	s := sought{plain: strings.Fields(plainly(typed)), spelled: strings.Fields(spelledOut(typed)), email: sameAddress(strings.TrimSpace(typed))}
	if !strings.ContainsFunc(typed, notOfPhone) {
		s.phone = dialled(typed)
	}
	return s, telling >= leastTyped
}

// means reports whether a person may be meant: every word is part of the name, or what
// was typed is part of the mail address or of the telephone number.
func (s sought) means(p Person) bool {
	return allIn(plainly(p.Name), s.plain) || allIn(spelledOut(p.Name), s.spelled) ||
		strings.Contains(sameAddress(p.Email), s.email) || s.phone != "" && strings.Contains(dialled(p.Phone), s.phone)
}

func allIn(name string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}

// plainly writes a name in small letters without accents: "Müller" as "muller".
func plainly(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ReplaceAll(strings.ToLower(name), "ß", "ss")))
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

// spelledOut is plainly with umlauts written out: "Müller" as "mueller".
func spelledOut(name string) string {
	return plainly(umlauts.Replace(strings.ToLower(norm.NFC.String(name))))
}

// dialled is a telephone number as one dials it in Germany: digits alone.
func dialled(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r == '+' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, number)
	for _, abroad := range []string{"+49", "0049"} {
		if home, ok := strings.CutPrefix(digits, abroad); ok {
			return "0" + strings.TrimPrefix(home, "0")
		}
	}
	return strings.ReplaceAll(digits, "+", "")
}
