package i18n

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Texts speaks one language. The zero value knows no sentence; get one from
// Bundle.For.
type Texts struct {
	Lang     town.Language
	own      *messages
	fallback *messages         // German behind plain German
	saturday string            // the region's word; empty: the language's
	commands *strings.Replacer // what commands are called here; nil: as the catalogues have them
}

// WithCommands returns texts that name commands as they are typed here; the
// replacer is for sentences before their values are put in.
func (t Texts) WithCommands(here *strings.Replacer) Texts {
	t.commands = here
	return t
}

// WithSaturday returns texts that call the sixth day by the region's word, as
// the catalogue gives it ("Sonnabend"). It counts in German only; empty leaves
// the language's own word.
func (t Texts) WithSaturday(word town.Text) Texts {
	if t.Lang == town.English {
		return t
	}
	t.saturday = word.In(t.Lang)
	return t
}

// HTMLLang returns the value for an HTML lang attribute: plain German is
// German to a screen reader.
func (t Texts) HTMLLang() string {
	if t.Lang == town.PlainGerman {
		return string(town.German)
	}
	return string(t.Lang)
}

// Has reports whether a key exists.
func (t Texts) Has(key string) bool {
	_, ok := t.find(key)
	return ok
}

// T returns the sentence of a key; args are pairs of a name and its value,
// which replaces {name}.
func (t Texts) T(key string, args ...any) string {
	text, ok := t.find(key)
	if !ok {
		return key
	}
	return fill(text, args)
}

// N returns the form of a key that fits a count; {count} is the count, other
// args as for T.
func (t Texts) N(key string, count int, args ...any) string {
	for _, m := range []*messages{t.own, t.fallback} {
		if m == nil || !m.plural[key] {
			continue
		}
		form, err := m.chooser.Localize(&goi18n.LocalizeConfig{
			MessageID: key, PluralCount: count, TemplateParser: template.IdentityParser{},
		})
		if err == nil {
			return fill(form, append([]any{"count", count}, args...))
		}
	}
	return t.T(key, append([]any{"count", count}, args...)...)
}

// Problem returns the sentence for a problem: that of its key, or one for its
// kind where the key has none. Values in Args fill {name}.
func (t Texts) Problem(e *problem.Error) string {
	args := make([]any, 0, 2*len(e.Args))
	for _, name := range slices.Sorted(maps.Keys(e.Args)) {
		args = append(args, name, e.Args[name])
	}
	if key := "problem." + e.Key; t.Has(key) {
		return t.T(key, args...)
	}
	return t.T(fmt.Sprintf("problem.status.%d", e.Kind.Status()), args...)
}

// Field returns the sentence for what is wrong with one field: the values of
// problem.Error's Fields.
func (t Texts) Field(key string) string {
	if full := "problem." + key; t.Has(full) {
		return t.T(full)
	}
	return t.T("problem.request.bad_value")
}

func (t Texts) find(key string) (string, bool) {
	for _, m := range []*messages{t.own, t.fallback} {
		if m == nil {
			continue
		}
		if text, ok := m.flat[key]; ok {
			return t.asTyped(text), true
		}
	}
	return "", false
}

func (t Texts) asTyped(text string) string {
	if t.commands == nil {
		return text
	}
	return t.commands.Replace(text)
}

// fill replaces {name} by the value that follows name in args. A placeholder
// without a value stays as it is, so that it is seen.
func fill(text string, args []any) string {
	if len(args) < 2 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
