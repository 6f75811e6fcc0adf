package catalogue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"aufruf/internal/town"
)

// MailText is the town's own wording of one kind of mail. What is left out, or
// missing in the reader's very language, is worded by the program.
type MailText struct {
	Kind    string    // one of MailKinds
	Subject town.Text // one line
	Title   town.Text // one line, above the message
	Opening town.Text // instead of greeting and first sentence; paragraphs
	Closing town.Text // instead of everything at the foot; paragraphs
}

// MailText returns what the town words itself of a kind of mail: office by
// office, else for the whole town; the zero value: nothing.
func (c *Catalogue) MailText(o *Office, kind string) MailText {
	for _, texts := range [][]MailText{o.Mails, c.Authority.Mails} {
		for _, t := range texts {
			if t.Kind == kind {
				return t
			}
		}
	}
	return MailText{}
}

// Mails about a step come in two kinds: the citizen's, and the office's.
const mailByOffice = "_by_office"

// MailKind returns the kind of the mail about a step: the office has words of its
// own for what it decided itself.
func MailKind(cause string, byOffice bool) string {
	if byOffice && slices.Contains(MailKinds(), cause+mailByOffice) {
		return cause + mailByOffice
	}
	return cause
}

// mailWords are the placeholders that each kind of mail can fill.
var mailWords = func() map[string][]string {
	place := []string{"date", "time", "branch", "office", "services", "authority", "phone"}
	full := append([]string{"number"}, place...)
	words := map[string][]string{"offer": place, "confirm": place, "wish": {"date", "services", "authority"}}
	for _, kind := range []string{"confirmation", "reminder", "existing", "change", "relocation", "cancellation", "new_time"} {
		words[kind] = full
	}
	for _, cause := range []string{"change", "relocation", "cancellation"} {
		words[cause+mailByOffice] = full
	}
	return words
}()

// MailKinds returns every kind of mail that can be worded, in order.
func MailKinds() []string {
	kinds := make([]string, 0, len(mailWords))
	for kind := range mailWords {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// MailWords returns the placeholders that a kind of mail can fill.
func MailWords(kind string) []string { return slices.Clone(mailWords[kind]) }

// maxSubject keeps a subject readable in a list of mails.
const maxSubject = 150

var mailTextShape = shape[MailText]{finish: finishMailText, fields: []field[MailText]{
	must("kind", "what the mail is about", oneOf(MailKinds()...), func(m *MailText) *string { return &m.Kind }),
	in("subject", "one line; never a name", phrase(""), func(m *MailText) *town.Text { return &m.Subject }),
	in("title", "one line above the message", phrase(""), func(m *MailText) *town.Text { return &m.Title }),
	in("opening", "instead of greeting and first sentence; paragraphs, separated by empty lines", phrase("\n"), func(m *MailText) *town.Text { return &m.Opening }),
	in("closing", "instead of everything at the foot; paragraphs, separated by empty lines", phrase("\n"), func(m *MailText) *town.Text { return &m.Closing }),
}}

func mailTexts() kind[[]MailText] { return listOf(mailTextShape.kind()) }

// finishMailText checks what stands in braces, in each language.
func finishMailText(r *reader, n *node, m *MailText) {
	known, ok := mailWords[m.Kind]
	if !ok {
		return // told already
	}
	for _, key := range []string{"subject", "title", "opening", "closing"} {
		value := n.get(key)
		if value.empty() {
			continue
		}
		check := func(step string, text *node) {
			r.at(step, text.at, func() {
				if key == "subject" && utf8.RuneCountInString(text.value) > maxSubject {
					r.wrong(text.at, "the subject has more than %d characters", maxSubject)
				}
				checkPlaceholders(r, text, known)
			})
		}
		if value.form == formText {
			check("."+key, value)
			continue
		}
		for _, p := range value.pairs {
			if p.value.form == formText {
				check("."+key+"."+p.key, p.value)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// checkPlaceholders names each placeholder that the mail can't fill, and each
// brace that is none, with the line that it stands on.
func checkPlaceholders(r *reader, text *node, known []string) {
	for i, line := range strings.Split(text.value, "\n") {
		at := text.at
		at.line += i
		for _, found := range placeholder.FindAllStringSubmatch(line, -1) {
			if name := found[1]; !slices.Contains(known, name) {
				r.wrong(at, "this mail has no {%s}%s; it has %s", name, suggestion(name, known), braced(known))
			}
		}
		if strings.ContainsAny(placeholder.ReplaceAllString(line, ""), "{}") {
			r.wrong(at, "a brace without its other half; placeholders are written {date}")
		}
	}
}

func braced(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = fmt.Sprintf("{%s}", name)
	}
	return strings.Join(all, " ")
}

// mailTexts names kinds of mail that stand twice.
func (r *checker) mailTexts(path string, texts []MailText) {
	for i, t := range texts {
		if slices.ContainsFunc(texts[:i], func(other MailText) bool { return other.Kind == t.Kind }) {
			r.wrong(fmt.Sprintf("%s.mails[%d]", path, i), "mail %s stands twice", t.Kind)
		}
	}
}
