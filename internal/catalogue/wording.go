package catalogue

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"aufruf/internal/town"
)

const languageExpression = `^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`

var languageTag = regexp.MustCompile(languageExpression)

func language() kind[town.Language] {
	return pattern[town.Language](languageExpression, "a language like de, en or de-simple")
}

// wording is a text in one or several languages, German among them: a string is
// German.
func wording(allowed string) kind[town.Text] {
	k := phrase(allowed)
	read := k.read
	k.read = func(r *reader, n *node, into *town.Text) {
		if n.form == formMapping && n.get(string(town.German)).empty() {
			r.wrong(n.at, "the German text (de) is missing")
			into = new(town.Text)
		}
		read(r, n, into)
	}
	k.schema = func() *node { return wordingSchema(allowed) }
	return k
}

// phrase is a text in any languages, each for itself: what is missing is worded
// otherwise.
func phrase(allowed string) kind[town.Text] {
	return kind[town.Text]{
		read: func(r *reader, n *node, into *town.Text) {
			if n.form == formMapping {
				readLanguages(r, n, allowed, into)
				return
			}
			if n.form != formText {
				r.wrong(n.at, "want text, or a mapping of languages to text, got %s", n.form)
				return
			}
			if s, ok := readSentence(r, n, allowed); ok {
				*into = town.Plain(s)
			}
		},
		write:  writeLanguages,
		schema: func() *node { return phraseSchema(allowed) },
	}
}

func readLanguages(r *reader, n *node, allowed string, into *town.Text) {
	text := town.Text{}
	for _, p := range n.pairs {
		r.at("."+p.key, p.at, func() {
			if !languageTag.MatchString(p.key) {
				r.wrong(p.at, "%q: want a language like de, en or de-simple", p.key)
				return
			}
			if _, twice := text[town.Language(p.key)]; twice {
				r.wrong(p.at, "language %s stands twice", p.key)
				return
			}
			if s, ok := readSentence(r, p.value, allowed); ok {
				text[town.Language(p.key)] = s
			}
		})
	}
	*into = text
}

func readSentence(r *reader, n *node, allowed string) (string, bool) {
	if !r.want(n, formText) {
		return "", false
	}
	s := strings.TrimRight(n.value, "\n") // a block in YAML ends with one
	if err := printable(s, allowed); err != nil {
		r.wrong(n.at, "%s", err)
		return "", false
	}
	if s == "" {
		r.wrong(n.at, "the text is empty; leave the key out, or write null")
		return "", false
	}
	return s, true
}

// writeLanguages writes the languages that ship with the program, then others.
func writeLanguages(text town.Text, _ writing) *node {
	if len(text) == 0 {
		return nullNode()
	}
	if len(text) == 1 && text[town.German] != "" {
		return textNode(text[town.German])
	}
	tags := slices.SortedFunc(maps.Keys(text), func(a, b town.Language) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	out := &node{form: formMapping, flow: true}
	for _, tag := range tags {
		out.with(string(tag), textNode(text[tag]))
	}
	return out
}

func rank(tag town.Language) int {
	known := []town.Language{town.German, town.English, town.PlainGerman}
	if i := slices.Index(known, tag); i >= 0 {
		return i
	}
	return len(known)
}

func sentence() kind[town.Text]   { return wording("") }
func paragraphs() kind[town.Text] { return wording("\n") }
