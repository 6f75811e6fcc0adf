package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

// kiosksButtons is the keys of the buttons of a kiosk's page, by concern.
func kiosksButtons(t *testing.T, content string) map[string]string {
	t.Helper()
	keys := map[string]string{}
	for _, found := range regexp.MustCompile(`name="key" value="([^"]+)"><button\s+name="service" value="([^"]+)"`).FindAllStringSubmatch(content, -1) {
		keys[found[2]] = found[1]
	}
	return keys
}

// Two concerns that were touched one right after the other are one person's, who meant
// one: the number that the first drew is shown. Later, another button is another number.
func TestTwoTouchesOnOnePageShowTheNumberThatWasDrawn(t *testing.T) {
	o := openOffice(t)
	o.set("10:00")
	o.becomes(ledger.DeviceKiosk)
	keys := kiosksButtons(t, o.get("/kiosk/anliegen?gruppe=1").Body.String())
	const first, second = "personalausweis-beantragen", "eid-pin"
	if keys[first] == "" || keys[second] == "" || keys[first] == keys[second] {
		t.Fatalf("got the keys %v, want one a button", keys)
	}
	drawn := o.post("/kiosk/ticket", "service", first, "key", keys[first])
	wantStatus(t, drawn, http.StatusSeeOther)
	wantRedirect(t, o.post("/kiosk/ticket", "service", second, "key", keys[second]), drawn.Header().Get("Location"))
	wantRedirect(t, o.post("/kiosk/ticket", "service", first, "key", keys[first]), drawn.Header().Get("Location"))
	o.Clock.Add(11 * time.Second)
	later := o.post("/kiosk/ticket", "service", second, "key", keys[second])
	wantStatus(t, later, http.StatusSeeOther)
	if later.Header().Get("Location") == drawn.Header().Get("Location") {
		t.Error("who came back and touched another concern got the number of the first")
	}
	wantText(t, o.get(later.Header().Get("Location")), "Online-Ausweis", "Vor Ihnen ist 1 Nummer.")
}

// Whatever goes wrong at a kiosk is said by a page of the kiosk, which gives way to the
// first one; at a screen likewise.
func TestAnyErrorOfAKioskIsTheKiosksAndReturnsByItself(t *testing.T) {
	o := openOffice(t)
	o.becomes(ledger.DeviceKiosk)
	home := `data-idle="20" data-home="/kiosk?lang=de"`
	refresh := `<noscript><meta http-equiv="refresh" content="20;url=/kiosk?lang=de"></noscript>`
	wantText(t, o.get("/kiosk/gibtsnicht"), home, refresh, "Diese Seite gibt es hier nicht.", `href="/kiosk?lang=de"`)
	wantText(t, o.get("/kiosk/ticket"), home)
	wantText(t, o.get("/kiosk/ticket/unbekannt"), home, refresh)
	wrong := o.post("/kiosk/ticket", "service", "gibt-es-nicht", "key", "a-1")
	wantStatus(t, wrong, http.StatusNotFound)
	wantText(t, wrong, home)
	wantNoText(t, wrong, `href="/kiosk/ticket`, "/termin")
	wantText(t, o.get("/display/gibts/nicht"), `data-home="/display?lang=de"`)
	for _, path := range []string{"/kiosk/anliegen", "/kiosk/anmelden", "/kiosk/suchen"} {
		wantText(t, o.get(path), `data-home="/kiosk?lang=de"`)
	}
}

// A kiosk of one office offers its concerns and gives out its numbers alone.
func TestAKioskOfOneOfficeGivesOutItsNumbersAlone(t *testing.T) {
	o := openOffice(t)
	o.Change("format: aufruf/1\nbranches:\n  - {id: grimma-markt, offices: [{id: gewerbeamt, walk_in: {hours: [{days: [tuesday], hours: [09:00-12:00]}]}}]}\n")
	o.set("10:00")
	token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Gewerbe", Kind: ledger.DeviceKiosk, Branch: markt, Offices: []town.OfficeID{"gewerbeamt"}})
	if err != nil {
		t.Fatal(err)
	}
	o.cookie = &http.Cookie{Name: deviceCookie, Value: token}
	page := o.get("/kiosk/anliegen")
	wantText(t, page, `value="gewerbe-anmelden"`)
	wantNoText(t, page, `value="reisepass-beantragen"`)
	wantStatus(t, o.post("/kiosk/ticket", "service", "reisepass-beantragen", "key", "b-1"), http.StatusNotFound)
	drawn := o.post("/kiosk/ticket", "service", "gewerbe-anmelden", "key", "b-2")
	wantStatus(t, drawn, http.StatusSeeOther)
	standing, err := o.Standing(t.Context(), strings.TrimPrefix(drawn.Header().Get("Location"), "/kiosk/ticket/"))
	if err != nil || standing.Ticket.Office != "gewerbeamt" {
		t.Errorf("got a number of %s, %v", standing.Ticket.Office, err)
	}
}

