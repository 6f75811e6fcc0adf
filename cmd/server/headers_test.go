package main

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/api"
	"aufruf/internal/ledger"
	"aufruf/internal/visitor"
	"aufruf/internal/wire"
)

// files are routes whose answer is the same for everybody and may be kept.
var files = []string{
	"GET /api/v1/openapi.yaml", "GET /display/:file", "GET /display/ton/*clip", "GET /display/bild/:branch/:name",
	"GET /fonts/:file", "GET /static/:version/*name",
	"GET /staff/offline.js", "GET /farbe.css", "GET /robots.txt", "GET /.well-known/security.txt", "GET /warteraum/:branch/qr.svg",
}

// secret are the pages whose address or content is for one person, or for whoever
// stands at one machine.
func secret(route string) bool {
	_, path, _ := strings.Cut(routeOf(route), " ")
	return slices.ContainsFunc([]string{"/staff", "/kiosk", "/display", "/t/", "/wunsch/", "/bestaetigen/"}, func(root string) bool {
		return path == root || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
	})
}

// seen is an answer to somebody at a door.
type seen struct {
	route string
	*httptest.ResponseRecorder
}

func (s seen) says(name string) string { return s.Header().Get(name) }

// What must not be kept, framed, passed on or read by scripts, on every page and
// of every answer.
func TestWhatAnswersGiveAway(t *testing.T) {
	d := openDoors(t)
	var all []seen
	for _, route := range d.asked() {
		for _, asker := range []string{"nobody", "everywhere", "display", "kiosk"} {
			if !slices.Contains(files, route) {
				all = append(all, seen{route, d.ask(route, asker, d.request(route, asker, ownBranch))})
			}
		}
	}
	t.Run("pages for one person or machine stay nowhere", func(t *testing.T) { stayNowhere(t, all) })
	t.Run("no JSON stays in a cache", func(t *testing.T) { uncached(t, all) })
	t.Run("only citizens' pages can be framed", func(t *testing.T) { unframed(t, all) })
	foreign := httptest.NewRequest(http.MethodPost, "/termin/buchen", nil)
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	refused := httptest.NewRecorder()
	d.engine.ServeHTTP(refused, foreign)
	all = append(all, seen{"POST /termin/buchen (foreign)", refused})
	all = append(all, seen{"GET /nichts", d.ask("GET /nichts", "nobody", request{path: "/nichts"})})
	t.Run("every answer asks to come back encrypted", func(t *testing.T) { encryptedOnly(t, all) })
	t.Run("no cookie is within reach of scripts or other sites", func(t *testing.T) { outOfReach(t, all) })
}

func stayNowhere(t *testing.T, all []seen) {
	for _, w := range all {
		if !secret(w.route) {
			continue
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "X-Robots-Tag": "noindex"} {
			if got := w.says(name); got != want {
				t.Errorf("%s answers %d: got %s %q, want %q", w.route, w.Code, name, got, want)
			}
		}
		refused := outcome(w.ResponseRecorder) == "pair" || outcome(w.ResponseRecorder) == "signin"
		if strings.Contains(w.route, ":token") && !refused && w.says("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s answers %d: the token travels on in a referrer", w.route, w.Code)
		}
	}
}

func uncached(t *testing.T, all []seen) {
	for _, w := range all {
		if !strings.Contains(w.route, " "+api.Root) || w.Body.Len() == 0 {
			continue
		}
		if got := w.says("Cache-Control"); got != "no-store" {
			t.Errorf("%s answers %d: got Cache-Control %q, want no-store", w.route, w.Code, got)
		}
	}
}

// The town's own site may frame what citizens see, and nothing that a click in a
// foreign frame could abuse.
func unframed(t *testing.T, all []seen) {
	framed := 0
	for _, w := range all {
		_, path, _ := strings.Cut(w.route, " ")
		policy := w.says("Content-Security-Policy")
		if strings.HasPrefix(path, "/staff") || strings.HasPrefix(path, "/kiosk") || strings.HasPrefix(path, "/display") {
			if !strings.Contains(policy, "frame-ancestors 'none'") || w.says("X-Frame-Options") != "DENY" {
				t.Errorf("%s answers %d: got %q", w.route, w.Code, policy)
			}
			continue
		}
		if strings.Contains(policy, "https://www.grimma.example") {
			framed++
		}
	}
	if framed == 0 {
		t.Error("the town frames no page: the test proves nothing")
	}
}

