package api_test

import (
	"net/http"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// What the desk is told follows the language chosen on its page, not that of
// the browser.
func TestRefusalsFollowTheLanguageThatWasChosen(t *testing.T) {
	h := openServer(t, options{})
	token := h.staff("lena", ledger.RoleClerk)
	for cookie, want := range map[string]string{
		"": "Nobody is waiting.", "sprache=de": "Es wartet niemand.", "sprache=xx": "Nobody is waiting.",
	} {
		header := http.Header{"Authorization": {"Bearer " + token}, "Accept-Language": {"en"}}
		if cookie != "" {
			header.Set("Cookie", cookie)
		}
		conn, _, err := h.handshake("/ws/caller?branch=grimma-markt", header)
		if err != nil {
			t.Fatal(err)
		}
		desk := &peer{Conn: conn, t: t, describe: h.describe}
		got, ok := desk.do(next("chosen"+cookie, "platz-1")).(wire.Failed)
		if !ok || got.Problem.Title != want {
			t.Errorf("%q: got %+v, want %q", cookie, got, want)
		}
		desk.close()
	}
	answer := h.ask(request{path: "/appointments/unknown", header: http.Header{"Accept-Language": {"en"}, "Cookie": {"sprache=de"}}}).doc()
	if got, want := answer.text("title"), "Dieser Termin ist vorbei, oder der Link stimmt nicht."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
