package web_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"aufruf/internal/app/apptest"
	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/web/page"
)

func choose(start string) url.Values {
	return url.Values{"service": {"ausweis"}, "branch": {"markt"}, "start": {start}}
}

func cookieOf(header http.Header) string {
	cookie, _, _ := strings.Cut(header.Get("Set-Cookie"), ";")
	return cookie
}

func TestGoingBackToTheSameTimeKeepsTheHold(t *testing.T) {
	s := newSite(t)
	first := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	cookie := cookieOf(first.Header())
	again := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"), "Cookie", cookie)
	if got, want := again.Header().Get("Location"), first.Header().Get("Location"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	back := s.get("/termin/zeit?service=ausweis&branch=markt&date=2026-12-08", "Cookie", cookie)
	wantText(t, back, "für Sie vorgemerkt")
}

func TestChoosingAnotherTimeGivesTheFirstOneBack(t *testing.T) {
	s := newSite(t)
	first := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	other := s.post("/termin/vormerken", choose("2026-12-12T11:00:00+01:00"), "Cookie", cookieOf(first.Header()))
	wantStatus(t, s.get(other.Header().Get("Location")), http.StatusOK)
	wantStatus(t, s.get(first.Header().Get("Location")), http.StatusNotFound)
	s.somebodyBooks(start) // for it is free again
}

func TestATakenTimeIsAConflictThatOffersTheNearest(t *testing.T) {
	s := newSite(t)
	s.somebodyBooks(start)
	got := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Diese Zeit wurde eben vergeben.", "Die nächsten freien Zeiten", `value="2026-12-08T11:00:00&#43;01:00"`, "autofocus")
}

func TestAConflictWhileBookingKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	s.somebodyBooks(start)
	form := filled()
	form.Set("support", "Rollstuhl & <b>")
	got := s.post("/termin/buchen", form)
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Diese Zeit wurde eben vergeben.", `value="Erika Muster"`, `value="erika@example.org"`, "Rollstuhl &amp; &lt;b&gt;",
		`name="neu" value="2026-12-08T11:00:00&#43;01:00" formaction="/termin/daten"`, "Ihre Angaben bleiben stehen.")

	form.Set("neu", "2026-12-08T11:00:00+01:00")
	other := s.post("/termin/daten", form)
	wantStatus(t, other, http.StatusOK)
	wantText(t, other, `value="Erika Muster"`, "11.00\u00a0Uhr", `name="start" value="2026-12-08T11:00:00&#43;01:00"`, "für Sie vorgemerkt")
}

func TestWrongFieldsAreNamedOnTopAndAtTheField(t *testing.T) {
	s := newSite(t)
	form := filled()
	form.Set("email", "erika@")
	form.Set("name", " ")
	got := s.post("/termin/buchen", form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantText(t, got, `<a href="#name">Bitte geben Sie Ihren Namen an.</a>`, `id="email-error"`, `aria-describedby="email-error email-hint"`,
		`aria-invalid="true"`, `value="erika@"`, "<title>Bitte prüfen:")
	body := got.Body.String()
	if strings.Index(body, `href="#name"`) > strings.Index(body, `href="#email"`) {
		t.Error("the mistakes are not in the order of the form")
	}
	if strings.Contains(body, `name="key" value="schluessel"`) {
		t.Error("the corrected form would repeat the refused request's key")
	}
}

func TestAnExpiredHoldStillLetsTypeAndBook(t *testing.T) {
	s := newSite(t)
	kept := s.holds("2026-12-08T09:20:00+01:00")
	s.Clock.Add(11 * time.Minute)
	got := s.get(kept)
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "Die Vormerkung ist abgelaufen.", "Zeit noch einmal vormerken")
	wantStatus(t, s.post("/termin/buchen", held(kept)), http.StatusSeeOther)
}

// held is the filled form behind a hold's address.
func held(address string) url.Values {
	form := filled()
	form.Set("hold", strings.TrimPrefix(address, "/termin/daten/"))
	return form
}

func TestAnExpiredHoldWhoseTimeIsTakenOffersTheNearest(t *testing.T) {
	s := newSite(t)
	kept := s.holds("2026-12-08T09:20:00+01:00")
	s.Clock.Add(11 * time.Minute)
	s.somebodyBooks(start)
	got := s.get(kept)
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "die Zeit ist inzwischen vergeben", "Die nächsten freien Zeiten", `name="neu" value="2026-12-08T11:00:00&#43;01:00"`, "<title>Bitte prüfen:")
	wantNoText(t, got, "data-hold")

	s.Change(onlyNineTwenty)
	wantText(t, s.get(kept), `href="/termin/wunsch?branch=markt&amp;service=ausweis">Benachrichtigen`)
}

// onlyNineTwenty leaves one time to citizens.
const onlyNineTwenty = `format: aufruf/1
branches:
  - id: markt
    offices:
      - id: buergerbuero
        opening: [{dates: [2026-12-08], hours: [09:20-09:40], capacity: {online: 1, staff: 2, counters: 2}}]
`

func TestExtendingKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	kept := held(s.holds("2026-12-08T09:20:00+01:00"))
	s.Clock.Add(8 * time.Minute)
	got := s.post("/termin/verlaengern", kept)
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, `value="Erika Muster"`, "bis 9.23\u00a0Uhr für Sie vorgemerkt (noch 10 Minuten)")

	forgotten := held("/termin/daten/unbekannt") // the time is kept anew
	forgotten.Set("start", "2026-12-08T11:00:00+01:00")
	anew := s.post("/termin/verlaengern", forgotten)
	wantStatus(t, anew, http.StatusOK)
	wantText(t, anew, `value="Erika Muster"`, "für Sie vorgemerkt")

	s.Clock.Add(11 * time.Minute)
	s.somebodyBooks(start)
	lost := s.post("/termin/verlaengern", kept)
	wantStatus(t, lost, http.StatusConflict)
	wantText(t, lost, `value="Erika Muster"`, "Die nächsten freien Zeiten")
}

func TestARefusalThatIsOursIsNotExplained(t *testing.T) {
	var broken *forced.Store
	s := newSiteWith(t, page.Deps{}, apptest.Options{Town: smallTown, Between: func(store ledger.Store) ledger.Store {
		broken = forced.Wrap(t, store)
		return broken
	}})
	broken.Fail("Tickets.Insert", errors.New("disk full"), 1)
	got := s.post("/termin/buchen", filled())
	wantStatus(t, got, http.StatusInternalServerError)
	wantNoText(t, got, "disk full")
}

func TestNoNumberLeftIsAConflict(t *testing.T) {
	s := newSite(t)
	s.Change("format: aufruf/1\nbranches:\n  - {id: markt, excluded_numbers: [{from: 101, to: 999}]}\n")
	s.somebodyBooks(start.Add(100 * time.Minute))
	got := s.post("/termin/buchen", filled())
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Für diesen Tag sind alle Nummern vergeben.", `value="Erika Muster"`)
}

// TestANewHoldHasTenMinutesAndNotEleven: it lasts through the second in which
// it ends.
func TestANewHoldHasTenMinutesAndNotEleven(t *testing.T) {
	s := newSite(t)
	s.Clock.Add(300 * time.Millisecond)
	wantText(t, s.get(s.holds("2026-12-08T09:20:00+01:00")), "(noch 10 Minuten)")
}
