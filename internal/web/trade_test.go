package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"aufruf/internal/app"
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
