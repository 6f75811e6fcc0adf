package web_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/test/browser"
)

const perso = "service=personalausweis-beantragen"

// booksGrimma makes an appointment for an identity card and returns the address
// of its page.
func (s *site) booksGrimma(start time.Time, email string) string {
	s.t.Helper()
	r := identityCard(start)
	r.Person.Email = email
	made, err := s.Book(s.t.Context(), access.Actor{}, r)
	s.must(err)
	return "/t/" + made.Token
}

func identityCard(start time.Time) app.BookRequest {
	r := wanting(markt, start, "")
	r.Items[0].Service = "personalausweis-beantragen"
	return r
}

// keepsGrimma keeps a time for an identity card and returns the address of the
// form behind it.
func (s *site) keepsGrimma(start time.Time) string {
	s.t.Helper()
	held, err := s.Hold(s.t.Context(), access.Actor{}, identityCard(start).Wanted, start)
	s.must(err)
	return "/termin/daten/" + held.ID
}

// freedInGrimma is the page of a wish that is offered a time.
func (s *site) freedInGrimma() string {
	s.t.Helper()
	grimma, err := os.ReadFile("../catalogue/grimma.yaml")
	s.must(err)
	s.Change(strings.Replace(onlyNineTwenty, "id: markt", "id: grimma-markt", 1))
	address := s.freed(markt, "personalausweis-beantragen")
	s.Change(string(grimma))
	return address
}

// waits is the page of a link that nobody has confirmed yet, about hours at which
// nothing is ever free.
func (s *site) waits(branch town.BranchID, service town.ServiceID) string {
	s.t.Helper()
	s.must(s.Wishes.Leave(s.t.Context(), access.Actor{}, app.WishRequest{
		Branches: []town.BranchID{branch}, Items: []town.Item{{Service: service, Quantity: 1}}, From: 1, To: 30, Language: town.German,
		Until: town.NewDate(2026, time.December, 20), Person: app.Person{Name: "Cem Neu", Email: "cem@example.org"},
	}))
	return "/bestaetigen/" + s.mail(app.MailWish).Person.Token
}

// Each page is looked at by axe in several views; with go test -artifacts each
// is kept as a picture.
func TestEveryPageIsAccessible(t *testing.T) {
	s := newSiteWith(t, page.Deps{Demonstration: true}, apptest.Options{})
	lapsed := s.keepsGrimma(tuesday.At(10*60+20, berlin))
	s.Clock.Add(11 * time.Minute)
	link := s.waits(markt, "personalausweis-beantragen")
	wish, held := s.freedInGrimma(), s.keepsGrimma(start.Add(20*time.Minute))
	own, today := s.booksGrimma(tuesday.At(11*60, berlin), "own@example.org"), s.booksGrimma(firstTuesday.At(15*60, berlin), "today@example.org")
	cancelled := s.booksGrimma(tuesday.At(14*60, berlin), "cancelled@example.org")
	s.must(s.Cancel(t.Context(), access.Actor{}, strings.TrimPrefix(cancelled, "/t/")))
	s.Change(strings.Replace(questions, "id: ausweis", "id: personalausweis-beantragen", 1))
	base := s.serve()
	pages := []struct{ name, path string }{
		{"concern", "/termin?"},
		{"search", "/termin?q=perso"},
		{"several", "/termin?aendern=1&" + perso + ":2&service=reisepass-beantragen"},
		{"day", "/termin/tag?" + perso},
		{"list", "/termin/tag?ansicht=liste&branch=grimma-markt&" + perso},
		{"far", "/termin/tag?monat=2027-03&branch=grimma-markt&" + perso},
		{"time", "/termin/zeit?branch=grimma-markt&date=2026-12-08&" + perso},
		{"notime", "/termin/zeit?branch=grimma-markt&date=2026-12-09&" + perso},
		{"details", held + "?"},
		{"lapsed", lapsed + "?"},
		{"own", own + "?neu=1"},
		{"today", today + "?"},
		{"cancelled", cancelled + "?"},
		{"cancel", own + "/absagen?"},
		{"move", own + "/verschieben?"},
		{"movetime", own + "/verschieben/zeit?date=2026-12-10"},
		{"over", "/t/unbekannt?"},
		{"wish", "/termin/wunsch?" + perso},
		{"confirm", link + "?"},
		{"ownwish", wish + "?"},
		{"legal", "/impressum?"},
	}
	chromium := browser.Open(t)
	for _, v := range views() {
		tab := chromium.Tab(t, v.View)
		for _, page := range pages {
			name := page.name + "-" + v.name
			tab.Open(base + page.path + "&lang=" + v.lang)
			tab.CheckAccessible(name)
			if small := browser.Evaluate[[]string](tab, smallTargets); len(small) > 0 {
				t.Errorf("%s: hard to hit with a thumb: %q", name, small)
			}
			if keepsArtifacts() {
				tab.Picture(name)
			}
		}
	}
}

// smallTargets names what stands alone to be tapped and is lower than a
// fingertip, 44 CSS pixels (WCAG 2.2, 2.5.5).
const smallTargets = `[...document.querySelectorAll("button:not(.vh), .button, .day, .alone, .tick, select, .field input, textarea, .chosen a, .alert a, .notice a, .turn a, .views a, header a:not(.skip), .foot a")]
	.filter(e => e.getBoundingClientRect().height < 43.5)
	.map(e => e.textContent.trim() || e.name)`

// everyView asks for all combinations instead of a few that have each
// language, width, scheme, with and without script among them.
var everyView = flag.Bool("every-view", false, "look at the citizens' pages in every combination of language, width, scheme and script")

type namedView struct {
	name, lang string
	browser.View
}

func views() []namedView {
	if !*everyView {
		return []namedView{
			{"narrow", "de-simple", browser.View{Width: 320, Height: 700, NoScript: true}},
			{"phone-dark", "de", browser.View{Width: 390, Height: 844, Dark: true}},
			{"wide", "en", browser.View{Width: 1280, Height: 900}},
		}
	}
	var all []namedView
	for _, lang := range []string{"de", "en", "de-simple"} {
		for _, width := range []int64{320, 1280} {
			for _, dark := range []bool{false, true} {
				for _, noScript := range []bool{false, true} {
					name := fmt.Sprintf("%s-%d-dark=%t-noscript=%t", lang, width, dark, noScript)
					all = append(all, namedView{name, lang, browser.View{Width: width, Height: 900, Dark: dark, NoScript: noScript}})
				}
			}
		}
	}
	return all
}

// keepsArtifacts reports whether go test was asked to keep what tests leave.
func keepsArtifacts() bool {
	asked := flag.Lookup("test.artifacts")
	return asked != nil && asked.Value.String() == "true"
}
