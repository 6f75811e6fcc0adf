package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestALinkThatNamesAServiceGoesStraightToTheDays(t *testing.T) {
	got := newSite(t).get("/termin?service=ausweis:2&branch=nerchau")
	wantStatus(t, got, http.StatusSeeOther)
	if got, want := got.Header().Get("Location"), "/termin/tag?branch=nerchau&service=ausweis%3A2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSearchWorksWithoutScript(t *testing.T) {
	s := newSite(t)
	found := s.get("/termin?q=perso")
	wantText(t, found, "1 Anliegen gefunden", "Personalausweis beantragen")
	wantNoText(t, found, "Trautermin")
	none := s.get("/termin?q=xyzzy")
	wantText(t, none, "Dazu haben wir nichts gefunden", "Alle Anliegen zeigen")
}

func TestSeveralConcernsAndPeopleInOneAppointment(t *testing.T) {
	s := newSite(t)
	editing := s.get("/termin?service=ausweis&branch=markt&aendern=1")
	wantText(t, editing, `<option value="ausweis" selected>für 1 Person</option>`, `<option value="ausweis:2">für 2 Personen</option>`,
		"nicht mehr nötig", "/termin?aendern=1&amp;branch=markt&amp;service=ausweis&amp;service=umzug")
	day := s.get("/termin/tag?service=ausweis:2&service=umzug&branch=markt")
	wantText(t, day, "Personalausweis beantragen (2-mal), Wohnsitz ummelden")
}

func TestConcernsOfTwoOfficesAreRefusedWhereTheyAreChosen(t *testing.T) {
	s := newSite(t)
	got := s.get("/termin/tag?service=ausweis&service=trauung")
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantText(t, got, "Bitte buchen Sie dafür zwei Termine.", `role="alert"`, "Ihre Auswahl")
}

// More than an appointment combines is refused, and the page that says so is as
// small as any other.
func TestMoreServicesThanAnAppointmentCombinesAreRefused(t *testing.T) {
	s := newSite(t)
	many := strings.Repeat("&service=ausweis", 1650)
	for _, path := range []string{"/termin?aendern=1&z=1" + many, "/termin/tag?z=1" + many, "/termin/wunsch?z=1" + many, "/termin/zeit?date=2026-12-01&branch=markt" + many} {
		got := s.get(path)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantText(t, got, "nicht in einen Termin")
		if got.Body.Len() > 256<<10 {
			t.Errorf("%.30s: got %d bytes", path, got.Body.Len())
		}
	}
}

func TestWhatDoesNotExistIsSaidSo(t *testing.T) {
	s := newSite(t)
	tests := []struct {
		path string
		want int
	}{
		{"/termin?service=unbekannt&aendern=1", http.StatusNotFound},
		{"/termin/tag?service=unbekannt", http.StatusNotFound},
		{"/termin/tag?service=alt", http.StatusNotFound},
		{"/termin/tag?service=ausweis&branch=leipzig", http.StatusNotFound},
		{"/termin/tag", http.StatusUnprocessableEntity},
		{"/termin/zeit?service=ausweis&branch=markt&date=2026-02-30", http.StatusNotFound},
		{"/termin/zeit?service=ausweis&branch=markt", http.StatusNotFound},
		{"/termin/daten/unbekannt", http.StatusNotFound},
		{"/termin/daten", http.StatusNotFound},
		{"/t/unbekannt", http.StatusNotFound},
		{"/t/unbekannt/absagen", http.StatusNotFound},
		{"/t/unbekannt/verschieben", http.StatusNotFound},
	}
	for _, test := range tests {
		got := s.get(test.path)
		wantStatus(t, got, test.want)
		wantText(t, got, "</html>", "<h1>")
	}
}

func TestAFormThatIsNoneIsMalformed(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/termin/vormerken", "/termin/buchen", "/termin/daten", "/termin/verlaengern"} {
		got := s.post(path, url.Values{"service": {"ausweis"}, "branch": {"markt"}, "start": {"gleich"}})
		wantStatus(t, got, http.StatusBadRequest)
	}
}

// TestTheFirstPageIsKeptAndFollowsTheCatalogue: many ask for the same page, and
// each in their language.
func TestTheFirstPageIsKeptAndFollowsTheCatalogue(t *testing.T) {
	s := newSite(t)
	first := s.get("/termin").Body.String()
	if s.get("/termin?lang=en").Body.String() == first {
		t.Error("another language got the kept page")
	}
	if s.get("/termin?rahmen=1").Body.String() == first {
		t.Error("a framed page got the kept one")
	}
	s.Change("format: aufruf/1\nservices:\n  - {id: ausweis, name: Ausweis im Scheckkartenformat}\n")
	wantText(t, s.get("/termin"), "Ausweis im Scheckkartenformat")
}