// The cookies that let somebody in, as encrypted pages set them.
var staffKey, deviceKey = visitor.CookieName(visitor.StaffCookie, true), visitor.CookieName(visitor.DeviceCookie, true)

// encryptedOnly expects of every answer, whatever it is, that browsers come back
// encrypted.
func encryptedOnly(t *testing.T, all []seen) {
	for _, w := range all {
		if got := w.says("Strict-Transport-Security"); !strings.Contains(got, "max-age=31536000") {
			t.Errorf("%s answers %d: got Strict-Transport-Security %q", w.route, w.Code, got)
		}
	}
}

func outOfReach(t *testing.T, all []seen) {
	set := map[string]bool{}
	for _, w := range all {
		for _, c := range w.Result().Cookies() {
			set[c.Name] = true
			key := c.Name == staffKey || c.Name == deviceKey
			strict := c.SameSite == http.SameSiteStrictMode || !key && c.SameSite == http.SameSiteLaxMode
			if !c.HttpOnly || !c.Secure || !strict {
				t.Errorf("%s sets %s", w.route, c.Raw)
			}
		}
	}
	for _, name := range []string{staffKey, deviceKey, "aufruf_platz", "vormerkung"} {
		if !set[name] {
			t.Errorf("nobody sets %s: the test proves nothing", name)
		}
	}
}

// Here the answers do hold a key: to a session, and to a screen.
func TestAKeyStaysInNoCache(t *testing.T) {
	d := openDoors(t)
	session := d.ask("POST /api/v1/session", "nobody", request{
		path: "/api/v1/session", body: doc{"user": colleague(ownBranch), "password": doorPassword},
	})
	p, err := d.Access.StartPairing(t.Context(), access.Actor{}, ledger.DeviceDisplay)
	d.must(err)
	_, err = d.Access.CompletePairing(t.Context(), d.desk, p.Code, ledger.Device{Name: "Halle", Branch: ownBranch})
	d.must(err)
	screen := d.ask("POST /api/v1/pairings/poll", "nobody", request{path: "/api/v1/pairings/poll", body: doc{"secret": p.Secret}})
	for name, w := range map[string]*httptest.ResponseRecorder{"session": session, "screen": screen} {
		if got := w.Header().Get("Cache-Control"); got != "no-store" || !strings.Contains(w.Body.String(), `"token"`) {
			t.Errorf("%s: got %d, Cache-Control %q, %s", name, w.Code, got, w.Body)
		}
	}
}

// bodiless are routes of the interface that read no body.
var bodiless = []string{"POST /api/v1/holds/:hold/extend", "POST /api/v1/wishes/:token/accept", "POST /api/v1/wishes/:token/decline"}

// What nobody can have typed is not even read: 64 KiB are the limit at every
// door, and what goes beyond has no effect.
func TestNothingBeyondTheLimitIsTaken(t *testing.T) {
	d := openDoors(t)
	padding := strings.Repeat("x", 4*wire.MaxBody)
	for _, route := range d.asked() {
		if method, _, _ := strings.Cut(route, " "); method != http.MethodPost && method != http.MethodPatch || slices.Contains(bodiless, route) {
			continue
		}
		asker := "everywhere"
		if strings.Contains(route, " /kiosk") {
			asker = "kiosk"
		}
		r, want := d.request(route, asker, ownBranch), http.StatusRequestEntityTooLarge
		if body, ok := r.body.(doc); ok {
			padded := maps.Clone(body)
			padded["padding"] = padding
			r.body = padded
		} else {
			r.form = maps.Clone(r.form)
			if r.form == nil {
				r.form = url.Values{}
			}
			r.form.Set("padding", padding)
		}
		if w := d.ask(route, asker, r); w.Code != want || d.read > 2*wire.MaxBody {
			t.Errorf("%s: got %d %s after %d bytes, want %d", route, w.Code, w.Header().Get("Location"), d.read, want)
		}
	}
}
