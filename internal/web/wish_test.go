package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

func wishFilled() url.Values {
	return url.Values{
		"service": {"ausweis:2"}, "branches": {"nerchau", "markt"}, "weekday": {"2", "4"}, "hours": {"vormittag"}, "until": {"2026-12-20"},
		"name": {"Erika Muster"}, "email": {"erika@example.org"},
	}
}

func TestWhenAllIsFullAWishCanBeLeft(t *testing.T) {
	s := newSite(t)
	s.hall.now = time.Date(2026, time.December, 31, 12, 0, 0, 0, berlin)
	wantText(t, s.get("/termin/tag?service=ausweis&branch=markt"), `class="button main" href="/termin/wunsch?branch=markt&amp;service=ausweis"`)
}

func TestLeavingAWish(t *testing.T) {
	s := newSite(t)
	form := s.get("/termin/wunsch?service=ausweis:2&branch=nerchau")
	wantStatus(t, form, http.StatusOK)
	wantText(t, form, `name="service" value="ausweis:2"`, `value="nerchau" checked`, `value="2026-12-29" min="2026-12-01"`, "Sonnabend")
	noted := s.post("/termin/wunsch", wishFilled())
	wantStatus(t, noted, http.StatusSeeOther)
	wantText(t, s.get(noted.Header().Get("Location")), "Ihr Wunsch ist notiert")
	want := []app.WishRequest{{
		Branches: []town.BranchID{"nerchau", "markt"}, Items: []town.Item{{Service: "ausweis", Quantity: 2}},
		Weekdays: []time.Weekday{time.Tuesday, time.Thursday}, From: 0, To: page.Noon * 60,
		Until: town.NewDate(2026, time.December, 20), Language: town.German,
		Person: app.Person{Name: "Erika Muster", Email: "erika@example.org"},
	}}
	if diff := cmp.Diff(want, s.hall.wishes); diff != "" {
		t.Errorf("wishes (-want +got):\n%s", diff)
	}
}

func TestAWishWithMistakesKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	form := wishFilled()
	form.Set("until", "bald")
	got := s.post("/termin/wunsch", form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantText(t, got, `href="#until"`, `id="until-error"`, `value="Erika Muster"`, `value="4" checked`, `value="vormittag" checked`)

	s.hall.wishErr = problem.Field("branches", "wish.branches")
	wantText(t, s.post("/termin/wunsch", wishFilled()), `href="#branches"`, `aria-describedby="branches-error"`, `id="branches-error"`)

	s.hall.wishErr = problem.New(problem.TooMany, "wish.too_many")
	many := s.post("/termin/wunsch", wishFilled())
	wantStatus(t, many, http.StatusTooManyRequests)
	wantText(t, many, "warten schon sehr viele", `value="Erika Muster"`)

	none := s.get("/termin/wunsch")
	wantStatus(t, none, http.StatusUnprocessableEntity)
	wantStatus(t, s.get("/termin/wunsch?service=unbekannt"), http.StatusNotFound)
}

func (s *site) withOffer() {
	start := tuesday.At(9*60+20, berlin)
	s.hall.wish = app.WishView{
		Branches: []town.BranchID{"markt"}, Items: []town.Item{{Service: "ausweis", Quantity: 1}}, Language: town.German,
		Weekdays: []time.Weekday{time.Saturday}, To: page.Noon * 60, Until: town.NewDate(2026, time.December, 20),
		Offer: &app.HeldSlot{Branch: "markt", Start: start, Expires: s.hall.now.Add(24 * time.Hour)},
	}
}

func TestAnOfferIsAcceptedByPostOnly(t *testing.T) {
	s := newSite(t)
	s.withOffer()
	offer := s.get("/wunsch/wunsch")
	wantStatus(t, offer, http.StatusOK)
	wantText(t, offer, "Diese Zeit ist für Sie frei geworden", "Dienstag, 8.\u00a0Dezember 2026, 9.20\u00a0Uhr", "Mittwoch, 2.\u00a0Dezember 2026, 9.05\u00a0Uhr", "Sonnabend", "Vormittag")
	if got, want := offer.Header().Get("Cache-Control"), "no-store"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(s.hall.made) != 0 {
		t.Error("looking at an offer booked it")
	}
	accepted := s.post("/wunsch/wunsch/annehmen", nil)
	if got, want := accepted.Header().Get("Location"), "/t/geheim?neu=1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnOfferThatIsOverLeavesTheWish(t *testing.T) {
	s := newSite(t)
	s.withOffer()
	s.hall.wish.Offer = nil
	s.hall.wishErr = problem.New(problem.Conflict, "wish.offer_over")
	got := s.post("/wunsch/wunsch/annehmen", nil)
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Ihr Wunsch bleibt bestehen.", "Noch ist keine passende Zeit frei.")
}

func TestDecliningKeepsTheWishAndWithdrawingErasesIt(t *testing.T) {
	s := newSite(t)
	s.withOffer()
	declined := s.post("/wunsch/wunsch/ablehnen", nil)
	wantStatus(t, declined, http.StatusSeeOther)
	wantText(t, s.get(declined.Header().Get("Location")), "Noch ist keine passende Zeit frei.")
	wantText(t, s.post("/wunsch/wunsch/zurueckziehen", nil), "Ihr Wunsch ist gelöscht")
	wantStatus(t, s.get("/wunsch/wunsch"), http.StatusNotFound)
	wantStatus(t, s.post("/wunsch/wunsch/zurueckziehen", nil), http.StatusNotFound)
}
