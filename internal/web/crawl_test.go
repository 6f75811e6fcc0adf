package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"aufruf/internal/wire"
)

// unworded is what no page says: a key of the catalogue of texts, a value of the
// program, a date that nobody set.
var unworded = regexp.MustCompile(`^[a-z]+(\.[a-z_]+){2,}$|%!|<nil>|<no value>|\b0001\b`)

// followed are how many pages a walk along the links looks at; more are an endless
// calendar.
const followed = 250

// TestEveryLinkAndFormLeadsSomewhere goes along all links of the pages of staff,
// office and citizens: each leads to a page, each form to a route that takes it, each
// choice has a value, and everything is worded.
func TestEveryLinkAndFormLeadsSomewhere(t *testing.T) {
	o, _, _ := openBroken(t)
	var ahead []string
	for _, a := range everywhere(o) {
		if a.form == nil {
			ahead = append(ahead, a.address)
		}
	}
	ahead = append(ahead, "/", "/impressum", "/datenschutz", "/barrierefreiheit")
	taken := takers(o)
	seen := map[string]bool{}
	for len(ahead) > 0 && len(seen) < followed {
		address := ahead[0]
		ahead = ahead[1:]
		if seen[address] || strings.HasSuffix(pathOf(address), "/ics") {
			continue
		}
		seen[address] = true
		answer := o.get(address)
		if to := answer.Header().Get("Location"); answer.Code == http.StatusSeeOther && to != "" {
			ahead = append(ahead, to)
			continue
		}
		if answer.Code != http.StatusOK {
			t.Errorf("%s: got %d", address, answer.Code)
			continue
		}
		if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			continue
		}
		ahead = append(ahead, looksAt(t, address, answer.Body.String(), taken)...)
	}
	t.Logf("%d pages", len(seen))
}

// takers are the routes that take forms.
func takers(o *house) *regexp.Regexp {
	var all []string
	for _, route := range o.router.Routes() {
		if route.Method == http.MethodPost {
			all = append(all, regexp.MustCompile(`:[a-z]+`).ReplaceAllString(route.Path, "[^/]+"))
		}
	}
	return regexp.MustCompile("^(" + strings.Join(all, "|") + ")$")
}

// looksAt judges a page and returns where it leads.
func looksAt(t *testing.T, address, content string, taken *regexp.Regexp) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var leads []string
	headings := 0
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode:
			if n.Parent.Data != "script" && unworded.MatchString(strings.TrimSpace(n.Data)) {
				t.Errorf("%s says %q", address, n.Data)
			}
		case n.Data == "h1":
			headings++
		case n.Data == "a":
			leads = append(leads, link(t, address, n)...)
		case n.Data == "form" && attr(n, "method") == "post" && !taken.MatchString(pathOf(attr(n, "action"))):
			t.Errorf("%s has a form to %q, which nobody takes", address, attr(n, "action"))
		case n.Data == "input" && attr(n, "type") == "hidden" && attr(n, "value") == "" && !slices.Contains(mayBeEmpty, attr(n, "name")):
			t.Errorf("%s: the form to %q carries nothing in %q", address, actionOf(n), attr(n, "name"))
		}
	}
	if headings != 1 && !strings.HasSuffix(address, "/offen") { // a part of a page
		t.Errorf("%s has %d headings of the first order", address, headings)
	}
	return leads
}

// mayBeEmpty are hidden fields that carry nothing where there is nothing to carry: a
// desk's without a ticket, a new rule's, and what a first look had before.
var mayBeEmpty = []string{"ticket", "open", "id", "regel", "uhrzeit_war"}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// actionOf is where the form leads that something stands in.
func actionOf(n *html.Node) string {
	for n != nil && n.Data != "form" {
		n = n.Parent
	}
	if n == nil {
		return ""
	}
	return attr(n, "action")
}

// link is where a link of a page leads, if that is one of ours.
func link(t *testing.T, address string, n *html.Node) []string {
	t.Helper()
	to, err := url.Parse(attr(n, "href"))
	if err != nil || attr(n, "href") == "" && !strings.HasPrefix(address, wire.HallPath) { // whose button asks anew
		t.Errorf("%s: a link to %q", address, attr(n, "href"))
		return nil
	}
	from, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	to = from.ResolveReference(to)
	if to.Host != "" || to.Scheme != "" || to.Path == from.Path && to.RawQuery == from.RawQuery {
		return nil
	}
	to.Fragment = ""
	return []string{to.String()}
}
