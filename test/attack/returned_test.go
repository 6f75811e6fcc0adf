package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A page that comes back says to whoever sent a form why it was refused. What a
// stranger was told so stood on the kept page that everybody gets, as often as the
// stranger liked.
func TestARefusedFormChangesNobodyElsesPage(t *testing.T) {
	onEachEngine(t, func(h *target) {
		for i := range 3 {
			path := fmt.Sprintf("/termin/tag?branch=%s&service=%s:%d", ownBranch, service, i+1) // that nobody has asked for
			refused := h.ask(asked{method: http.MethodPost, path: "/termin/vormerken", from: stranger(i), form: url.Values{"seite": {path}, "start": {"never"}}})
			if refused.status != http.StatusBadRequest {
				h.Fatalf("the form: got %d", refused.status)
			}
			if got := h.ask(asked{path: path, from: stranger(100 + i)}); got.status != http.StatusOK || strings.Contains(got.body, `class="alert"`) {
				h.Errorf("%s: somebody else got %d and reads what the stranger was told", path, got.status)
			}
		}
	})
}

// A form may say that it stood on any page of ours, and on nothing else: a socket
// can't be opened into an answer.
func TestAFormThatClaimsToStandOnASocketIsNoFaultOfOurs(t *testing.T) {
	onEachEngine(t, func(h *target) {
		clerk := h.staff("clerk", ownBranch)
		upgrade := http.Header{"Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}
		for _, page := range []string{"/api/v1/ws/caller?branch=" + string(ownBranch), "/api/v1/branches", "/staff/anmelden/../../api/v1/ws/caller?branch=" + string(ownBranch)} {
			header := upgrade.Clone()
			header["Cookie"] = []string{"aufruf_staff=" + clerk.staff}
			got := h.ask(asked{
				method: http.MethodPost, path: "/staff/konto/kennwort", header: header,
				form: url.Values{"seite": {page}, "alt": {"wrong"}, "neu": {"a new one that is long"}},
			})
			if got.status < 400 || got.status >= 500 {
				h.Errorf("%s: got %d %.200s", page, got.status, got.body)
			}
		}
		if log := h.server.Program().Log().String(); strings.Contains(log, "panicked") {
			h.Error("a request panicked")
		}
	})
}

// What somebody typed into a form that was refused stays in no cache of a library's
// computer, and in no cookie.
func TestWhatWasTypedIsKeptNowhere(t *testing.T) {
	onEachEngine(t, func(h *target) {
		start := h.slots(attacked)[0].Start.Format("2006-01-02T15:04:05-07:00")
		for path, form := range map[string]url.Values{
			"/termin/buchen":      {"start": {start}},
			"/termin/daten":       {"start": {start}, "neu": {start}},
			"/termin/verlaengern": {"start": {start}},
			"/termin/wunsch":      {"bis": {"2026-12-31"}},
		} {
			for name, value := range map[string]string{"branch": string(ownBranch), "service": string(service), "name": secret["name"], "email": "no address"} {
				form.Set(name, value)
			}
			got := h.ask(asked{method: http.MethodPost, path: path, form: form, from: stranger(len(path))})
			if got.status < 200 || got.status >= 500 || !strings.Contains(got.body, secret["name"]) {
				h.Errorf("%s: got %d, want what was typed: %.300s", path, got.status, got.body)
			}
			if kept := got.header.Get("Cache-Control"); kept != "no-store" {
				h.Errorf("%s: got Cache-Control %q", path, kept)
			}
			if cookies := strings.Join(got.header["Set-Cookie"], "\n"); strings.Contains(cookies, "Geheim") || strings.Contains(cookies, "no address") {
				h.Errorf("%s: got %s", path, cookies)
			}
			if elsewhere := h.ask(asked{path: "/termin/daten?" + form.Encode(), from: stranger(9)}); strings.Contains(elsewhere.body, secret["name"]) {
				h.Errorf("%s: an address fills the form in", path)
			}
		}
		if log := h.server.Program().Log().String(); strings.Contains(log, "Geheim") {
			h.Error("the log holds what was typed")
		}
	})
}
