package web_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"aufruf/test/browser"
)

const afterwards = "/staff/grimma-markt/liste/nachtrag"

func TestATypedListStandsOrKeepsWhatWasTyped(t *testing.T) {
	o := openReception(t)
	came, gone := o.booked("09:10").Ticket.Number.String(), o.booked("09:30").Ticket.Number.String()
	o.set("11:00")
	wantText(t, o.get("/staff/grimma-markt/liste"), "Nachtragen", afterwards+"?tag=2026-12-01")
	fields := []string{
		"key", "einmal", "tag", "2026-12-01",
		"number", came, "outcome", "served", "clock", "9.12",
		"number", gone, "outcome", "no_show", "clock", "",
		"number", "12", "outcome", "served", "clock", "",
		"number", came, "outcome", "cancelled", "clock", "25:00",
		"number", came, "outcome", "no_show", "clock", "1030",
		"number", "", "outcome", "served", "clock", "",
		"service", "eid-pin", "count", "2", "when", "",
		"service", "eid-pin", "count", "hundert", "when", "",
		"service", "", "count", "1", "when", "",
	}
	typed := o.post(afterwards, fields...)
	wantStatus(t, typed, http.StatusUnprocessableEntity)
	wantText(t, typed, came+": erledigt", gone+": nicht erschienen", "4 Zeilen konnten wir nicht eintragen.",
		`value="12"`, "Eine Nummer hat drei Ziffern", `value="25:00"`, "Eine Uhrzeit sieht so aus", `value="1030"`, "schon erledigt", `value="hundert"`)
	wantText(t, o.post(afterwards, fields...), came+": erledigt") // the same answer, no second effect
	list := o.get("/staff/grimma-markt/liste")
	wantText(t, list, "nicht erschienen")
	day, err := o.Workday(t.Context(), o.actor("rosa", "reception"), markt, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(day.Tickets), 4; got != want {
		t.Errorf("got %d tickets, want %d: two appointments, two people without number", got, want)
	}
	wantStatus(t, o.post(afterwards, "key", "leer", "tag", "2026-12-01", "number", ""), http.StatusUnprocessableEntity)
}

func TestALineIsTakenBackOnTheSameDay(t *testing.T) {
	o := openReception(t)
	made := o.booked("09:10").Ticket
	o.set("11:00")
	wantText(t, o.post(afterwards, "key", "a", "tag", "2026-12-01", "number", made.Number.String(), "outcome", "no_show"), `name="ticket" value="`+string(made.ID)+`"`)
	wantRedirect(t, o.post(afterwards+"/zurueck", "ticket", string(made.ID), "version", "2"), afterwards+"?zurueck="+made.Number.String())
	wantText(t, o.get("/staff/grimma-markt/liste"), "noch nicht da")
}

// A handwritten list is typed by keyboard alone: number, Enter, next number.
func TestAListIsTypedByKeyboardAlone(t *testing.T) {
	o := openReception(t)
	first, second := o.booked("09:10").Ticket.Number.String(), o.booked("09:30").Ticket.Number.String()
	o.set("11:00")
	base := o.site()
	tab := browser.Open(t).Tab(t, officeScreen)
	signInAt(tab, base, "rosa")
	tab.Open(base + afterwards)
	awaitFocus(tab, "number") // the first line's
	tab.AwaitText(".afterwards", "Eingabetaste: nächste Zeile.")
	types(tab, first)
	pressEnter(tab)
	types(tab, second+kb.Tab+"nicht"+kb.Tab+"940")
	pressEnter(tab)
	types(tab, "999")
	tab.CheckAccessible("afterwards-typed")
	tab.Picture("afterwards-typed")
	pressEnter(tab, chromedp.ModifierCtrl)
	tab.AwaitText(".stands", first+": erledigt")
	tab.AwaitText(".stands", second+": nicht erschienen")
	tab.AwaitText(".afterwards", "An diesem Tag gibt es diese Nummer nicht.")
	tab.CheckAccessible("afterwards-answered")
	tab.Picture("afterwards-answered")
	for _, v := range staffViews[1:] {
		tab.View(v.view)
		tab.Open(base + afterwards)
		tab.CheckAccessible("afterwards-" + v.name)
		tab.Picture("afterwards-" + v.name)
	}
}
