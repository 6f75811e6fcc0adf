package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// Citizens read before they book what is asked of them, and after that where to
// confirm; the name that the desk compares is said to be final.
func TestTheFormSaysWhatAServiceAsksAgainstTrade(t *testing.T) {
	s := newSite(t)
	plain := s.get(s.holds("2026-12-08T11:00:00+01:00"))
	wantText(t, plain, "Wir buchen für Sie:")
	wantNoText(t, plain, "Ausweis. Bitte bringen", "15 Minuten für Sie frei")
	s.Change("format: aufruf/1\nservices:\n  - {id: ausweis, confirm_address: true, check_name: true}\n")
	for language, words := range map[string][]string{
		"de":        {"Dieser Name lässt sich nach dem Buchen nicht ändern.", "Bitte bringen Sie ihn mit.", "Wir halten den Termin 15 Minuten für Sie frei:", "Link in unserer E-Mail"},
		"en":        {"be changed after booking.", "We keep the appointment for you for 15 minutes:"},
		"de-simple": {"Sie können diesen Namen später nicht ändern.", "Bitte klicken Sie auf den Link."},
	} {
		form := s.get("/termin/daten?service=ausweis&branch=markt&start=2026-12-08T09:20:00%2B01:00&lang=" + language)
		wantStatus(t, form, http.StatusOK)
		wantText(t, form, words...)
		wantText(t, form, `aria-describedby="name-hint"`)
		wantNoText(t, form, "Wir buchen für Sie:")
	}
	waits := s.post("/termin/buchen", filled())
	wantStatus(t, waits, http.StatusAccepted)
	wantText(t, waits, "Bitte bestätigen Sie Ihre E-Mail-Adresse")
	wantText(t, s.get("/termin/wunsch?service=ausweis&lang=de"), "Dieser Name lässt sich nach dem Buchen nicht ändern.")
}

// The desk is asked to compare the name, for a service that has it compared and no other.
func TestTheDeskComparesTheNameOfAServiceThatAsks(t *testing.T) {
	o := openDesk(t)
	o.booked("09:10")
	o.step(o.get(deskOne), "call_next", "aufgerufen.")
	wantNoText(t, o.get(deskOne), "Ada Beispiel", "Bitte den Namen mit dem Ausweis vergleichen.")
	o.Change("format: aufruf/1\nservices:\n  - {id: eid-pin, check_name: true}\n")
	wantText(t, o.get(deskOne), "Ada Beispiel", "Bitte den Namen mit dem Ausweis vergleichen.")
	if got := o.opened(); got["lena"] == 0 {
		t.Errorf("got %v, want the clerk in the trail", got)
	}
}

// A link whose time was closed meanwhile offers no button, and leads to other times.
func TestAConfirmationWhoseTimeWasClosedOffersOthers(t *testing.T) {
	s := newSite(t)
	s.Change("format: aufruf/1\nservices:\n  - {id: ausweis, confirm_address: true}\n")
	wantStatus(t, s.post("/termin/buchen", filled()), http.StatusAccepted)
	link := "/bestaetigen/" + s.mail(app.MailConfirm).Person.Token
	wantText(t, s.get(link), "Ja, bestätigen")
	s.Change("format: aufruf/1\nbranches:\n  - {id: markt, closures: [{from: 2026-12-08, to: 2026-12-08}]}\n")
	for _, closed := range []*httptest.ResponseRecorder{s.get(link), s.post(link, nil)} {
		wantText(t, closed, `href="/termin/tag?branch=markt&amp;service=ausweis"`, "Einen anderen Termin wählen")
		wantNoText(t, closed, "Ja, bestätigen")
	}
	wantText(t, s.get(link), "Dieser Termin ist leider nicht mehr möglich.")
}

// Managers see in words what looks like trade, and nobody's name or address.
func TestTheOfficeSeesWhatLooksLikeTrade(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	const path = "/staff/verwaltung/auffaelliges?branch=grimma-markt"
	wantText(t, o.get(path), "Von keinem Anschluss wurden heute fünf Termine oder mehr gebucht.", "Keine Zeit wurde heute abgesagt")
	var last app.Appointment
	var err error
	book := func(email string, start time.Time) {
		t.Helper()
		last, err = o.Book(t.Context(), access.Actor{Origin: "192.0.2.7"}, app.BookRequest{
			Wanted: plan.Wanted{Branch: markt, Items: []town.Item{{Service: pin, Quantity: 1}}},
			Start:  start, Person: app.Person{Name: "Ada Geheim", Email: email}, Language: town.German,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 4 { // two of each day, which is within what one network may take
		book(fmt.Sprintf("p%d@example.org", i), firstTuesday.AddDays(7*(1+i/2)).At(town.TimeOfDay(10*60+10*i), berlin))
	}
	again := last.Ticket.Start
	if err := o.Cancel(t.Context(), access.Actor{Origin: "192.0.2.7"}, last.Token); err != nil {
		t.Fatal(err)
	}
	book("buyer@example.org", again)
	seen := o.get(path)
	wantText(t, seen, "5 Termine, davon 1 abgesagt", "Wieder gebucht um", "derselbe", "Nichts davon ist ein Beweis.")
	wantNoText(t, seen, "Geheim", "example.org", "192.0.2.7", last.Ticket.Number.String()+"<")
}
