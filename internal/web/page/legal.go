package page

import (
	"aufruf/internal/catalogue"
)

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

// LegalText returns the statement of a name: imprint, privacy, accessibility.
func LegalText(a *catalogue.Authority, name string) catalogue.LegalText {
	for _, page := range legalPages {
		if page.name == name {
			return page.text(a)
		}
	}
	return catalogue.LegalText{}
}
