package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
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
	s.Clock.Set(time.Date(2026, time.December, 31, 12, 0, 0, 0, berlin))
	full := s.get("/termin/tag?service=ausweis&branch=markt")
	wantText(t, full, "Zurzeit ist kein Tag mehr frei.")
}

func TestAFullMonthNamesTheNextFreeDayHereAndElsewhere(t *testing.T) {
	s := newSite(t)
	s.Change(farther)
	s.Clock.Set(time.Date(2026, time.November, 2, 9, 0, 0, 0, berlin))
	got := s.get("/termin/tag?service=ausweis&branch=markt&monat=2026-11")
	wantText(t, got, "Im November 2026 ist kein Tag frei.", "<table",
		`href="/termin/zeit?branch=markt&amp;date=2026-12-01&amp;service=ausweis">Nächster freier Tag: Dienstag, 1.`,
		`href="/termin/zeit?branch=nerchau&amp;date=2026-12-01&amp;service=ausweis">Nerchau: frei am Dienstag, 1.`)
}

func TestTheListShowsEachDayWithItsState(t *testing.T) {
	s := newSite(t)
	got := s.get("/termin/tag?service=ausweis&branch=markt&ansicht=liste")
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "Sonnabend, 5.\u00a0Dezember</span> <strong>3 freie Zeiten", "geschlossen: 1. Weihnachtstag", "heute nicht mehr zu buchen",
		"ansicht=liste&amp;branch=markt&amp;monat=2027-01&amp;service=ausweis#tage")
	if got, want := strings.Count(got.Body.String(), "<li class=\"free\">"), 19; got != want {
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
	s.Change("format: aufruf/1\nbranches:\n  - {id: markt, offices: [{id: buergerbuero, release: 07:00}]}\n")
	for _, path := range []string{"/termin/tag?service=ausweis&branch=markt", "/termin/tag?service=ausweis&branch=markt&ansicht=liste"} {
		wantText(t, s.get(path), "Jeden Tag um 7.00\u00a0Uhr kommt ein neuer Tag dazu.")
	}
	wantText(t, s.get("/t/"+s.booked("markt", start)+"/verschieben?monat=2027-03"), "Der März 2027 ist noch nicht zu buchen. Jeden Tag um 7.00\u00a0Uhr kommt ein neuer Tag dazu.")
}

// A page costs next to nothing while its moment lasts.
func TestAKeptPageIsRenderedAnewWhenItsMomentIsOver(t *testing.T) {
	const path = "/termin/tag?service=ausweis&branch=markt"
	s := newSite(t)
	first := s.get(path)
	wantText(t, first, "Welcher Tag passt Ihnen?", "Dienstag, 8.\u00a0Dezember 2026: 3 freie Zeiten")
	kept := testing.AllocsPerRun(5, func() { s.get(path) })
	rendered := testing.AllocsPerRun(5, func() {
		s.Clock.Add(10 * time.Second)
		s.get(path)
	})
	if kept > rendered/4 {
		t.Errorf("kept: %v allocations, rendered: %v; nothing was kept", kept, rendered)
	}
	english := s.get(path, "Accept-Language", "en")
	wantText(t, english, "Which day suits you?") // not the kept page

	s.somebodyBooks(start)
	wantText(t, s.get(path), "Dienstag, 8.\u00a0Dezember 2026: 2 freie Zeiten")
	s.Clock.Set(firstTuesday.AddDays(2).At(9*60, berlin))
	wantText(t, s.get(path), "Freitag, 4.\u00a0Dezember 2026: 3 freie Zeiten")
	s.Clock.Set(firstTuesday.AddDays(2).At(9*60+21, berlin)) // within a day of the first
	wantText(t, s.get(path), "Freitag, 4.\u00a0Dezember 2026: 2 freie Zeiten")
	s.Change("format: aufruf/1\nservices:\n  - {id: ausweis, name: Ausweis im Scheckkartenformat}\n")
	wantText(t, s.get(path), "Ausweis im Scheckkartenformat")
}

// farther lets citizens book two months ahead.
const farther = `format: aufruf/1
branches:
  - {id: markt, offices: [{id: buergerbuero, horizon_days: 60}]}
  - {id: nerchau, offices: [{id: buergerbuero, horizon_days: 60}]}
`
