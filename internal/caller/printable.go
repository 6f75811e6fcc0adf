package caller

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"aufruf/internal/town"
)

// A terminal obeys what it is shown: one escape sequence moves the cursor, hides a
// line or answers in the person's name. Whatever a server sends is therefore shown
// as itself and never obeyed: Line is the one rule, of what stands on the screen and
// in each sentence; Printer is the same for whatever is written to a stream.

// Line returns a text as one line that a terminal shows and doesn't obey: what town
// calls unprintable, ends of lines and tabs are written as JSON would (\u001b), and
// so is what is no UTF-8.
func Line(text string) string { return escaped(text, "") }

// Printer writes texts to a stream as Line does, but keeps ends of lines and tabs. Of JSON
// nothing is lost: what it escapes stands in strings alone.
func Printer(to io.Writer) io.Writer { return printer{to} }

type printer struct{ to io.Writer }

// Write implements io.Writer.
func (p printer) Write(text []byte) (int, error) {
	if _, err := p.to.Write([]byte(escaped(string(text), "\n\t"))); err != nil {
		return 0, fmt.Errorf("print: %w", err)
	}
	return len(text), nil
}

// escaped writes what a terminal would obey as escapes, but for the characters kept.
func escaped(text, kept string) string {
	var b strings.Builder
	for i, r := range text {
		invalid := r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError))
		switch {
		case strings.ContainsRune(kept, r):
			b.WriteRune(r)
		case r == '\n' || r == '\r' || r == '\t' || invalid || town.Unprintable(r):
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// T words a key as i18n.Texts does; what is given as text is shown as itself.
func (p Phrases) T(key string, args ...any) string { return p.Texts.T(Line(key), shown(args)...) }

// N is T for a count.
func (p Phrases) N(key string, count int, args ...any) string {
	return p.Texts.N(Line(key), count, shown(args)...)
}

func shown(args []any) []any {
	all := make([]any, len(args))
	for i, arg := range args {
		switch a := arg.(type) {
		case error:
			all[i] = Line(a.Error())
		case fmt.Stringer:
			all[i] = Line(a.String())
		default:
			if v := reflect.ValueOf(arg); v.Kind() == reflect.String {
				all[i] = Line(v.String())
				continue
			}
			all[i] = arg
		}
	}
	return all
}
