package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	rules "aufruf/internal/booking"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func TestTheBranchThatIsFreeFirstIsShownFirst(t *testing.T) {
	s := newSite(t)
	got := s.get("/termin/tag?service=ausweis")
	wantText(t, got, "Freie Tage: Grimma am Markt", "frei ab Mittwoch, 2.\u00a0Dezember, 9.20\u00a0Uhr", "frei ab Dienstag, 8.\u00a0Dezember, 9.20\u00a0Uhr",
		"Frühester Termin: Mittwoch, 2.\u00a0Dezember 2026, 9.20\u00a0Uhr")
	other := s.get("/termin/tag?service=ausweis&branch=nerchau")
	wantText(t, other, "Freie Tage: Nerchau")
}

func TestAMonthWithoutFreeDaysSaysWhereToGo(t *testing.T) {
	s := newSite(t)
	got := s.get("/termin/tag?service=ausweis&branch=markt&monat=2027-03")
	wantText(t, got, "Der März 2027 ist noch nicht zu buchen.", "← Februar 2027", "April 2027 →",
		"Nächster freier Tag: Mittwoch, 2.\u00a0Dezember 2026")
	wantNoText(t, got, "<table") // no grey month
	s.hall.now = time.Date(2026, time.December, 31, 12, 0, 0, 0, berlin)
	full := s.get("/termin/tag?service=ausweis&branch=markt")
	wantText(t, full, "Zurzeit ist kein Tag mehr frei.")
}

func TestAFullMonthNamesTheNextFreeDayHereAndElsewhere(t *testing.T) {
	s := newSite(t)
	s.hall.now = time.Date(2026, time.November, 2, 9, 0, 0, 0, berlin)
	for d := town.NewDate(2026, time.November, 1); d <= town.NewDate(2026, time.November, 30); d++ {
		s.hall.closed[d] = rules.Day{Date: d, State: rules.DayFull}
	}
	got := s.get("/termin/tag?service=ausweis&branch=markt&monat=2026-11")
	wantText(t, got, "Im November 2026 ist kein Tag frei.", "<table",
		`href="/termin/zeit?branch=markt&amp;date=2026-12-02&amp;service=ausweis">Nächster freier Tag: Mittwoch, 2.`,
		`href="/termin/zeit?branch=nerchau&amp;date=2026-12-08&amp;service=ausweis">Nerchau: frei am Dienstag, 8.`)
}

func TestTheListShowsEachDayWithItsState(t *testing.T) {
	s := newSite(t)
	got := s.get("/termin/tag?service=ausweis&branch=markt&ansicht=liste")
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "Sonnabend, 5.\u00a0Dezember</span> <strong>3 freie Zeiten", "geschlossen: 1. Weihnachtstag", "heute nicht mehr zu buchen",
		"ansicht=liste&amp;branch=markt&amp;monat=2027-01&amp;service=ausweis#tage")
	if got, want := strings.Count(got.Body.String(), "<li class=\"free\">"), 20; got != want {
		t.Errorf("free days: got %d, want %d", got, want)
	}
	nerchau := s.get("/termin/tag?service=ausweis&branch=nerchau&ansicht=liste")
	wantText(t, nerchau, "Mittwoch, 16.\u00a0Dezember – Montag, 21.\u00a0Dezember</span> <strong>geschlossen")
}

func TestSignsThatNobodyCouldGuessAreExplained(t *testing.T) {
	got := newSite(t).get("/termin/tag?service=ausweis&branch=markt")
	wantText(t, got, `<span class="word">kein Angebot</span></span> dieses Anliegen wird an diesem Tag nicht angeboten</li>`,
		`<span class="word">zu bald</span></span> heute nicht mehr zu buchen</li>`)
	wantNoText(t, newSite(t).get("/termin/tag?service=ausweis&branch=markt&monat=2027-01"), `class="sign"`)
}

func TestDaysThatOpenLaterSayWhen(t *testing.T) {
	s := newSite(t)
	s.hall.catalogue.Branches[0].Offices[0].Release = 7 * 60
	for _, path := range []string{"/termin/tag?service=ausweis&branch=markt", "/termin/tag?service=ausweis&branch=markt&ansicht=liste"} {
		wantText(t, s.get(path), "Jeden Tag um 7.00\u00a0Uhr kommt ein neuer Tag dazu.")
	}
	s.withAppointment(queue.Booked, "markt", start)
	wantText(t, s.get("/t/geheim/verschieben?monat=2027-03"), "Der März 2027 ist noch nicht zu buchen. Jeden Tag um 7.00\u00a0Uhr kommt ein neuer Tag dazu.")
}

func TestAKeptPageIsRenderedAnewWhenItsMomentIsOver(t *testing.T) {
	const path = "/termin/tag?service=ausweis&branch=markt"
	s := newSite(t)
	first := s.get(path)
	renders := func(what string, want bool, change func()) {
		t.Helper()
		change()
		before := s.hall.asked
		s.get(path)
		if got := s.hall.asked > before; got != want {
			t.Errorf("%s: rendered anew: got %t, want %t", what, got, want)
		}
	}
	renders("nothing changed", false, func() {})
	renders("somebody booked", true, func() { s.hall.seq++ })
	renders("nothing changed", false, func() {})
	renders("ten seconds passed", true, func() { s.hall.now = s.hall.now.Add(10 * time.Second) })
	renders("the catalogue changed", true, func() { s.hall.catalogue = smallTown() })

	asked := s.hall.asked
	english := s.get(path, "Accept-Language", "en")
	wantText(t, english, "Which day suits you?")
	if s.hall.asked == asked {
		t.Error("another language got the kept page")
	}
	wantText(t, first, "Welcher Tag passt Ihnen?")
}
