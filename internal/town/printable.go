package town

import "unicode"

// Unprintable tells control characters, and the separators of lines and
// paragraphs that nobody types.
func Unprintable(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) && r != '\n' && r != '\r' && r != '\t'
}
