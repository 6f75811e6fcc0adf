package web_test

import (
	"html"
	"net/http"
	"regexp"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

func TestManagersAreToldThatTheClockJumped(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	const page = "/staff/verwaltung/zahlen"
	wantNoText(t, o.get(page), "Die Uhr des Servers")
	for ahead, want := range map[time.Duration]string{
		26 * time.Hour: "um etwa 26 Stunden vorgesprungen", -65 * time.Minute: "um etwa 1 Stunde zurückgesprungen",
		365 * 24 * time.Hour: "etwa 365 Tage später, als zu erwarten war",
	} {
		o.Clock.Leap(ahead)
		wantText(t, o.get(page), want, "löscht und beendet er nichts allein nach dieser Uhr", "in etwa 24 Stunden von selbst")
		wantNoText(t, o.get(page), "Datum und Uhrzeit stimmen") // an administrator's word
		wantNoText(t, o.get("/staff/konto"), "Die Uhr des Servers")
		o.Clock.Leap(-ahead)
	}
	wantNoText(t, o.get(page), "Die Uhr des Servers")
	o.Clock.Leap(26 * time.Hour)
	wantStatus(t, o.post("/staff/verwaltung/uhr", "shown", o.Clock.Now().Format(time.RFC3339)), http.StatusForbidden)
	if !o.ClockState().Doubted {
		t.Error("a manager confirmed the clock")
	}
}

func TestAnAdministratorConfirmsTheClock(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	const page = "/staff/verwaltung/geraete"
	o.Clock.Leap(400 * 24 * time.Hour)
	tab := browser.Open(t).Tab(t, staffViews[0].view)
	base := o.site()
	signInAt(tab, base, "boss")
	tab.Open(base + page)
	tab.CheckAccessible("clock")
	tab.Picture("clock")

	shown := regexp.MustCompile(`name="shown" value="([^"]+)"`).FindStringSubmatch(html.UnescapeString(o.get(page).Body.String()))
	if shown == nil {
		t.Fatal("the page asks for no confirmation")
	}
	o.Clock.Leap(3 * time.Hour) // meanwhile it shows something else
	wantStatus(t, o.post("/staff/verwaltung/uhr", "shown", shown[1]), http.StatusConflict)
	o.Clock.Leap(-3 * time.Hour)
	wantStatus(t, o.post("/staff/verwaltung/uhr", "shown", "today"), http.StatusConflict)
	wantRedirect(t, o.post("/staff/verwaltung/uhr", "shown", shown[1]), page)
	wantNoText(t, o.get(page), "Die Uhr des Servers") // and still signed in
	wantText(t, o.get("/staff/verwaltung/protokoll"), "Uhr bestätigt", "boss")
}
