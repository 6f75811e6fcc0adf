package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
)

// legalView is a statement of the town.
type legalView struct {
	*Page
	Parts []statementPart
}

// statementPart is a heading, or a paragraph in which addresses are links.
type statementPart struct {
	Heading string
	Text    []linkedText
}

// headingMark begins a line of a statement that is the heading of what
// follows.
const headingMark = "## "

// legalPages are the statements that each page links to, in their order.
var legalPages = []struct {
	name, path string
	text       func(*catalogue.Authority) catalogue.LegalText
}{
	{"imprint", "/impressum", func(a *catalogue.Authority) catalogue.LegalText { return a.Imprint }},
	{"privacy", "/datenschutz", func(a *catalogue.Authority) catalogue.LegalText { return a.Privacy }},
	{"accessibility", "/barrierefreiheit", func(a *catalogue.Authority) catalogue.LegalText { return a.Accessibility }},
}

// legalLinks points to our pages, or to where the town keeps its statements,
// and notes the one on privacy, to which forms lead too.
func legalLinks(v *Page, a *catalogue.Authority) []Link {
	links := make([]Link, len(legalPages))
	for i, page := range legalPages {
		links[i] = Link{v.T("booking.legal." + page.name), v.Link(page.path)}
		if address := page.text(a).URL; address != "" {
			links[i].URL = address
		}
		if page.name == "privacy" {
			v.Privacy = links[i].URL
		}
	}
	return links
}

func (p *Pages) legal(name string) gin.HandlerFunc {
	return func(c *gin.Context) {
		v := p.page(c)
		view := legalView{Page: v}
		for _, page := range legalPages {
			if page.name != name {
				continue
			}
			statement := page.text(&p.hall.Catalogue().Authority)
			if statement.URL != "" {
				c.Redirect(http.StatusSeeOther, statement.URL)
				return
			}
			view.Parts = v.statement(statement.Text.In(v.Lang))
		}
		v.Title = v.T("booking.legal." + name)
		if len(view.Parts) == 0 {
			view.Parts = v.statement(v.T("booking.legal.missing"))
		}
		p.render(c, http.StatusOK, "legal", view)
	}
}

// statement reads a text of the catalogue: paragraphs between empty lines,
// headings that begin with headingMark.
func (v *Page) statement(text string) []statementPart {
	var parts []statementPart
	for _, paragraph := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		paragraph = strings.TrimSpace(paragraph)
		if heading, rest, is := cutHeading(paragraph); is {
			parts, paragraph = append(parts, statementPart{Heading: heading}), rest
		}
		if paragraph != "" {
			parts = append(parts, statementPart{Text: v.Linked(paragraph)})
		}
	}
	return parts
}

func cutHeading(paragraph string) (heading, rest string, is bool) {
	line, rest, _ := strings.Cut(paragraph, "\n")
	heading, is = strings.CutPrefix(line, headingMark)
	return strings.TrimSpace(heading), strings.TrimSpace(rest), is
}
