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
	Paragraphs []string
}

// legalPages are the statements that each page links to, in their order.
var legalPages = []struct {
	name, path string
	text       func(*catalogue.Authority) catalogue.LegalText
}{
	{"imprint", "/impressum", func(a *catalogue.Authority) catalogue.LegalText { return a.Imprint }},
	{"privacy", "/datenschutz", func(a *catalogue.Authority) catalogue.LegalText { return a.Privacy }},
	{"accessibility", "/barrierefreiheit", func(a *catalogue.Authority) catalogue.LegalText { return a.Accessibility }},
}

// legalLinks points to our pages, or to where the town keeps its statements.
func legalLinks(v *Page, a *catalogue.Authority) []Link {
	links := make([]Link, len(legalPages))
	for i, page := range legalPages {
		links[i] = Link{v.T("booking.legal." + page.name), v.Link(page.path)}
		if address := page.text(a).URL; address != "" {
			links[i].URL = address
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
			view.Paragraphs = paragraphs(statement.Text.In(v.Lang))
		}
		v.Title = v.T("booking.legal." + name)
		if len(view.Paragraphs) == 0 {
			view.Paragraphs = []string{v.T("booking.legal.missing")}
		}
		p.render(c, http.StatusOK, "legal", view)
	}
}

func paragraphs(text string) []string {
	var out []string
	for _, paragraph := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			out = append(out, paragraph)
		}
	}
	return out
}
