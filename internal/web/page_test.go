package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/app/apptest"
	"aufruf/internal/web/page"
)

func TestPagesAllowNothingInlineAndNoForeignFrame(t *testing.T) {
	s := newSite(t)
	header := s.get("/").Header()
	policy := header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'self' https://www.grimma.example"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy misses %q: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("policy is unsafe: %s", policy)
	}
	s.Change("format: aufruf/1\nauthority: {frame_ancestors: null}\n")
	if got, want := s.get("/").Header().Get("Content-Security-Policy"), "frame-ancestors 'none'"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

var inline = regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>[^<]|\sstyle=|\son[a-z]+=`)

func TestNoPageHasInlineScriptOrStyle(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/termin/tag?service=ausweis", "/termin/zeit?service=ausweis&branch=markt&date=2026-12-08", "/impressum"} {
		if found := inline.FindString(s.get(path).Body.String()); found != "" {
			t.Errorf("%s: %q", path, found)
		}
	}
}

func TestLanguageIsKeptOnlyWhenChosen(t *testing.T) {
	s := newSite(t)
	plain := s.get("/", "Accept-Language", "en-GB")
	wantText(t, plain, "What would you like to do?", `<html lang="en">`)
	if got := plain.Header().Get("Set-Cookie"); got != "" {
		t.Errorf("a cookie nobody asked for: %q", got)
	}
	chosen := s.get("/termin?lang=de-simple", "Accept-Language", "en-GB")
	wantText(t, chosen, `<html lang="de" class="simple">`, "/termin/tag?lang=de-simple&amp;service=ausweis")
	if got := chosen.Header().Get("Set-Cookie"); !strings.HasPrefix(got, "sprache=de-simple; Path=/; ") || !strings.Contains(got, "Secure") {
		t.Errorf("cookie: got %q", got)
	}
	kept := s.get("/termin?lang=de-simple", "Cookie", "sprache=de-simple")
	wantText(t, kept, `"/termin/tag?service=ausweis"`)
	once := s.get("/termin/tag?service=ausweis&lang=en").Header().Values("Set-Cookie")
	if got, want := len(once), 1; got != want {
		t.Errorf("cookies: got %d, want %d", got, want)
	}
	unknown := s.get("/?lang=xx")
	wantText(t, unknown, "Was möchten Sie erledigen?")
}

func TestOneLanguageNeedsNoSwitch(t *testing.T) {
	s := newSite(t)
	s.Change("format: aufruf/1\nauthority: {languages: [de]}\n")
	wantNoText(t, s.get("/", "Accept-Language", "en"), "hreflang", "What would")
}

func TestAFramedPageKeepsItsFrame(t *testing.T) {
	s := newSite(t)
	got := s.get("/termin?rahmen=1")
	wantText(t, got, `class="framed"`, "/termin/tag?rahmen=1&amp;service=ausweis")
	wantNoText(t, got, `class="town"`)
	redirected := s.get("/termin?rahmen=1&service=ausweis").Header().Get("Location")
	if got, want := redirected, "/termin/tag?rahmen=1&service=ausweis"; got != want {
		t.Errorf("redirected: got %q, want %q", got, want)
	}
}

// A site that forbids to be framed must not be opened within our frame.
func TestLinksToOtherSitesLeaveTheFrame(t *testing.T) {
	s := newSite(t)
	own := "/t/" + s.booked("markt", start)
	framed := s.get(own + "?rahmen=1")
	for _, address := range []string{"https://maps.example/markt", "https://forms.example/foto.pdf", "https://www.grimma.example/datenschutz"} {
		wantText(t, framed, `href="`+address+`" target="_blank" rel="noopener"`)
	}
	wantText(t, framed, `href="/impressum?rahmen=1">`)
	wantNoText(t, s.get(own), "_blank")
}

func TestDemonstrationIsSaidOnEveryPage(t *testing.T) {
	s := newSiteWith(t, page.Deps{Demonstration: true}, apptest.Options{Town: smallTown})
	for _, path := range []string{"/", "/termin/tag?service=ausweis", "/impressum", "/t/unbekannt"} {
		wantText(t, s.get(path), "Demonstration. Die Uhr dieses Dienstes ist gestellt: Dienstag, 1.\u00a0Dezember 2026, 9.05\u00a0Uhr.")
	}
}

func TestLegalPages(t *testing.T) {
	s := newSite(t)
	wantText(t, s.get("/impressum"), "<p class=\"paragraph\">Stadt Grimma</p>", "Markt 17")
	s.Change(`format: aufruf/1
