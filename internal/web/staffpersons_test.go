package web_test

import (
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/ledger"
)

// Reception finds who telephones without a number: by POST, without the persons, each
// opened by a step of its own; a clerk doesn't see the form.
func TestReceptionFindsAPerson(t *testing.T) {
	o := openReception(t)
	made := o.bookedOnline(clockOn(t, "10:30"))
	number := made.Ticket.Number.String()
	wantText(t, o.get(front), "Person suchen", front+"/suche")
	found := o.post(front+"/suche", "q", "beispiel")
	wantStatus(t, found, http.StatusOK)
	wantText(t, found, "Es gibt 1 Termin, der passt.", number, "10.30\u00a0Uhr", `name="ticket" value="`+string(made.Ticket.ID)+`"`, `value="beispiel"`)
	wantNoText(t, found, "Ada", "ada@example.org")
	if got := found.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("cache: got %q", got)
	}
	for _, f := range forms(t, front+"/suche", found.Body.String()) {
		if f.action == front+"/person" {
			wantText(t, o.sendsFrom(f), "Ada Beispiel")
		}
	}
	few := o.post(front+"/suche", "q", "be", "von", "2026-12-01")
	wantStatus(t, few, http.StatusUnprocessableEntity)
	wantText(t, few, "Bitte geben Sie mindestens drei Buchstaben oder Ziffern ein.", `value="be"`, `value="2026-12-01"`)
	wantStatus(t, o.post(front+"/suche", "q", "beispiel", "von", "gestern"), http.StatusUnprocessableEntity)
	wantStatus(t, o.get(front+"/suche?q=beispiel"), http.StatusNotFound)

	o.hires("boss", ledger.RoleManager)
	o.signsIn("boss")
	trail := o.get("/staff/verwaltung/protokoll?branch=grimma-markt")
	wantText(t, trail, "Person gesucht", "Treffer: 1", "Angaben zur Person angesehen")
	if strings.Contains(strings.ToLower(trail.Body.String()), "beispiel") {
		t.Error("the trail tells what was typed")
	}
	o.hires("lena", ledger.RoleClerk)
	o.signsIn("lena")
	wantNoText(t, o.get(front), "Person suchen")
	wantStatus(t, o.post(front+"/suche", "q", "beispiel"), http.StatusForbidden)
}
