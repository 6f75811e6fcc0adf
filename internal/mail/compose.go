package mail

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"text/template"
	"unicode/utf8"

	"aufruf/internal/i18n"
)

//go:embed templates
var templates embed.FS

// lineWidth is where plain text is broken (RFC 3676, 4.2).
const lineWidth = 72

// Message is a composed message. It names its reader nowhere: the address
// comes from the job that sends it.
type Message struct {
	Subject string
	Text    string
	HTML    string
}

// Composer turns data into messages.
type Composer struct {
	bundle *i18n.Bundle
	text   *template.Template
	html   *htmltemplate.Template
}

// NewComposer parses the templates and composes one message of each kind and
// language, so that a mistake stops the start and not a citizen's mail.
func NewComposer(bundle *i18n.Bundle) (*Composer, error) {
	text, err := template.New("message.txt.tmpl").
		Funcs(template.FuncMap{"plain": plain, "underline": underline, "wrap": wrap, "bullet": bullet}).
		ParseFS(templates, "templates/message.txt.tmpl")
	if err != nil {
		return nil, fmt.Errorf("parse mail template: %w", err)
	}
	html, err := htmltemplate.ParseFS(templates, "templates/message.html.tmpl")
	if err != nil {
		return nil, fmt.Errorf("parse mail template: %w", err)
	}
	c := &Composer{bundle: bundle, text: text, html: html}
	for _, lang := range bundle.Languages() {
		for _, kind := range Kinds() {
			if _, err := c.Compose(Data{Kind: kind, Language: lang}); err != nil {
				return nil, fmt.Errorf("mail %s in %s: %w", kind, lang, err)
			}
		}
	}
	return c, nil
}

// Compose writes a message. An unknown kind is an error.
func (c *Composer) Compose(data Data) (Message, error) {
	w := writer{Texts: c.bundle.For(data.Language).WithSaturday(data.Saturday), Data: data}
	if !w.Has("mail." + string(data.Kind) + ".title") {
		return Message{}, fmt.Errorf("mail kind %q is unknown", data.Kind)
	}
	d := w.document()
	var text, html bytes.Buffer
	err := errors.Join(c.text.Execute(&text, d), c.html.Execute(&html, d))
	if err != nil {
		return Message{}, fmt.Errorf("write mail: %w", err)
	}
	return Message{Subject: plain(d.Subject), Text: text.String(), HTML: html.String()}, nil
}

// underline marks a heading as plain text does.
func underline(s string) string { return strings.Repeat("-", utf8.RuneCountInString(s)) }

// bullet makes a list item, its further lines indented under the first.
func bullet(s string) string { return "- " + strings.TrimPrefix(wrap("  ", s), "  ") }

// wrap breaks a text into lines of at most lineWidth characters at spaces. A
// longer word, an address for example, keeps its line to itself.
func wrap(indent, s string) string {
	var lines []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		line := indent
		for word := range strings.FieldsFuncSeq(paragraph, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' }) {
			if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > lineWidth {
				lines = append(lines, line)
				line = indent
			}
			if line != indent {
				line += " "
			}
			line += word
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return plain(strings.Join(lines, "\n"))
}

// plain writes spaces that must not break as ordinary ones: they have done
// their work, and not every mail program shows them.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
