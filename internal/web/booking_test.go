package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/plan"
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

	kept := s.holds("2026-12-08T09:20:00+01:00")
	form := s.get(kept)
	wantStatus(t, form, http.StatusOK)
	wantText(t, form, "Wer kommt?", "bis 9.15\u00a0Uhr für Sie vorgemerkt (noch 10 Minuten)", `autocomplete="email"`,
		"Dienstag, 8.\u00a0Dezember 2026, 9.20\u00a0Uhr")

	booked := s.post("/termin/buchen", held(kept))
	wantStatus(t, booked, http.StatusSeeOther)
	again := s.post("/termin/buchen", held(kept)) // a second click, with the same key
	if got, want := again.Header().Get("Location"), booked.Header().Get("Location"); got != want {
		t.Errorf("the form twice: got %q, want %q", got, want)
	}
	token := strings.TrimSuffix(strings.TrimPrefix(booked.Header().Get("Location"), "/t/"), "?neu=1")
	made := s.ticket(token)
	if diff := cmp.Diff([]town.Item{{Service: "ausweis", Quantity: 1}}, made.Items); diff != "" || made.Branch != "markt" || !made.Start.Equal(start) || made.Language != town.German {
		t.Errorf("got %+v (-want +got):\n%s", made, diff)
	}
	taken, err := s.Memory.Slots(t.Context(), plan.Wanted{Branch: "markt", Items: made.Items}, tuesday)
	if err != nil || len(taken) != 2 {
		t.Errorf("got %v, %v; want one of three times taken: the hold became the appointment", taken, err)
	}

	own := s.get("/t/" + token + "?neu=1")
	wantStatus(t, own, http.StatusOK)
	wantText(t, own, "Ihr Termin ist gebucht.", "<strong>"+made.Number.String()+"</strong>", "Markt 17", "bisheriger Ausweis", "46,00\u00a0€",
		"Fingerabdrücke werden erfasst.", "Bitte kommen Sie selbst.", "Fertig ist es nach etwa drei Wochen.", "ungefähr 6,00\u00a0€",
		"https://forms.example/foto.pdf", "/t/"+token+"/absagen", "/t/"+token+"/verschieben", "/api/v1/appointments/"+token+"/ics",
		"<title>Ihr Termin ist gebucht. – Ihr Termin", "Die Bestätigung ist unterwegs an e…@example.org.")
	wantNoText(t, own, "37,00", "Erika", "erika@", "Richtwert")
}

// filled is the form of the fourth step.
func filled() url.Values {
	return url.Values{
		"service": {"ausweis"}, "branch": {"markt"}, "start": {"2026-12-08T09:20:00+01:00"}, "key": {"schluessel"},
		"name": {"Erika Muster"}, "email": {"erika@example.org"}, "phone": {""}, "support": {""},
	}
}
