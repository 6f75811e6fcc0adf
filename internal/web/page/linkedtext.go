package page

import (
	"html/template"
	"regexp"
	"strings"
)

// address finds what a person could tap: a mail address, a web address, a
// telephone number as it is written in Germany.
var address = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s<>"]*[^\s<>".,;:!?)]|(?:\+49 ?|\b0)[1-9][\d /-]{5,}\d`)

// LinkedText is a piece of a sentence, with where it leads if it is an address.
// The URL is one that addressURL made: html/template knows no tel: link.
type LinkedText struct {
	Label string
	URL   template.URL
}

// Linked cuts a sentence of the catalogue into text and the addresses in it.
func (v *Page) Linked(text string) []LinkedText {
	var parts []LinkedText
	at := 0
	for _, span := range address.FindAllStringIndex(text, -1) {
		found := text[span[0]:span[1]]
		parts = append(parts, LinkedText{Label: text[at:span[0]]}, LinkedText{found, v.addressURL(found)})
		at = span[1]
	}
	return append(parts, LinkedText{Label: text[at:]})
}

func (v *Page) addressURL(found string) template.URL {
	switch {
	case strings.HasPrefix(found, "http"):
		return template.URL(found)
	case strings.Contains(found, "@"):
		return template.URL("mailto:" + found)
	}
	return template.URL("tel:" + v.Tel(found))
}

// Outside lets a link that leads off this site leave the frame too: other
// sites refuse to be shown in one.
func (v *Page) Outside(url string) template.HTMLAttr {
	if !v.Framed || !strings.HasPrefix(url, "http") {
		return ""
	}
	return ` target="_blank" rel="noopener"`
}
