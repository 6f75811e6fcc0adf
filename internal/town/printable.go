package town

import (
	"slices"
	"unicode"
)

// Joiners shape letters in Persian and Indic scripts, and families of emoji. They
// are the only invisible characters that somebody means to type.
const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// blank are letters and symbols that look like nothing.
var blank = []rune{'\u115f', '\u1160', '\u2800', '\u3164', '\uffa0'}

// Unprintable tells what nobody sees and nobody means to type: control
// characters, the separators of lines and paragraphs, and what formats the text
// around it. With those that change the direction of writing one text poses as
// another; with zero-width ones two names that look the same are different.
func Unprintable(r rune) bool {
	if ' ' <= r && r <= '~' { // most of what is ever asked about
		return false
	}
	switch r {
	case '\n', '\r', '\t', zeroWidthNonJoiner, zeroWidthJoiner:
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs, unicode.Co)
}

// Visible reports whether a text has anything to see.
func Visible(s string) bool {
	for _, r := range s {
		if unicode.IsGraphic(r) && !unicode.In(r, unicode.Z, unicode.M) && !slices.Contains(blank, r) {
			return true
		}
	}
	return false
}
