package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// opened counts who was shown a person, by the trail.
func (o *house) opened() map[string]int {
	o.t.Helper()
	count := map[string]int{}
	from := firstTuesday.Start(o.Zone(markt))
	trail, err := o.Trail.Page(o.t.Context(), o.actor("chefin", ledger.RoleManager), ledger.AuditFilter{
		Branch: markt, From: from, To: from.AddDate(0, 0, 2),
	}, 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, e := range trail.Entries {
		if e.Action == "person_opened" {
			count[e.Actor]++
		}
	}
	return count
}

// Reception sees a person where it asks for them, which the trail then says.
func TestReceptionOpensAPersonAndTheTrailSaysSo(t *testing.T) {
	o := openReception(t)
	made := o.booked("10:00").Ticket
	fields := []string{"ticket", string(made.ID), "date", made.Date.String(), "number", made.Number.String()}
	wantNoText(t, o.get(front+"/nummer?number="+made.Number.String()), "Rollstuhl", "Ada Beispiel")
	if got := o.opened(); len(got) != 0 {
		t.Errorf("got %v, want nobody who opened anything", got)
	}
	person := o.post(front+"/person", fields...)
	wantStatus(t, person, http.StatusOK)
	wantText(t, person, "Ada Beispiel", "Braucht Unterstützung:", "Rollstuhl", made.Number.String())
	if got := o.opened(); got["rosa"] != 1 || len(got) != 1 {
		t.Errorf("got %v, want rosa once", got)
	}
	gone := o.walkIn()
	none := o.post(front+"/person", "ticket", string(gone.ID), "date", gone.Date.String(), "number", gone.Number.String())
	wantText(t, none, "sind keine Angaben gespeichert")
	if got := o.opened(); got["rosa"] != 1 {
		t.Errorf("got %v, want nothing for somebody of whom nothing is known", got)
	}
}

// A clerk sees whom they serve, as long as they do, and nobody else; the trail has
// it once, however often the page is made anew.
func TestAClerkSeesOnlyWhomTheyServe(t *testing.T) {
	o := openDesk(t)
	made := o.booked("09:10").Ticket
	number := front + "/nummer?number=" + made.Number.String()
	hidden := func(when string) {
		t.Helper()
		for _, address := range []string{number, deskOne} {
			if body := o.get(address).Body.String(); strings.Contains(body, "Rollstuhl") || strings.Contains(body, "Angaben zur Person") {
				t.Errorf("%s: %s shows the person", when, address)
			}
		}
		refused := o.post(front+"/person", "ticket", string(made.ID), "date", made.Date.String(), "number", made.Number.String())
		wantStatus(t, refused, http.StatusForbidden)
		wantNoText(t, refused, "Rollstuhl")
	}
	hidden("before")
	_, err := o.Do(t.Context(), o.actor("bert", ledger.RoleClerk), markt, deskwork.Command{ID: "b", Type: deskwork.Call, Room: "platz-2", Number: made.Number})
	if err != nil {
		t.Fatal(err)
	}
	hidden("a colleague serves them")
	colleague := o.get("/staff/grimma-markt/platz-2")
	wantNoText(t, colleague, "Rollstuhl")
	_, err = o.Do(t.Context(), o.actor("bert", ledger.RoleClerk), markt, deskwork.Command{ID: "c", Type: deskwork.Undo, Ticket: made.ID})
	if err != nil {
		t.Fatal(err)
	}
	o.step(o.get(deskOne), "call_next", "aufgerufen.")
	for range 3 {
		wantText(t, o.get(deskOne), "Rollstuhl")
		wantText(t, o.get(number), "Rollstuhl")
		wantNoText(t, o.get(deskOne), "Ada Beispiel")
	}
	if got := o.opened(); len(got) != 1 || got["lena"] != 1 {
		t.Errorf("got %v, want the clerk once", got)
	}
	o.step(o.get(deskOne), "start", "ist da.")
	o.step(o.get(deskOne), "finish", "ist erledigt.")
	wantNoText(t, o.get(number), "Rollstuhl")
}

// The code on a number's page opens the place in line and nothing of the person:
// not what the clerk who has it may not see, and not the appointment.
func TestTheNumbersCodeOpensNothingOfTheAppointment(t *testing.T) {
	o := openDesk(t)
	made := o.booked("10:00").Ticket
	found, err := o.FindByNumber(t.Context(), o.actor("anna", ledger.RoleClerk), markt, firstTuesday, made.Number)
	if err != nil {
		t.Fatal(err)
	}
	own := "/t/" + url.PathEscape(found.Token)
	slip := o.get(own)
	wantStatus(t, slip, http.StatusOK)
	wantText(t, slip, made.Number.String(), "Ihr Termin steht.", "Heute vor Ort", "Markt 17")
	wantNoText(t, slip, "Ada", "example.org", "Rollstuhl", "absagen", "verschieben", "kalender", "10.00")
	for _, address := range []string{"/absagen", "/verschieben", "/verschieben/zeit?date=2026-12-02"} {
		wantStatus(t, o.get(own+address), http.StatusNotFound)
	}
	for _, address := range []string{"/absagen", "/verschieben"} {
		wantStatus(t, o.post(own+address, "start", "2026-12-02T10:00:00+01:00"), http.StatusNotFound)
	}
	wantNoText(t, o.get(own+"?neu=1"), "example.org")
}

// A walk-in gives the number back on the page that the slip's code leads to.
func TestAWalkInGivesTheNumberBackOnTheirPage(t *testing.T) {
	o := openDesk(t)
	issued, err := o.IssueTicket(t.Context(), o.actor("anna", ledger.RoleClerk), pinAt(markt))
	if err != nil {
		t.Fatal(err)
	}
	own := "/t/" + url.PathEscape(issued.Token)
	wantText(t, o.get(own), "Nummer zurückgeben", own+"/absagen")
	wantText(t, o.get(own+"/absagen"), "Nummer zurückgeben?", issued.Ticket.Number.String())
	wantText(t, o.get(own), "Nummer zurückgeben") // looking changes nothing
	for range 2 {
		wantRedirect(t, o.post(own+"/absagen"), own)
	}
	wantText(t, o.get(own), "Diese Nummer gilt nicht mehr.")
	wantRedirect(t, o.get(own+"/absagen"), own)
	again, err := o.IssueTicket(t.Context(), o.actor("anna", ledger.RoleClerk), pinAt(markt))
	if err != nil {
		t.Fatal(err)
	}
	o.step(o.get(deskOne), "call_next", "aufgerufen.")
	refused := o.post("/t/" + url.PathEscape(again.Token) + "/absagen")
	wantStatus(t, refused, http.StatusConflict)
	wantText(t, refused, "Nummer zurückgeben?")
}

func pinAt(branch town.BranchID) app.WalkInRequest {
	return app.WalkInRequest{Wanted: plan.Wanted{Branch: branch, Items: []town.Item{{Service: pin, Quantity: 1}}}, Language: town.German}
}
