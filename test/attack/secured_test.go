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

// asShipped is the address of a town whose pages are encrypted.
const asShipped = "https://termine.example"

// Whatever is asked, and however it ends, the answer asks to come back encrypted.
func TestEveryAnswerAsksToComeBackEncrypted(t *testing.T) {
	onEachEngine(t, func(h *target) {
		for _, r := range []asked{
			{path: "/"}, {path: "/termin"}, {path: "/nowhere"}, {path: "/t/none"}, {path: "/healthz"}, {path: "/readyz"}, {path: "/robots.txt"}, {path: "/farbe.css"},
			{path: "/staff"}, {path: "/kiosk"}, {path: "/display"}, {path: "/static/x/none.css"}, {path: "/termin?service=none"},
			{path: "/api/v1/branches"}, {path: "/api/v1/nowhere"}, {path: "/api/v1/queue?branch=grimma-markt"}, {path: "/api/v1/ws/caller?branch=grimma-markt"},
			{method: http.MethodDelete, path: "/termin"}, {method: http.MethodPut, path: "/api/v1/branches"}, {method: http.MethodPost, path: "/termin/buchen"},
			{method: http.MethodPost, path: "/termin/buchen", header: http.Header{"Sec-Fetch-Site": {"cross-site"}}},
			{method: http.MethodPost, path: "/api/v1/holds", header: http.Header{"Sec-Fetch-Site": {"cross-site"}}},
			{method: http.MethodPost, path: "/termin/buchen", form: url.Values{"x": {strings.Repeat("x", 200<<10)}}},
			{method: http.MethodPost, path: "/staff/anmelden", form: url.Values{"name": {"nobody"}, "kennwort": {"guess guess guess"}}},
		} {
			got := h.ask(r)
			if hsts := got.header.Get("Strict-Transport-Security"); hsts != "max-age=31536000" {
				h.Errorf("%s %s: got %d with %q", r.method, r.path, got.status, hsts)
			}
		}
		for _, path := range []string{"/%zz", "/api/v1/%zz"} {
			if got := h.rawly(path); got.Header.Get("Strict-Transport-Security") == "" {
				h.Errorf("%s: got %d without it", path, got.StatusCode)
			}
		}
	}, "--base-url", asShipped)
}

// rawly asks for what no client of the library would send.
func (h *target) rawly(path string) *http.Response {
	h.Helper()
	at := strings.TrimPrefix(h.server.URL, "http://")
	conn, err := net.Dial("tcp", at)
	h.must(err)
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, at)
	h.must(err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	h.must(err)
	h.must(conn.Close())
	return answer
}

// Who signs in over a session leaves none behind, and what carries one is nobody's to
// set but this host's.
func TestASignInLeavesNoSessionBehind(t *testing.T) {
	onEachEngine(t, func(h *target) {
		h.staff("clerk", ownBranch)
		h.staff("reception", ownBranch)
		session := func(account, before string) string {
			got := h.ask(asked{
				method: http.MethodPost, path: "/staff/anmelden", header: http.Header{"Cookie": {"__Host-aufruf_staff=" + before}},
				form: url.Values{"name": {account}, "kennwort": {h.passwordOf(account)}},
			})
			if got.status != http.StatusSeeOther {
				h.Fatalf("sign in: got %d", got.status)
			}
			for _, line := range got.header["Set-Cookie"] {
				cookie, err := http.ParseSetCookie(line)
				h.must(err)
				if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.Domain != "" || cookie.Path != "/" {
					h.Errorf("got %s", line)
				}
				if cookie.Name == "__Host-aufruf_staff" {
					before = cookie.Value
					if cookie.SameSite != http.SameSiteStrictMode {
						h.Errorf("got %s", line)
					}
				}
			}
			return before
		}
		opens := func(name, token string) bool {
			return h.ask(asked{path: "/staff/konto", header: http.Header{"Cookie": {name + "=" + token}}}).status == http.StatusOK
		}
		first := session("clerk-at-"+string(ownBranch), "")
		if !opens("__Host-aufruf_staff", first) || opens("aufruf_staff", first) {
			h.Fatal("the session opens nothing, or under a name that a neighbour can set")
		}
		second := session("clerk-at-"+string(ownBranch), first)
		third := session("reception-at-"+string(ownBranch), second)
		if opens("__Host-aufruf_staff", first) || opens("__Host-aufruf_staff", second) || !opens("__Host-aufruf_staff", third) {
			h.Error("a session that was replaced still opens the pages")
		}
		queue := asked{path: "/api/v1/queue?branch=" + string(ownBranch), as: key{bearer: second}}
		if got := h.ask(queue); got.status != http.StatusUnauthorized {
			h.Errorf("the replaced one as a program's: got %d", got.status)
		}
	}, "--base-url", asShipped)
}

// Who guesses at the form hears when to come again, as programs do.
func TestTheSignInSaysWhenToComeAgain(t *testing.T) {
	onEachEngine(t, func(h *target) {
		for range 7 {
			got := h.ask(asked{method: http.MethodPost, path: "/staff/anmelden", form: url.Values{"name": {"nobody"}, "kennwort": {"guess guess guess"}}, from: stranger(1)})
			if got.status == http.StatusTooManyRequests {
				if got.header.Get("Retry-After") == "" {
					h.Error("no Retry-After")
				}
				return
			}
		}
		h.Error("seven guesses, and no refusal")
	})
}