// A house with 142 concerns stays usable: no page offers more than eight groups or six
// concerns, each concern is found by touching, and by the first letters of its name.
func TestABigHouseIsUsableAtItsKiosk(t *testing.T) {
	o := openOffice(t)
	o.set("10:00")
	o.Change(bigHouse(142))
	o.becomes(ledger.DeviceKiosk)
	offered := map[string]bool{}
	next := regexp.MustCompile(`href="([^"]+)">Weitere Anliegen`)
	group := regexp.MustCompile(`href="(/kiosk/anliegen\?gruppe=[0-9]+)"`)
	for plan, turned := "/kiosk/anliegen", 0; turned < 3; turned++ {
		tiles := o.get(plan).Body.String()
		groups := group.FindAllStringSubmatch(tiles, -1)
		if len(groups) > 8 {
			t.Fatalf("%s offers %d groups", plan, len(groups))
		}
		for _, g := range groups {
			for sheet, pages := g[1], 0; pages < 4; pages++ {
				content := o.get(html.UnescapeString(sheet)).Body.String()
				buttons := kiosksButtons(t, content)
				if len(buttons) > 6 {
					t.Fatalf("%s offers %d concerns", sheet, len(buttons))
				}
				for service := range buttons {
					offered[service] = true
				}
				if more := next.FindStringSubmatch(content); more != nil {
					sheet = more[1]
				}
			}
		}
		if more := next.FindStringSubmatch(tiles); more != nil {
			plan = html.UnescapeString(more[1])
		}
	}
	for i := range 142 {
		if !offered[fmt.Sprint("anliegen-", i)] {
			t.Errorf("concern %d can't be reached by touching", i)
		}
	}
	wantText(t, o.get("/kiosk/suchen?w=ZA"), "1 Anliegen gefunden", `value="anliegen-141"`)
	wantText(t, o.get("/kiosk/suchen?w=ZAUBER"), `value="anliegen-141"`)
	wantText(t, o.get("/kiosk/suchen?w=XQ"), "Dazu finden wir nichts")
	wantText(t, o.get("/kiosk/suchen?w="+strings.Repeat("A", 40)), strings.Repeat("A", 20)+"</span>")
}

// bigHouse is a catalogue of one office with n concerns in groups of nine, the last of
// which is a name of its own.
func bigHouse(n int) string {
	words := []string{"Wohngeld", "Elterngeld", "Bauantrag", "Hundesteuer", "Fischereischein", "Parkausweis", "Kitaplatz", "Führerschein", "Einbürgerung"}
	var services, offered strings.Builder
	for i := range n {
		name := fmt.Sprintf("%s im Fall %d", words[i%len(words)], i)
		if i == n-1 {
			name = "Zauberschein"
		}
		fmt.Fprintf(&services, "  - {id: anliegen-%d, name: {de: %s}, group: {de: Gruppe %d}, minutes: 10}\n", i, name, i/9)
		fmt.Fprintf(&offered, "anliegen-%d, ", i)
	}
	return "format: aufruf/1\nservices:\n" + services.String() +
		"branches:\n  - {id: grimma-markt, offices: [{id: buergerbuero, services: [" + strings.TrimSuffix(offered.String(), ", ") + "]}]}\n"
}

// Digits are typed in place and said, and the page keeps its focus; letters likewise.
// Touched twice, a concern is one number; without a server the page waits and goes on
// by itself.
func TestAKioskIsTypedAtInPlace(t *testing.T) {
	o := openOffice(t)
	number := o.booked("09:30").Ticket.Number.String()
	base := o.site()
	tab := browser.Open(t).Tab(t, browser.View{Width: 1080, Height: 1920})
	o.device(tab, base, "/kiosk", ledger.DeviceKiosk)
	tab.Open(base + "/kiosk/anmelden")
	tab.Do("mark the page", chromedp.Evaluate[chromedp.Void]("window.marked = true"))
	for i, digit := range number {
		tab.Touch(fmt.Sprintf("[data-digit='%c']", digit))
		tab.AwaitText("[role=status][data-said]", "Eingegeben: "+strings.Join(strings.Split(number[:i+1], ""), " "))
	}
	if !browser.Evaluate[bool](tab, "window.marked === true && document.activeElement.matches('[data-confirm]')") {
		t.Error("a digit was a new page, or the way on has no focus")
	}
	tab.Touch("[data-delete]")
	tab.AwaitText("[role=status][data-said]", "Eingegeben: "+number[:1]+" "+number[1:2]+".")
	tab.Touch(fmt.Sprintf("[data-digit='%c']", number[2]))
	tab.Click("[data-confirm]")
	tab.AwaitText("h1", "Wir wissen, dass Sie da sind")
	tab.Open(base + "/kiosk/suchen")
	tab.Do("mark the page", chromedp.Evaluate[chromedp.Void]("window.marked = true"))
	for _, letter := range "PERSO" {
		tab.Touch(fmt.Sprintf("[data-letter='%c']", letter))
	}
	tab.AwaitText("[data-found]", "gefunden")
	tab.AwaitText("[data-hits]", "Personalausweis beantragen")
	tab.Click("button[value=personalausweis-beantragen]")
	tab.AwaitText("h1", "Ihre Nummer")
}

// The keys of the search lie still, whatever is found above them.
func checkKeysLieStill(t *testing.T, tab *browser.Tab, base, name string) {
	t.Helper()
	lies := func(typed string) string {
		tab.Open(base + "/kiosk/suchen?w=" + typed)
		return browser.Evaluate[string](tab, `JSON.stringify([...document.querySelectorAll("[data-letter]")].map((e) => Math.round(e.getBoundingClientRect().top)))`)
	}
	if none, six := lies(""), lies("P"); none != six {
		t.Errorf("%s: the keys move: %s, then %s", name, none, six)
	}
}
