package attack

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Our own page for what isn't there linked to a host that the address named, and
// the router led on from a slash at the end without the headers of the page, by
// a prefix that the client chose.
func TestNoSpellingOfAnAddressLeadsToAForeignHost(t *testing.T) {
	onEachEngine(t, func(h *target) {
		forwarded := http.Header{"X-Forwarded-Prefix": {"//evil.example"}, "X-Forwarded-Host": {"evil.example"}}
		for _, path := range []string{
			"//evil.example/x", "///evil.example/x", `/\evil.example/x`, "/%5Cevil.example/x", "//evil.example/..", "/termin/", "/termin//", "/t/none/", "/staff/", "/staff/konto/",
			"/api/v1/branches/", "//evil.example/api/v1/branches", "/kiosk/", "/display/", "/termin/tag/?service=eid-pin",
		} {
			got := h.ask(asked{path: path, header: forwarded})
			if to := got.header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || strings.Contains(to, "evil") {
				h.Errorf("%s leads to %s", path, to)
			}
			for _, link := range []string{`href="//`, `href="/\`, `action="//`, `href="/%5c`, `href="/%5C`} {
				if strings.Contains(got.body, link) {
					h.Errorf("%s answers %d with a link to another host", path, got.status)
				}
			}
			if !strings.HasPrefix(path, "/api") && got.status < 500 && !strings.Contains(got.header.Get("Content-Security-Policy"), "frame-ancestors") {
				h.Errorf("%s answers %d without the headers of a page", path, got.status)
			}
		}
		if got := h.ask(asked{path: "/t/none/"}); got.status != http.StatusNotFound || got.header.Get("Cache-Control") != "no-store" || got.header.Get("Referrer-Policy") != "no-referrer" {
			h.Errorf("a page for one person with a slash at the end: got %d %v", got.status, got.header)
		}
	})
}

// What a page calls done was done; a link that somebody else made says nothing.
func TestNoLinkSaysThatSomethingWasDone(t *testing.T) {
	onEachEngine(t, func(h *target) {
		manager := h.staff("manager", ownBranch)
		for _, path := range []string{
			"/staff/grimma-markt/empfang?abgesagt=417", "/staff/grimma-markt/empfang?da=417", "/staff/grimma-markt/platz-1?getan=call&nummer=417",
			"/staff/grimma-markt/anrufen?erledigt=417", "/staff/verwaltung/schliessen?abgesagt=7", "/staff/verwaltung/konten?geaendert=eva",
			"/staff/verwaltung/geraete?gekoppelt=Halle",
		} {
			if got := h.ask(asked{path: path, as: manager}); got.status != http.StatusOK || strings.Contains(got.body, `class="news"`) {
				h.Errorf("%s answers %d and says that something was done", path, got.status)
			}
		}
		closed := h.ask(asked{method: http.MethodPost, path: "/staff/verwaltung/schliessen", as: manager, form: url.Values{
			"wo": {"grimma-markt"}, "von": {"2026-12-29"}, "was": {"alles"},
		}})
		if closed.status != http.StatusSeeOther {
			h.Fatalf("closing: got %d", closed.status)
		}
		mark := http.Header{"Cookie": {closed.header.Get("Set-Cookie")}}
		if got := h.ask(asked{path: closed.header.Get("Location"), as: manager, header: mark}); !strings.Contains(got.body, `class="news"`) {
			h.Errorf("after closing: got %d, want it said", got.status)
		}
	})
}

// What can't be read as a path at all was refused in plain text.
func TestAMalformedEscapeIsRefusedAsEverythingElse(t *testing.T) {
	onEachEngine(t, func(h *target) {
		at := strings.TrimPrefix(h.server.URL, "http://")
		for path, kind := range map[string]string{
			"/api/v1/tickets/%zz": "application/problem+json", "/api/v1/days?branch=%zz": "application/problem+json",
			"/termin/%zz": "text/html", "/%": "text/html", "/t/%f": "text/html",
		} {
			conn, err := net.Dial("tcp", at)
			h.must(err)
			_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, at)
			h.must(err)
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			h.must(err)
			if answer.StatusCode != http.StatusBadRequest || !strings.HasPrefix(answer.Header.Get("Content-Type"), kind) {
				h.Errorf("%s: got %d %s, want 400 %s", path, answer.StatusCode, answer.Header.Get("Content-Type"), kind)
			}
			h.must(conn.Close())
		}
	})
}
