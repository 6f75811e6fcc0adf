package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"aufruf/internal/ledger"
)

// claims are the words by which a page says that an appointment stands.
var claims = []string{
	"Ihr Termin steht", "bleibt der alte Termin", "sofort für andere frei", "Termin behalten", "Jetzt gebucht", "Ihr Termin bleibt", "In den Kalender", "Ihr Termin ist gebucht",
}

// TestNoOwnPageSaysThatAnAppointmentStandsThatDoesntFit: each says that it can't take
// place and why, leads to the offer while one is open, and says so again once it was
// kept.
func TestNoOwnPageSaysThatAnAppointmentStandsThatDoesntFit(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	made := o.bookedOnline(firstTuesday.AddDays(2).At(10*60, berlin))
	own := "/t/" + made.Token
	pages := []string{own, own + "?neu=1", own + "/verschieben", own + "/verschieben/zeit?date=2026-12-04", own + "/absagen"}
	wantText(t, o.get(own), "Ihr Termin steht")
	o.closesThursday()
	for _, address := range pages {
		wantText(t, o.get(address), "Ihr Termin kann zu dieser Zeit voraussichtlich nicht stattfinden.")
		wantNoText(t, o.get(address), claims...)
	}
	wantText(t, o.get(own), "Zu dieser Zeit ist geschlossen.", "Bitte wählen Sie eine andere Zeit, oder rufen Sie uns an.", own+"/verschieben", "tel:")
	wantText(t, o.get(own+"?lang=en"), "Your appointment probably cannot take place at this time.", "We are closed at this time.")
	wantText(t, o.get("/t/"+o.tokenOf(made.Ticket)), "voraussichtlich nicht stattfinden")
	wantNoText(t, o.get("/t/"+o.tokenOf(made.Ticket)), claims...)

	o.carriesOut("termin", string(made.Ticket.ID), "art", "anbieten", "antwort", "2026-12-02", "uhr", "12:00")
	for _, address := range []string{own, own + "/verschieben", own + "/absagen"} {
		wantText(t, o.get(address), "Ihr Termin kann zu dieser Zeit nicht stattfinden.", own+"/neue-zeit", "Mittwoch, 2.\u00a0Dezember 2026, 12.00\u00a0Uhr")
		wantNoText(t, o.get(address), claims...)
	}
	o.Clock.Set(firstTuesday.AddDays(1).At(12*60+1, berlin))
	wantText(t, o.get(own), "Ihr Termin kann zu dieser Zeit nicht stattfinden.", "ist vorbei", own+"/verschieben")
	wantNoText(t, o.get(own), append(claims, own+"/neue-zeit")...)

	o.signsIn("boss")
	wantStatus(t, o.post(unfitting+"/behalten", "termin", string(made.Ticket.ID)), http.StatusSeeOther)
	wantText(t, o.get(own), "Ihr Termin steht")
}

// TestANewTimeThatIsClosedAsWellIsSaidToBeGone: to the citizen who looks, to the one
// who presses, and on the list of the old branch.
func TestANewTimeThatIsClosedAsWellIsSaidToBeGone(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	made := o.bookedOnline(firstTuesday.AddDays(2).At(10*60, berlin))
	own := "/t/" + made.Token
	o.closesThursday()
	o.carriesOut("termin", string(made.Ticket.ID), "art", "anbieten", "antwort", "2026-12-02", "uhr", "12:00")
	stale := o.get(own + "/neue-zeit")
	wantText(t, stale, "Ja, ich komme zur neuen Zeit", "Zu dieser Zeit ist geschlossen.", "Ihre Nummer zur neuen Zeit", made.Ticket.Number.String())

	wantStatus(t, o.decides(closing, "wo", "grimma-markt", "von", "2026-12-04"), http.StatusSeeOther)
	refused := o.post(own + "/neue-zeit")
	wantStatus(t, refused, http.StatusConflict)
	for _, page := range []*httptest.ResponseRecorder{refused, o.get(own + "/neue-zeit")} {
		wantText(t, page, "Die neue Zeit, die wir Ihnen angeboten haben, kann auch nicht stattfinden", "Bitte wählen Sie eine andere Zeit, oder rufen Sie uns an.", own+"/verschieben")
		wantNoText(t, page, "Diese Zeit haben wir für Sie reserviert", "Ja, ich komme zur neuen Zeit", "Passt Ihnen die neue Zeit?")
	}
	wantText(t, o.get(own), "kann auch nicht stattfinden")
	wantNoText(t, o.get(own), own+"/neue-zeit")
	wantText(t, o.get(unfitting), "Diese Zeit passt auch nicht mehr; niemand kann sie annehmen.")
}
