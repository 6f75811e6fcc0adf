package booking

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/web/page"
)

// legalView is a statement of the town.
type legalView struct {
	*page.Page
	Parts []statementPart
}

// statementPart is a heading, or a paragraph in which addresses are links.
type statementPart struct {
	Heading string
	Text    []page.LinkedText
}

// headingMark begins a line of a statement that is the heading of what
// follows.
const headingMark = "## "

func (p *Pages) legal(name string) page.Handler {
	return func(c *gin.Context) error {
		v := p.frame.Page(c)
		text := page.LegalText(&p.app.Catalogue().Authority, name)
		if text.URL != "" {
			return page.SeeOther(c, text.URL)
		}
		view := legalView{Page: v, Parts: statement(v, text.Text.In(v.Lang))}
		v.Title = v.T("booking.legal." + name)
		if len(view.Parts) == 0 {
			view.Parts = statement(v, v.T("booking.legal.missing"))
		}
		return p.render(c, http.StatusOK, "legal", view)
	}
}

// statement reads a text of the catalogue: paragraphs between empty lines,
// headings that begin with headingMark.
func statement(v *page.Page, text string) []statementPart {
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
