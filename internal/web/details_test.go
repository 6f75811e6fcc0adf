package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/problem"
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
	held := len(s.hall.actors)
	again := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"), "Cookie", cookie)
	if got, want := again.Header().Get("Location"), first.Header().Get("Location"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := len(s.hall.actors); got != held {
		t.Error("a second hold was taken for the same time")
	}
	back := s.get("/termin/zeit?service=ausweis&branch=markt&date=2026-12-08", "Cookie", cookie)
	wantText(t, back, "für Sie vorgemerkt")
}

func TestChoosingAnotherTimeGivesTheFirstOneBack(t *testing.T) {
	s := newSite(t)
	first := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	s.post("/termin/vormerken", choose("2026-12-12T11:00:00+01:00"), "Cookie", cookieOf(first.Header()))
	if diff := cmp.Diff([]string{"hold-080820"}, s.hall.released); diff != "" {
		t.Errorf("released (-want +got):\n%s", diff)
	}
}

func slotTaken() *problem.Error {
	return problem.New(problem.Conflict, "booking.slot_taken").Offering([]time.Time{
		tuesday.At(11*60, berlin).UTC(), tuesday.At(9*60, berlin).UTC(),
	})
}

func TestATakenTimeIsAConflictThatOffersTheNearest(t *testing.T) {
	s := newSite(t)
	s.hall.holdErr = slotTaken()
	got := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Diese Zeit wurde eben vergeben.", "Die nächsten freien Zeiten", `value="2026-12-08T09:00:00&#43;01:00"`, "autofocus")
}

func TestAConflictWhileBookingKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	s.hall.bookErr = slotTaken()
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
	s.hall.bookErr = &problem.Error{Kind: problem.Invalid, Key: "request.invalid", Fields: map[string]string{
		"email": "field.email", "name": "field.required",
	}}
	form := filled()
	form.Set("email", "erika@")
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
	kept := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	s.hall.now = s.hall.now.Add(11 * time.Minute)
	got := s.get(kept.Header().Get("Location"))
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "Die Vormerkung ist abgelaufen.", "Zeit noch einmal vormerken")
	wantStatus(t, s.post("/termin/buchen", filled()), http.StatusSeeOther)
}

func TestAnExpiredHoldWhoseTimeIsTakenOffersTheNearest(t *testing.T) {
	s := newSite(t)
	kept := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00")).Header().Get("Location")
	s.hall.now = s.hall.now.Add(11 * time.Minute)
	s.hall.nearest = []time.Time{tuesday.At(11*60, berlin), tuesday.At(9*60, berlin)}
	got := s.get(kept)
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, "die Zeit ist inzwischen vergeben", "Die nächsten freien Zeiten", `name="neu" value="2026-12-08T09:00:00&#43;01:00"`, "<title>Bitte prüfen:")
	wantNoText(t, got, "data-hold")

	s.hall.nearest = []time.Time{}
	wantText(t, s.get(kept), `href="/termin/wunsch?branch=markt&amp;service=ausweis">Benachrichtigen`)
}

func TestExtendingKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	s.hall.now = s.hall.now.Add(8 * time.Minute)
	got := s.post("/termin/verlaengern", filled())
	wantStatus(t, got, http.StatusOK)
	wantText(t, got, `value="Erika Muster"`, "bis 9.23\u00a0Uhr für Sie vorgemerkt (noch 10 Minuten)")

	s.hall.extendErr = slotTaken()
	lost := s.post("/termin/verlaengern", filled())
	wantStatus(t, lost, http.StatusConflict)
	wantText(t, lost, `value="Erika Muster"`, "Die nächsten freien Zeiten")

	s.hall.extendErr = nil
	clear(s.hall.held) // forgotten by the server: the time is kept anew
	anew := s.post("/termin/verlaengern", filled())
	wantStatus(t, anew, http.StatusOK)
	wantText(t, anew, `value="Erika Muster"`, "für Sie vorgemerkt")
}

func TestARefusalThatIsOursIsNotExplained(t *testing.T) {
	s := newSite(t)
	s.hall.bookErr = problem.Wrap(http.ErrBodyNotAllowed)
	got := s.post("/termin/buchen", filled())
	wantStatus(t, got, http.StatusInternalServerError)
	wantNoText(t, got, "body not allowed")
}

func TestNoNumberLeftIsAConflict(t *testing.T) {
	s := newSite(t)
	s.hall.bookErr = problem.New(problem.Conflict, "number.none_left")
	got := s.post("/termin/buchen", filled())
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Für diesen Tag sind alle Nummern vergeben.", `value="Erika Muster"`)
}

func TestTooManyHolds(t *testing.T) {
	s := newSite(t)
	s.hall.holdErr = problem.New(problem.TooMany, "hold.too_many").With("max", 3)
	got := s.post("/termin/vormerken", choose("2026-12-08T09:20:00+01:00"))
	wantStatus(t, got, http.StatusTooManyRequests)
	wantText(t, got, "mehrere Zeiten vorgemerkt")
}

// TestANewHoldHasTenMinutesAndNotEleven: it lasts through the second in which
// it ends.
func TestANewHoldHasTenMinutesAndNotEleven(t *testing.T) {
	s := newSite(t)
	s.holding(app.HoldTime + 700*time.Millisecond)
	wantText(t, s.get("/termin/daten/h"), "(noch 10 Minuten)")
}
