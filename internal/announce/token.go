package announce

import (
	"regexp"
	"strings"
	"unicode"
)

// unsaid reports whether a label holds what would be dropped, and so said as
// something else: a fraction or another sign that is no mark of punctuation, or a
// stroke between two numbers, which is a range in one house and part of a number in
// the next.
func unsaid(label string) bool {
	return strings.ContainsFunc(label, func(r rune) bool { return unicode.Is(unicode.No, r) || unicode.Is(unicode.Sm, r) && r != '+' }) ||
		stroke.MatchString(label)
}

var stroke = regexp.MustCompile(`[0-9]\s*[-\x{2010}-\x{2015}]\s*[0-9]`)

// tokens splits a label into runs of digits, runs of letters and the signs
// that are said; blanks and all other signs only separate.
func tokens(label string) []string {
	var found []string
	var run []rune
	kind := separator
	flush := func() {
		if len(run) > 0 {
			found = append(found, string(run))
		}
		run = nil
	}
	for _, r := range label {
		k := classOf(r)
		if k != kind || k == sign {
			flush()
		}
		kind = k
		if k != separator {
			run = append(run, r)
		}
	}
	flush()
	return withoutIdleSigns(found)
}

type class uint8

const (
	separator class = iota
	digit
	letter
	sign
)

func classOf(r rune) class {
	switch {
	case r >= '0' && r <= '9':
		return digit
	case unicode.IsLetter(r):
		return letter
	case signs[string(r)] != "":
		return sign
	}
	return separator
}

// withoutIdleSigns drops signs that don't stand between two numbers: the dot
// of "Zi. 3" isn't said, that of "2.03" is.
func withoutIdleSigns(found []string) []string {
	var kept []string
	for i, token := range found {
		if signs[token] != "" && (i == 0 || i+1 == len(found) || !isNumber(found[i-1]) || !isNumber(found[i+1])) {
			continue
		}
		kept = append(kept, token)
	}
	return kept
}

func isNumber(token string) bool { return token != "" && token[0] >= '0' && token[0] <= '9' }

// slug is the file name of a word: umlauts written out, the rest dropped.
func slug(word string) string {
	var b strings.Builder
	for _, r := range word {
		switch {
		case umlauts[r] != "":
			b.WriteString(umlauts[r])
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		}
	}
	return b.String()
}

var umlauts = map[rune]string{'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss"}

var signs = map[string]string{".": "point", ",": "point", "/": "slash", "+": "and", "&": "and"}

var letterClips = lettersByRune()

func lettersByRune() map[rune]string {
	names := map[rune]string{}
	for r := 'a'; r <= 'z'; r++ {
		names[r] = "letter-" + string(r)
	}
	for r, name := range umlauts {
		names[r] = "letter-" + name
	}
	return names
}