authority:
  imprint:
    text: |
      ## Wer wir sind
      Stadt Grimma
      Telefon 03437 98 58-0

      Markt 17, 04668 Grimma, info@grimma.example. Mehr: https://www.grimma.example/wir.
`)
	wantText(t, s.get("/impressum"), "<h2>Wer wir sind</h2>", `<a href="tel:&#43;49343798580">03437 98 58-0</a>`, "Markt 17, 04668 Grimma, <a href=\"mailto:info@grimma.example\">",
		`<a href="https://www.grimma.example/wir">https://www.grimma.example/wir</a>.`)
	wantText(t, s.get("/barrierefreiheit"), "noch nicht hinterlegt")
	elsewhere := s.get("/datenschutz")
	wantStatus(t, elsewhere, http.StatusSeeOther)
	wantText(t, s.get("/"), "https://www.grimma.example/datenschutz", `href="tel:&#43;4934379858760"`)
}

func TestStaticFilesAreKeptForEver(t *testing.T) {
	s := newSite(t)
	link := regexp.MustCompile(`/static/[^"]+/booking/booking\.css`).FindString(s.get("/").Body.String())
	got := s.get(link)
	wantStatus(t, got, http.StatusOK)
	if got, want := got.Header().Get("Cache-Control"), "public, max-age=31536000, immutable"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	old := s.get("/static/000000000000/booking/booking.css")
	wantStatus(t, old, http.StatusOK)
	if got, want := old.Header().Get("Cache-Control"), "no-cache"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, path := range []string{"/static/x/booking/layout.html", "/static/x/../web.go", "/static/x/"} {
		wantStatus(t, s.get(path), http.StatusNotFound)
	}
	font := s.get("/static/x/fonts/fira-sans-400.woff2")
	if got, want := font.Header().Get("Content-Type"), "font/woff2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// No page shows a key instead of a sentence, or a placeholder, in any language.
func TestEveryPageIsTranslated(t *testing.T) {
	raw := regexp.MustCompile(`(booking|problem|date|money|language)\.[a-z_]+\.?[a-z_]*|\{[a-z]+\}`)
	s := newSite(t)
	link := s.waits("markt", "ausweis")
	wish, own, kept := s.offered(), "/t/"+s.booked("markt", tomorrow.At(11*60, berlin)), s.holds("2026-12-12T09:20:00+01:00")
	for _, lang := range []string{"de", "en", "de-simple"} {
		for _, path := range []string{
			"/?", "/termin?aendern=1&service=ausweis", "/termin?q=ausweis", "/termin?q=xyzzy", "/termin/tag?service=ausweis",
			"/termin/tag?service=ausweis&ansicht=liste", "/termin/tag?service=ausweis&monat=2027-05",
			"/termin/zeit?service=ausweis&branch=markt&date=2026-12-08", "/termin/zeit?service=ausweis&branch=markt&date=2026-12-03",
			kept + "?", own + "?neu=1", own + "/absagen?", own + "/verschieben?", own + "/verschieben/zeit?date=2026-12-12",
			"/t/unbekannt?", "/impressum?", "/termin/wunsch?service=ausweis", wish + "?", link + "?", "/bestaetigen/unbekannt?", "/wunsch/unbekannt?", "/termin/tag?service=unbekannt",
		} {
			body := s.get(path + "&lang=" + lang).Body.String()
			text := regexp.MustCompile(`(?:href|src|action|data-[a-z-]+)="[^"]*"`).ReplaceAllString(body, "")
			if found := raw.FindString(text); found != "" {
				t.Errorf("%s in %s: %q", path, lang, found)
			}
		}
	}
}

func TestTheTownsAccentIsServedInBothSchemes(t *testing.T) {
	s := newSite(t)
	wantText(t, s.get("/"), `href="/farbe.css?v=c8102e"`)
	wantText(t, s.get("/farbe.css"), ":root{--accent:#")
}
