package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
)

// form is one of a page, as a browser would send it.
type form struct {
	page, action string
	fields       []formField
}

type formField struct{ name, kind, value string }

// forms finds the forms of a page that change something, and types into them what
// is told apart again: into each text field another text.
func forms(t *testing.T, page string, content string) []form {
	t.Helper()
	root, err := html.Parse(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var found []form
	var walk func(n *html.Node, in *form)
	walk = func(n *html.Node, in *form) {
		if n.Type == html.ElementNode && n.Data == "form" && attr(n, "method") == "post" {
			found = append(found, form{page: page, action: attr(n, "action")})
			in = &found[len(found)-1]
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c, in)
			}
			return
		}
		if in != nil && n.Type == html.ElementNode && attr(n, "name") != "" {
			in.field(n)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(root, nil)
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func (f *form) field(n *html.Node) {
	name, kind, value := attr(n, "name"), attr(n, "type"), attr(n, "value")
	switch {
	case n.Data == "select":
		kind = "select"
		for o := range n.Descendants() {
			if o.Data == "option" && (value == "" || has(o, "selected")) {
				value = attr(o, "value")
			}
		}
	case n.Data == "textarea":
		kind = "textarea"
		if n.FirstChild != nil {
			value = n.FirstChild.Data
		}
	case n.Data != "input":
		kind = n.Data
	case (kind == "checkbox" || kind == "radio") && !has(n, "checked"):
		return
	}
	f.fields = append(f.fields, formField{name, kind, value})
}

// typed fills in what somebody can type.
func (f form) typed() form {
	filled := f
	filled.fields = slices.Clone(f.fields)
	for i := range filled.fields {
		switch at := &filled.fields[i]; at.kind {
		case "", "text", "search", "tel", "email", "textarea":
			at.value = fmt.Sprintf("Ge»tippt %d <&\">", i)
		case "password":
			at.value = "ein geheimes Kennwort"
		}
	}
	return filled
}

// values is what is sent, by the first of the buttons.
func (f form) values() []string {
	var all []string
	button := false
	for _, field := range f.fields {
		if field.kind == "button" && button {
			continue
		}
		button = button || field.kind == "button"
		all = append(all, field.name, field.value)
	}
	return all
}

// shown is what a person sees in the fields of a form.
func (f form) shown() []formField {
	return slices.DeleteFunc(slices.Clone(f.fields), func(at formField) bool {
		return at.kind == "hidden" || at.kind == "button" || at.kind == "password"
	})
}

// staffPages are pages on which each form of staff stands at least once.
func staffPages(o *house) []string {
	o.hires("eva", ledger.RoleClerk)
	made := o.booked("10:00").Ticket
	walkIn := o.walkIn()
	number := front + "/nummer?number=" + made.Number.String()
	token := o.post(front+"/ticket", "service", "eid-pin").Header().Get("Location")
	o.t.Logf("numbers %s %s, slip %s", made.Number, walkIn.Number, token)
	pages := []string{
		front + "?q=pin&service=meldebescheinigung", front + "/termin?service=eid-pin", number, front + "/verschieben?number=" + made.Number.String(),
		deskOne, "/staff/grimma-markt/liste/nachtrag", "/staff/konto", "/staff/grimma-markt/passt-nicht", "/staff/grimma-markt/anrufen",
	}
	for _, below := range []string{"schliessen", "geraete", "konten", "konten/aendern?user=eva", "katalog", "kalender", "oeffnungszeiten", "besetzung", "verlauf"} {
		pages = append(pages, "/staff/verwaltung/"+below)
	}
	return pages
}

func (o *house) sendsFrom(f form) *httptest.ResponseRecorder {
	o.t.Helper()
	sent := url.Values{}
	values := f.values()
	for i := 0; i+1 < len(values); i += 2 {
		sent.Add(values[i], values[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, f.action, strings.NewReader(sent.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Referer", "https://termin.example"+f.page)
	return o.do(r)
}

// wantsForm demands that an answer has a form as it was sent.
func wantForm(t *testing.T, sent form, answer *httptest.ResponseRecorder) {
	t.Helper()
	var closest []formField
	for _, back := range forms(t, sent.page, answer.Body.String()) {
		if back.action != sent.action {
			continue
		}
		if slices.Equal(back.shown(), sent.shown()) {
			return
		}
		closest = back.shown()
	}
	t.Errorf("POST %s from %s (%d):\n got %q\nwant %q", sent.action, sent.page, answer.Code, closest, sent.shown())
}

func openForms(t *testing.T) (*house, []form) {
	t.Helper()
	o := openManagement(t, ledger.RoleAdmin)
	var all []form
	seen := map[string]bool{}
	for _, address := range staffPages(o) {
		shown := o.get(address)
		if shown.Code != http.StatusOK {
			t.Errorf("%s: %d", address, shown.Code)
		}
		for _, f := range forms(t, address, shown.Body.String()) {
			key := f.action + fmt.Sprint(f.shown())
			if f.action != "/staff/abmelden" && !seen[key] {
				seen[key] = true
				all = append(all, f.typed())
			}
		}
	}
	return o, all
}

// unseen are the forms of staff that stand on no page of these tests, with the test
// of their own page's refusals or what there is in them to lose.
var unseen = map[string]string{
	"/staff/anmelden":                               "TestWhoIsNotSignedInIsLedToTheSignInAndBack",
	"/staff/:branch/hilfe":                          "nothing is typed",
	"/staff/abmelden":                               "nothing is typed",
	"/staff/sperre":                                 "nothing is typed",
	"/staff/anmelden/dienst":                        "nothing is typed",
	"/staff/:branch/:room/ton":                      "nothing is typed",
	"/staff/:branch/empfang/ticket/:token/drucken":  "nothing is typed",
	"/staff/:branch/liste/nachtrag/zurueck":         "nothing is typed",
	"/staff/:branch/passt-nicht/behalten":           "the form of the steps beside it",
	"/staff/:branch/passt-nicht/absagen":            "TestARefusedMassStepKeepsItsTicks",
	"/staff/:branch/passt-nicht/vorschau":           "TestARefusedMassStepKeepsItsTicks",
	"/staff/:branch/passt-nicht/lauf":               "the preview says itself what is wrong",
	"/staff/:branch/passt-nicht/lauf/:run/anhalten": "nothing is typed",
	"/staff/:branch/passt-nicht/lauf/:run/zurueck":  "nothing is typed",
	"/staff/:branch/anrufen":                        "nothing is typed",
	"/staff/:branch/anrufen/nochmal":                "nothing is typed",
	"/staff/:branch/anrufen/antwort":                "nothing is typed",
	"/staff/verwaltung/besetzung/zuruecknehmen":     "nothing is typed",
	"/staff/:branch/empfang/zurueck":                "nothing is typed",
	"/staff/:branch/empfang/bestaetigung":           "nothing is typed",
	"/staff/:branch/empfang/termin/tag":             "TestTheCalendarOfATelephoneBookingKeepsWhatWasTyped",
	"/staff/verwaltung/schliessen/oeffnen":          "nothing is typed",
	"/staff/verwaltung/entwurf":                     "the draft keeps itself",
	"/staff/verwaltung/entwurf/neu":                 "the form of an edit keeps itself",
	"/staff/verwaltung/verlauf/zurueck":             "nothing is typed",
	"/staff/verwaltung/geraete/sperren":             "nothing is typed",
	"/staff/verwaltung/geraete/ton":                 "nothing is typed",
	"/staff/verwaltung/konten/sperren":              "nothing is typed",
	"/staff/verwaltung/konten/zulassen":             "nothing is typed",
	"/staff/verwaltung/katalog/loeschen":            "nothing is typed",
	"/staff/verwaltung/uhr":                         "nothing is typed",
}

// A new form of staff stands on one of these tests' pages, or says why not.
func TestEveryFormOfStaffIsLookedAt(t *testing.T) {
	o, all := openForms(t)
	for _, route := range o.router.Routes() {
		if route.Method != http.MethodPost || !strings.HasPrefix(route.Path, "/staff/") || unseen[route.Path] != "" {
			continue
		}
		pattern := regexp.MustCompile("^" + regexp.MustCompile(":[a-z]+").ReplaceAllString(route.Path, "[^/]+") + "$")
		if !slices.ContainsFunc(all, func(f form) bool { return pattern.MatchString(f.action) }) {
			t.Errorf("no page of this test has the form of %s", route.Path)
		}
	}
}

// What was typed while the session ended is there again after signing in, on the
// page that it was typed on, and nothing was done meanwhile.
func TestEveryFormOfStaffComesBackAfterSigningInAgain(t *testing.T) {
	o, all := openForms(t)
	for _, f := range all {
		o.cookie = &http.Cookie{Name: staffCookie, Value: "over"}
		asked := o.sendsFrom(f)
		if asked.Code != http.StatusUnauthorized {
			t.Fatalf("%s: got %d", f.action, asked.Code)
		}
		if strings.Contains(asked.Body.String(), "Ge»tippt") || strings.Contains(asked.Body.String(), "geheimes") {
			t.Errorf("%s: the page that asks who is there shows what was typed", f.action)
		}
		at := slices.IndexFunc(forms(t, "", asked.Body.String()), func(f form) bool { return f.action == "/staff/anmelden" })
		signIn := forms(t, "", asked.Body.String())[at]
		for i := range signIn.fields {
			switch field := &signIn.fields[i]; field.name {
			case "name":
				field.value = "boss"
			case "kennwort":
				field.value = password
			}
		}
		back := o.sendsFrom(signIn)
		wantStatus(t, back, http.StatusOK)
		wantForm(t, f, back)
		if !strings.Contains(back.Body.String(), "Sie sind wieder angemeldet.") {
			t.Errorf("%s on %s doesn't say that nothing was sent", f.action, f.page)
		}
	}
}

// A form that is refused comes back as it was sent.
func TestEveryFormOfStaffComesBackWhenItIsRefused(t *testing.T) {
	o, all := openForms(t)
	var accepted []string // among those with something to type
	for _, f := range all {
		if slices.Contains(f.fields, formField{"user", "hidden", "boss"}) {
			continue // about the very account that tries it
		}
		if f.action == front+"/bestaetigung" {
			continue // has nothing typed, and the form before it on that page has just said that the person is here
		}
		o.signsIn("boss") // one of the forms signs out
		refused := o.sendsFrom(f)
		if refused.Code < 400 {
			if len(f.shown()) > 0 {
				accepted = append(accepted, f.action)
			}
			continue
		}
		wantForm(t, f, refused)
		if !strings.Contains(refused.Body.String(), `role="alert"`) {
			t.Errorf("%s on %s doesn't say why it is refused", f.action, f.page)
		}
	}
	for _, action := range accepted {
		if !slices.Contains([]string{front + "/absagen", front + "/suche", "/staff/verwaltung/schliessen", "/staff/verwaltung/konten/aendern"}, action) {
			t.Errorf("%s takes what was typed at random, so that this test doesn't see it refused", action)
		}
	}
}

// What the test above sees accepted is refused here: a number without a concern, a
// number that somebody has called meanwhile.
func TestARefusedNumberKeepsTheChosenServices(t *testing.T) {
	o := openReception(t)
	page := front + "?q=pin&service=meldebescheinigung"
	all := forms(t, page, o.get(page).Body.String())
	f := all[slices.IndexFunc(all, func(f form) bool { return f.action == front+"/ticket" })]
	f.fields = append(f.fields, formField{"service", "hidden", "no-such-thing"})
	refused := o.sendsFrom(f)
	wantStatus(t, refused, http.StatusNotFound)
	wantText(t, refused, `name="service" value="meldebescheinigung"`, `role="alert"`, `name="q" type="search" value="pin"`)

	// Once more, from the answer: its own address is none to come back to.
	again := forms(t, "/staff/grimma-markt/empfang/ticket", refused.Body.String())
	f = again[slices.IndexFunc(again, func(f form) bool { return f.action == front+"/ticket" })]
	f.fields = append(f.fields, formField{"service", "hidden", "no-such-thing"})
	wantText(t, o.sendsFrom(f), `name="service" value="meldebescheinigung"`, `role="alert"`)
}

func TestARefusedCancellationKeepsItsReasonAndItsPage(t *testing.T) {
	o := openReception(t)
	made := o.booked("10:00").Ticket
	page := front + "/nummer?date=2026-12-01&number=" + made.Number.String()
	all := forms(t, page, o.get(page).Body.String())
	f := all[slices.IndexFunc(all, func(f form) bool { return slices.Contains(f.fields, formField{"wer", "hidden", "amt"}) })]
	for i := range f.fields {
		if f.fields[i].name == "grund" {
			f.fields[i].value = strings.Repeat("zu lang ", 100)
		}
	}
	refused := o.sendsFrom(f)
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantForm(t, f, refused)
	wantText(t, refused, `">Bitte prüfen: Nummer – `)
}

func TestARefusedMassStepKeepsItsTicks(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	var fields []string
	for _, clock := range []string{"10:00", "10:30"} {
		made := o.bookedOn(firstTuesday.AddDays(2), clock).Ticket
		fields = append(fields, "termin", string(made.ID))
	}
	o.closesThursday()
	const list = "/staff/grimma-markt/passt-nicht"
	for _, to := range []string{list + "/absagen", list + "/vorschau"} {
		refused := o.post(to, append(fields, "grund", strings.Repeat("zu lang ", 100), "was", "anbieten", "bis", "kein Tag")...)
		if got := strings.Count(refused.Body.String(), " checked"); refused.Code < 400 || got < 2 {
			t.Errorf("%s: %d, %d ticks", to, refused.Code, got)
		}
	}
}

// Whoever may not do it any more, or whose session is another's, isn't shown what a
// colleague typed.
func TestAnotherPersonDoesNotGetWhatWasTyped(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	o.hires("eva", ledger.RoleReception)
	all := forms(t, front+"/termin?service=eid-pin", o.get(front+"/termin?service=eid-pin").Body.String())
	f := all[slices.IndexFunc(all, func(f form) bool { return f.action == front+"/termin" })].typed()
	o.Clock.Set(firstTuesday.AddDays(2).At(9*60, berlin)) // the session is over by time
	asked := o.sendsFrom(f)
	wantStatus(t, asked, http.StatusUnauthorized)
	kept := regexp.MustCompile(`name="behalten" value="([^"]+)"`).FindStringSubmatch(asked.Body.String())[1]
	wantRedirect(t, o.post("/staff/anmelden", "name", "eva", "kennwort", password, "weiter", "/staff/platz", "behalten", kept), "/staff/platz")
	wrong := o.post("/staff/anmelden", "name", "boss", "kennwort", "falsch", "behalten", kept)
	wantText(t, wrong, kept)
	wantText(t, o.post("/staff/anmelden", "name", "boss", "kennwort", password, "behalten", kept), "Ge»tippt")
	wantRedirect(t, o.post("/staff/anmelden", "name", "boss", "kennwort", password, "behalten", kept+"x"), "/staff")
}

// An unreadable day became today and was written: it is refused, and stays as it was
// typed.
func TestAnUnreadableDayIsNeverToday(t *testing.T) {
	o := openDesk(t)
	made := o.booked("10:00").Ticket
	const enter, list = "/staff/grimma-markt/liste/nachtrag", "/staff/grimma-markt/liste"
	for _, day := range []string{"", "31.11.2026", "2026-02-30", "2026-11-01", "2026-12-02", "gestern"} {
		refused := o.post(enter, "tag", day, "number", made.Number.String(), "outcome", "served", "clock", "")
		wantStatus(t, refused, http.StatusUnprocessableEntity)
		wantText(t, refused, `name="tag" value="`+day+`"`, `value="`+made.Number.String()+`"`, `role="alert"`)
		wantStatus(t, o.get(enter+"?tag="+url.QueryEscape(day)), http.StatusUnprocessableEntity)
	}
	for _, day := range []string{"", "31.11.2026", "gestern"} {
		wantStatus(t, o.get(list+"?tag="+url.QueryEscape(day)), http.StatusUnprocessableEntity)
	}
	found, err := o.FindByNumber(t.Context(), o.actor("lena", ledger.RoleClerk), markt, firstTuesday, made.Number)
	if err != nil || found.Ticket.State != queue.Booked {
		t.Errorf("got %s, %v; want booked", found.Ticket.State, err)
	}
}
