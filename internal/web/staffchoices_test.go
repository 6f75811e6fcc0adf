package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/test/browser"
)

// mayStand are the lists of staff's forms in which something is chosen before
// anybody has chosen it, with why no slip sends or ends anything by that.
var mayStand = map[string]string{
	"/staff/:branch/empfang/termin sprache": "the language of a confirmation",
	"/staff/:branch/liste/nachtrag outcome": "beside a number that is typed; each line can be taken back",
	"/staff/verwaltung/schliessen wo":       "a preview comes first",
	"/staff/verwaltung/geraete branch":      "sends and ends nothing",
	"/staff/verwaltung/konten role":         "sends and ends nothing; the least comes first",
	"/staff/verwaltung/konten/aendern role": "what the account has",
}

// standing returns the lists of a page's forms in which something is chosen, by what
// the form does and what the list is called.
func standing(t *testing.T, content string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for f := range root.Descendants() {
		if f.Data != "form" || attr(f, "method") != "post" {
			continue
		}
		for list := range f.Descendants() {
			if list.Data == "select" && chosen(list) != "" {
				found = append(found, attr(f, "action")+" "+attr(list, "name"))
			}
		}
	}
	return found
}

// chosen is the value that a list would send now.
func chosen(list *html.Node) string {
	value, first := "", true
	for o := range list.Descendants() {
		if o.Data != "option" {
			continue
		}
		if first || has(o, "selected") {
			value, first = attr(o, "value"), false
		}
	}
	return value
}

// "Send on to" had its first entry ready: one slip sent a person to the wrong
// office. A new list has nothing chosen, or says here why that harms nobody.
func TestNoListOfStaffSendsOrEndsWhatNobodyChose(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	pages := staffPages(o)
	o.post(deskOne+"/befehl", "id", "call", "type", "call_next")
	seen := map[string]bool{}
	for _, address := range pages {
		for _, list := range standing(t, o.get(address).Body.String()) {
			key := regexp.MustCompile("/staff/grimma-markt(/platz-1)?").ReplaceAllString(list, "/staff/:branch")
			if mayStand[key] == "" {
				t.Errorf("%s: in the list of %q something is chosen", address, key)
			}
			seen[key] = true
		}
	}
	for key := range mayStand {
		if !seen[key] {
			t.Errorf("no page has the list of %q", key)
		}
	}
	desk := o.get(deskOne).Body.String()
	for _, list := range []string{`id="target"`, `id="second"`} {
		if !strings.Contains(desk, list) {
			t.Errorf("the desk has no %s", list)
		}
	}
}

// Without a choice nobody is sent anywhere, by key or by a form without script.
func TestADeskSendsNobodyAwayWithoutAChoice(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	number := o.walkIn().Number.String()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	o.press(tab, "n")
	tab.AwaitText("#serving .number", number)
	for _, key := range []string{"t", "w"} {
		o.press(tab, key)
		tab.Await("the focus on a list", "document.activeElement.tagName === 'SELECT'")
		types(tab, kb.Tab+kb.Enter)
		tab.Await("that it asks for a choice", "document.activeElement.tagName === 'SELECT'")
	}
	o.signsIn("lena")
	day, err := o.Workday(t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		t.Fatal(err)
	}
	open := string(day.Open[0].ID)
	for _, step := range []string{"transfer", "send_on"} {
		wantStatus(t, o.post(deskOne+"/befehl", "id", step, "type", step, "ticket", open, "target", "", "service", ""), http.StatusUnprocessableEntity)
	}
	if day, err = o.Workday(t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0); err != nil || day.Open[0].State != queue.Called {
		t.Errorf("got %+v, %v, want the number still called here", day.Open, err)
	}
}
