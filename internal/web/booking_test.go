package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/town"
)

func TestFourStepsEndWithTheNumber(t *testing.T) {
	s := newSite(t)
	first := s.get("/")
	wantStatus(t, first, http.StatusOK)
	wantText(t, first, "Was möchten Sie erledigen?", `href="/termin/tag?service=ausweis"`, "Schritt 1 von 4")
	wantNoText(t, first, "Kinderreisepass")

	day := s.get("/termin/tag?service=ausweis&branch=markt")
	wantStatus(t, day, http.StatusOK)
	wantText(t, day, "Dezember 2026", "Dienstag, 8.\u00a0Dezember 2026: 3 freie Zeiten",
		"Mittwoch, 9.\u00a0Dezember 2026: geschlossen", "geschlossen: Personalversammlung", "voll, keine freie Zeit",
		"/termin/zeit?branch=markt&amp;date=2026-12-08&amp;service=ausweis")

	times := s.get("/termin/zeit?branch=markt&service=ausweis&date=2026-12-08")
	wantStatus(t, times, http.StatusOK)
	wantText(t, times, "Vormittag", "Nachmittag", "9.20\u00a0Uhr", `value="2026-12-08T09:20:00&#43;01:00"`)

	kept := s.post("/termin/vormerken", url.Values{"service": {"ausweis"}, "branch": {"markt"}, "start": {"2026-12-08T09:20:00+01:00"}})
	wantStatus(t, kept, http.StatusSeeOther)
	if got, want := kept.Header().Get("Location"), "/termin/daten/hold-080820"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}

	form := s.get(kept.Header().Get("Location"))
	wantStatus(t, form, http.StatusOK)
	wantText(t, form, "Wer kommt?", "bis 9.15\u00a0Uhr für Sie vorgemerkt (noch 10 Minuten)", `autocomplete="email"`,
		"Dienstag, 8.\u00a0Dezember 2026, 9.20\u00a0Uhr")

	booked := s.post("/termin/buchen", filled())
	wantStatus(t, booked, http.StatusSeeOther)
	if got, want := booked.Header().Get("Location"), "/t/geheim?neu=1"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	wantRequest := app.BookRequest{
		Wanted: app.Wanted{Branch: "markt", Items: []town.Item{{Service: "ausweis", Quantity: 1}}},
		Start:  tuesday.At(9*60+20, berlin), Language: town.German, Hold: "hold-080820",
		Proof:  &app.ProofAnswer{},
		Person: app.Person{Name: "Erika Muster", Email: "erika@example.org"},
	}
	if diff := cmp.Diff([]app.BookRequest{wantRequest}, s.hall.booked, cmp.Comparer(sameInstant)); diff != "" {
		t.Errorf("booked (-want +got):\n%s", diff)
	}
	if got, want := s.hall.actors[len(s.hall.actors)-1], (access.Actor{Kind: access.Citizen, Origin: "192.0.2.1", Key: "schluessel"}); got.Key != want.Key || got.Origin != want.Origin {
		t.Errorf("actor: got %+v, want %+v", got, want)
	}

	own := s.get("/t/geheim?neu=1")
	wantStatus(t, own, http.StatusOK)
	wantText(t, own, "Ihr Termin ist gebucht.", "<strong>417</strong>", "Markt 17", "bisheriger Ausweis", "46,00\u00a0€",
		"https://forms.example/foto.pdf", "/t/geheim/absagen", "/t/geheim/verschieben", "/api/v1/appointments/geheim/ics",
		"<title>Ihr Termin ist gebucht. – Ihr Termin", "Die Bestätigung ist unterwegs an e…@example.org.")
	wantNoText(t, own, "37,00", "Erika", "erika@", "Richtwert")
}

func filled() url.Values {
	return url.Values{
		"service": {"ausweis"}, "branch": {"markt"}, "start": {"2026-12-08T09:20:00+01:00"}, "hold": {"hold-080820"}, "key": {"schluessel"},
		"name": {"Erika Muster"}, "email": {"erika@example.org"}, "phone": {""}, "support": {""},
	}
}
