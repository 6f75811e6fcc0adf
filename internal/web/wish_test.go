package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
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
	s.Clock.Set(time.Date(2026, time.December, 31, 12, 0, 0, 0, berlin))
	wantText(t, s.get("/termin/tag?service=ausweis&branch=markt"), `class="button main" href="/termin/wunsch?branch=markt&amp;service=ausweis"`)
}

func TestLeavingAWish(t *testing.T) {
	s := newSite(t)
	form := s.get("/termin/wunsch?service=ausweis:2&branch=nerchau")
	wantStatus(t, form, http.StatusOK)
	wantText(t, form, `name="service" value="ausweis:2"`, `value="nerchau" checked`, `value="2026-12-29" min="2026-12-01"`, "Sonnabend")
	anyTime := wishFilled()
	anyTime["service"], anyTime["weekday"], anyTime["branches"] = []string{"ausweis"}, nil, []string{"markt"}
	free := s.post("/termin/wunsch", anyTime)
	wantStatus(t, free, http.StatusConflict)
	wantText(t, free, "Gerade sind passende Zeiten frei.", `href="/termin/zeit?branch=markt&amp;date=2026-12-`)
	noted := s.post("/termin/wunsch", wishFilled())
	wantStatus(t, noted, http.StatusSeeOther)
	wantText(t, s.get(noted.Header().Get("Location")), "Bitte sehen Sie in Ihr Postfach")
	token := s.mail(app.MailWish).Person.Token
	link := "/bestaetigen/" + token
	for range 2 { // looking changes nothing
		asked := s.get(link)
		wantStatus(t, asked, http.StatusOK)
		wantText(t, asked, "Auf die Warteliste?", `<form method="post" action="`+link+`">`, "Nerchau")
		wantStatus(t, s.get("/wunsch/"+token), http.StatusNotFound)
	}
	for range 2 { // a second click leads to the same
		confirmed := s.post(link, nil)
		wantStatus(t, confirmed, http.StatusSeeOther)
		if got, want := confirmed.Header().Get("Location"), "/wunsch/"+token; got != want {
			t.Errorf("confirmed: got %s, want %s", got, want)
		}
	}
	if got, want := s.get(link).Header().Get("Location"), "/wunsch/"+token; got != want {
		t.Errorf("the link afterwards: got %s, want %s", got, want)
	}
	wantStatus(t, s.get("/bestaetigen/unbekannt"), http.StatusNotFound)
	left, err := s.Wishes.View(t.Context(), token)
	want := app.WishView{
		Branches: []town.BranchID{"nerchau", "markt"}, Items: []town.Item{{Service: "ausweis", Quantity: 2}},
		Weekdays: []time.Weekday{time.Tuesday, time.Thursday}, From: 0, To: page.Noon * 60,
		Until: town.NewDate(2026, time.December, 20), Language: town.German,
	}
	if diff := cmp.Diff(want, left); err != nil || diff != "" {
		t.Errorf("got %v (-want +got):\n%s", err, diff)
	}
}

func TestAWishWithMistakesKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	form := wishFilled()
	form.Set("until", "bald")
	got := s.post("/termin/wunsch", form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantText(t, got, `href="#until"`, `id="until-error"`, `value="Erika Muster"`, `value="4" checked`, `value="vormittag" checked`)

	nowhere := wishFilled()
	nowhere.Del("branches")
	wantText(t, s.post("/termin/wunsch", nowhere), `href="#branches"`, `aria-describedby="branches-error"`, `id="branches-error"`)

	none := s.get("/termin/wunsch")
	wantStatus(t, none, http.StatusUnprocessableEntity)
	wantStatus(t, s.get("/termin/wunsch?service=unbekannt"), http.StatusNotFound)
}

// mail returns the newest due mail of a kind.
func (s *site) mail(kind string) app.Letter {
	s.t.Helper()
	due, err := s.Outbox.DueMails(s.t.Context(), 100)
	s.must(err)
	for _, l := range slices.Backward(due) {
		if l.Mail.Kind == kind {
			return l
		}
	}
	s.t.Fatalf("no mail of the kind %s is due", kind)
	return app.Letter{}
}

// offered has one time become free for a wish, and returns the address of the
// wish's page.
func (s *site) offered() string {
	s.t.Helper()
	s.Change(onlyNineTwenty)
	address := s.freed("markt", "ausweis")
	s.Change(string(smallTown))
	return address
}

// freed has somebody wait for the one time that a branch has, and its holder
// give it back.
func (s *site) freed(branch town.BranchID, service town.ServiceID) string {
	s.t.Helper()
	r := wanting(branch, start, "erika@example.org")
	r.Items[0].Service = service
	made, err := s.Book(s.t.Context(), access.Actor{}, r)
	s.must(err)
	s.must(s.Wishes.Leave(s.t.Context(), access.Actor{}, app.WishRequest{
		Branches: []town.BranchID{branch}, Items: r.Items, Language: town.German,
		Weekdays: []time.Weekday{time.Tuesday, time.Saturday}, To: page.Noon * 60, Until: town.NewDate(2026, time.December, 20),
		Person: app.Person{Name: "Ben Wartend", Email: "ben@example.org"},
	}))
	_, err = s.Confirm(s.t.Context(), s.mail(app.MailWish).Person.Token)
	s.must(err)
	s.must(s.Cancel(s.t.Context(), access.Actor{}, made.Token))
	return "/wunsch/" + s.mail(app.MailOffer).Person.Token
}

func TestAnOfferIsAcceptedByPostOnly(t *testing.T) {
	s := newSite(t)
	wish := s.offered()
	offer := s.get(wish)
	wantStatus(t, offer, http.StatusOK)
	wantText(t, offer, "Diese Zeit ist für Sie frei geworden", "Dienstag, 8.\u00a0Dezember 2026, 9.20\u00a0Uhr", "Dienstag, 1.\u00a0Dezember 2026, 13.05\u00a0Uhr", "Sonnabend", "Vormittag")
	if got, want := offer.Header().Get("Cache-Control"), "no-store"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	wantText(t, s.get(wish), "Diese Zeit ist für Sie frei geworden") // looking booked nothing
	accepted := s.post(wish+"/annehmen", nil)
	wantStatus(t, accepted, http.StatusSeeOther)
	wantText(t, s.get(accepted.Header().Get("Location")), "Ihr Termin ist gebucht.", "Dienstag, 8.\u00a0Dezember 2026, 9.20\u00a0Uhr")
}

func TestAnOfferThatIsOverLeavesTheWish(t *testing.T) {
	s := newSite(t)
	wish := s.offered()
	s.Clock.Add(25 * time.Hour)
	got := s.post(wish+"/annehmen", nil)
	wantStatus(t, got, http.StatusConflict)
	wantText(t, got, "Sie bleiben auf der Warteliste.", "Noch ist keine passende Zeit frei.")
}

func TestDecliningKeepsTheWishAndWithdrawingErasesIt(t *testing.T) {
	s := newSite(t)
	wish := s.offered()
	declined := s.post(wish+"/ablehnen", nil)
	wantStatus(t, declined, http.StatusSeeOther)
	wantText(t, s.get(declined.Header().Get("Location")), "Noch ist keine passende Zeit frei.")
	wantText(t, s.post(wish+"/zurueckziehen", nil), "Sie stehen nicht mehr auf der Warteliste")
	wantStatus(t, s.get(wish), http.StatusNotFound)
	wantStatus(t, s.post("/wunsch/unbekannt/zurueckziehen", nil), http.StatusNotFound)
}
