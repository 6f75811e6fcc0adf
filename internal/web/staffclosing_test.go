package web_test

import (
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/test/browser"
)

const closing = "/staff/verwaltung/schliessen"

// Somebody is ill: the office stays closed tomorrow, citizens read why, and who
// has an appointment is told.
func TestAManagerClosesTomorrowTellsWhoIsConcernedAndTakesItBack(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	made := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	wantText(t, o.get(closing), "Kurzfristig schließen", "Zwischen den Jahren")

	day := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "bis", "2026-12-03"}
	asked := o.post(closing, append(day, "grund", "technical")...)
	wantStatus(t, asked, http.StatusOK)
	wantText(t, asked, "1 Termin läge in geschlossener Zeit", made.Number.String(), `name="grund" value="technical"`, `name="gesehen"`)
	wantText(t, o.get(closing), "Zurzeit ist nichts kurzfristig geschlossen.")
	wantText(t, o.get(closing+"?wo=grimma-markt%2Fbuergerbuero&von=2026-12-03&bis=2026-12-03&worte=Rohrbruch"), `value="Rohrbruch"`)
	wantRedirect(t, o.decides(closing, append(day, "grund", "technical")...), closing+"?geschlossen=1")
	page := o.get(closing + "?geschlossen=1")
	wantText(t, page, "Geschlossen.", "Donnerstag, 3.\u00a0Dezember 2026", "Bürgerbüro", "Wieder öffnen", unfitting)
	calendar := "/termin/tag?service=eid-pin&branch=grimma-markt&monat=2026-12&lang="
	wantText(t, o.get(calendar+"de"), "Wegen einer technischen Störung bleibt geschlossen.")
	wantText(t, o.get(calendar+"en"), "Closed because of a technical fault.")

	list := o.get(unfitting)
	wantText(t, list, "Da ist geschlossen. Wegen einer technischen Störung bleibt geschlossen.", `value="Wegen einer technischen Störung bleibt geschlossen."`)
	wantRedirect(t, o.post(unfitting+"/absagen", "termin", string(made.ID), "termin", "weg", "grund", "Störung"), unfitting+"?abgesagt=1")
	found, err := o.FindByNumber(t.Context(), o.actor("boss", ledger.RoleManager), markt, made.Date, made.Number)
	if err != nil || found.Ticket.State != queue.Cancelled {
		t.Errorf("got %s, %v; want cancelled", found.Ticket.State, err)
	}
	wantRedirect(t, o.post(closing+"/oeffnen", day...), closing+"?geoeffnet=1")
	wantNoText(t, o.get(calendar+"de"), "technischen Störung")
	wantText(t, o.get("/staff/verwaltung/protokoll?branch=grimma-markt"), "geschlossen", "wieder geöffnet", "buergerbuero 2026-12-03")
}

func TestAClosureKeepsWhatWasTyped(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	refused := o.post(closing, "wo", "nerchau", "von", "2026-12-03", "bis", "2026-12-02", "ab", "13:00", "was", "ohne", "worte", "Rohrbruch")
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantText(t, refused, "Der letzte Tag liegt nach dem ersten", `value="nerchau" selected`, `value="13:00"`, `value="ohne" checked`, `value="Rohrbruch"`)
	early := o.post(closing, "wo", "nerchau", "von", "2026-12-03", "ab", "14:00", "ende", "13:00")
	wantStatus(t, early, http.StatusUnprocessableEntity)
	wantText(t, early, "Das Ende liegt nach dem Anfang.")
	wantStatus(t, o.post(closing, "wo", "nerchau", "von", "morgen"), http.StatusUnprocessableEntity)
	wantStatus(t, o.post(closing, "wo", "anderswo", "von", "2026-12-03"), http.StatusNotFound)
	wantStatus(t, o.post(closing+"/oeffnen", "wo", "nerchau", "von", "2026-12-03"), http.StatusNotFound)
}

func TestOnlyTheManagerOfABranchClosesIt(t *testing.T) {
	o := openDesk(t)
	for _, path := range []string{"", "/oeffnen"} {
		wantStatus(t, o.post(closing+path, "wo", "grimma-markt", "von", "2026-12-03"), http.StatusForbidden)
	}
	wantStatus(t, o.get(closing), http.StatusForbidden)
	o.hires("nele", ledger.RoleManager, nerchau)
	o.signsIn("nele")
	made := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	wantStatus(t, o.post(closing, "wo", "grimma-markt", "von", "2026-12-03"), http.StatusForbidden)
	wantStatus(t, o.post(unfitting+"/absagen", "termin", string(made.ID)), http.StatusForbidden)
	wantNoText(t, o.get(closing), "Grimma am Markt")
}

func TestClosingLooksRightAndIsAccessible(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	wantStatus(t, o.decides(closing, "wo", "grimma-markt", "von", "2026-12-03", "ab", "09:00", "ende", "12:00", "worte", "Rohrbruch im Erdgeschoss"), http.StatusSeeOther)
	base := o.site()
	chromium := browser.Open(t)
	signInAt(chromium.Tab(t, officeScreen), base, "boss")
	for _, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + closing)
		if !strings.Contains(tab.Text("main"), "Rohrbruch") {
			t.Errorf("%s: the closure isn't there", v.name)
		}
		tab.CheckAccessible("closing-" + v.name)
		tab.Picture("closing-" + v.name)
	}
}
