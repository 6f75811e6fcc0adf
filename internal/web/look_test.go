package web_test

import (
	"flag"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/test/browser"
)

// grimmaSite serves the built-in catalogue over our fake's free times.
func grimmaSite(t *testing.T) (*site, string) {
	t.Helper()
	s := newSiteWith(t, page.Deps{Demonstration: true})
	file, mistakes := catalogue.BuiltIn()
	grimma, _, more := catalogue.Catalogue{}.Merge(file)
	if mistakes = append(mistakes, more...); len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	s.hall.catalogue = &grimma
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	return s, server.URL
}

const perso = "service=personalausweis-beantragen"

// Each page is looked at by axe in several views; with go test -artifacts each
// is kept as a picture.
func TestEveryPageIsAccessible(t *testing.T) {
	s, base := grimmaSite(t)
	start := tuesday.At(9*60+20, berlin)
	wanted := app.Wanted{Branch: "grimma-markt", Items: []town.Item{{Service: "personalausweis-beantragen", Quantity: 1}}}
	s.hall.put("geheim", queue.Booked, app.BookRequest{Wanted: wanted, Start: start})
	s.hall.put("heute", queue.Booked, app.BookRequest{Wanted: wanted, Start: s.hall.now.Add(2 * time.Hour)})
	s.hall.put("abgesagt", queue.Cancelled, app.BookRequest{Wanted: wanted, Start: start})
	s.hall.held["h"] = app.HeldSlot{
		ID: "h", Branch: wanted.Branch, Items: wanted.Items, Start: start, End: start.Add(20 * time.Minute),
		Expires: s.hall.now.Add(9 * time.Minute), Extendable: true,
	}
	s.hall.held["lapsed"] = app.HeldSlot{
		ID: "lapsed", Branch: wanted.Branch, Items: wanted.Items, Start: start.Add(time.Hour), End: start.Add(80 * time.Minute),
		Expires: s.hall.now.Add(-time.Minute), Extendable: true,
	}
	s.withOffer()
	pages := []struct{ name, path string }{
		{"concern", "/termin?"},
		{"search", "/termin?q=perso"},
		{"several", "/termin?aendern=1&" + perso + ":2&service=reisepass-beantragen"},
		{"day", "/termin/tag?" + perso},
		{"list", "/termin/tag?ansicht=liste&branch=grimma-markt&" + perso},
		{"far", "/termin/tag?monat=2027-03&branch=grimma-markt&" + perso},
		{"time", "/termin/zeit?branch=grimma-markt&date=2026-12-08&" + perso},
		{"notime", "/termin/zeit?branch=grimma-markt&date=2026-12-03&" + perso},
		{"details", "/termin/daten/h?"},
		{"lapsed", "/termin/daten/lapsed?"},
		{"own", "/t/geheim?neu=1"},
		{"today", "/t/heute?"},
		{"cancelled", "/t/abgesagt?"},
		{"cancel", "/t/geheim/absagen?"},
		{"move", "/t/geheim/verschieben?"},
		{"movetime", "/t/geheim/verschieben/zeit?date=2026-12-10"},
		{"over", "/t/unbekannt?"},
		{"wish", "/termin/wunsch?" + perso},
		{"ownwish", "/wunsch/wunsch?"},
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
