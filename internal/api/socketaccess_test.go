package api_test

import (
	"net/http"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/wire"
)

func TestSocketsAreRefusedBeforeTheyOpen(t *testing.T) {
	h, clerk, display := working(t, options{}, 0)
	kiosk := h.device("kiosk", app.DeviceKiosk, markt)
	elsewhere := h.device("elsewhere", app.DeviceDisplay, nerchau)
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	foreign := bearer(clerk)
	foreign.Set("Origin", "https://evil.example")
	null := bearer(display)
	null.Set("Origin", "null")
	for name, c := range map[string]struct {
		path   string
		header http.Header
		status int
	}{
		"station, nobody":         {station, nil, 401},
		"station, wrong token":    {station, bearer("wrong"), 401},
		"station, screen":         {station, bearer(display), 403},
		"station, no branch":      {"/ws/caller", bearer(clerk), 404},
		"station, unknown branch": {"/ws/caller?branch=leipzig", bearer(clerk), 404},
		"station, foreign origin": {station, foreign, 403},
		"screen, nobody":          {"/ws/display?branch=" + markt, nil, 401},
		"screen, clerk":           {"/ws/display?branch=" + markt, bearer(clerk), 403},
		"screen, kiosk":           {"/ws/display?branch=" + markt, bearer(kiosk), 403},
		"screen, other branch":    {"/ws/display?branch=" + markt, bearer(elsewhere), 403},
		"screen, null origin":     {"/ws/display", null, 403},
	} {
		conn, answer, err := h.handshake(c.path, c.header)
		if err == nil {
			_ = conn.Close()
			t.Errorf("%s: got in", name)
			continue
		}
		if answer == nil || answer.StatusCode != c.status || answer.Header.Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s: got %+v, want a problem %d", name, answer, c.status)
		}
	}
	h.ask(request{path: station, token: clerk}).refused(http.StatusBadRequest, "socket.upgrade_required")
}

func TestABrowserSignsInBySubprotocolOrCookieFromOurOwnPages(t *testing.T) {
	h, clerk, display := working(t, options{}, 0)
	own := http.Header{"Origin": {h.server.URL}}
	conn, _, err := h.handshake(station, own, wire.Subprotocol, wire.BearerPrefix+clerk)
	h.must(err)
	if got := conn.Subprotocol(); got != wire.Subprotocol {
		t.Errorf("got subprotocol %q, want %q: the token must not come back", got, wire.Subprotocol)
	}
	h.must(conn.Close())
	conn, _, err = h.handshake("/ws/display", http.Header{"Origin": {h.server.URL}, "Cookie": {"aufruf_device=" + display + "; aufruf_staff=" + clerk}})
	h.must(err)
	h.must(conn.Close())
}

// TestAccessThatEndsClosesSockets: the contract allows a second; the pace is
// half of one.
func TestAccessThatEndsClosesSockets(t *testing.T) {
	h, clerk, display := working(t, options{}, 0)
	anna := h.staff("anna", app.RoleClerk)
	desk, colleague, screen := h.dial(station, clerk), h.dial(station, anna), h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	began := time.Now()
	h.must(h.DisableUser(t.Context(), "clerk"))
	h.must(h.RevokeDevice(t.Context(), "hall"))
	if got := desk.closed(); got != wire.CloseNotAllowed {
		t.Errorf("disabled user: got %d, want %d", got, wire.CloseNotAllowed)
	}
	if got := screen.closed(); got != wire.CloseNotAllowed {
		t.Errorf("revoked device: got %d, want %d", got, wire.CloseNotAllowed)
	}
	if took := time.Since(began); took > 3*time.Second { // a second, on a machine that is busy
		t.Errorf("took %s, want a second", took)
	}
	h.walkIn(anna)
	colleague.done(next("1", "platz-1"))
	h.ask(request{path: "/queue?branch=" + markt, token: clerk}).refused(401, "session.required")
	h.must(h.SignOutEverywhere(t.Context(), "anna"))
	if got := colleague.closed(); got != wire.CloseNotAllowed {
		t.Errorf("signed out everywhere: got %d, want %d", got, wire.CloseNotAllowed)
	}
}
