package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

func TestSocketsAreRefusedBeforeTheyOpen(t *testing.T) {
	h, clerk, display := working(t, options{}, 0)
	kiosk := h.device("kiosk", ledger.DeviceKiosk, markt)
	elsewhere := h.device("elsewhere", ledger.DeviceDisplay, nerchau)
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
	anna := h.staff("anna", ledger.RoleClerk)
	desk, colleague, screen := h.dial(station, clerk), h.dial(station, anna), h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	began := time.Now()
	h.must(h.Access.DisableUser(t.Context(), "clerk"))
	h.must(h.Access.RevokeDevice(t.Context(), "hall"))
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
	h.must(h.Access.SignOutEverywhere(t.Context(), "anna"))
	if got := colleague.closed(); got != wire.CloseNotAllowed {
		t.Errorf("signed out everywhere: got %d, want %d", got, wire.CloseNotAllowed)
	}
}

// TestARevokedScreenGoesAlsoAfterAFailedRead: the connection had noted the new
// state of rights before it read what they are, and passed over that read's
// failure.
func TestARevokedScreenGoesAlsoAfterAFailedRead(t *testing.T) {
	forcedOnEachEngine(t, options{}, func(h *testServer, s *forced.Store) {
		clerk, display := h.staff("clerk", ledger.RoleClerk), h.device("hall", ledger.DeviceDisplay, markt)
		desk, screen := h.dial(station, clerk), h.dial("/ws/display", display)
		await[wire.Board](screen, nil)
		await[wire.Queue](desk, nil)
		s.Fail("Devices.All", errors.New("forced"), 1)
		s.Fail("Devices.ByHash", errors.New("forced"), 1)
		s.Fail("People.SessionUser", errors.New("forced"), 1)
		h.must(h.Access.RevokeDevice(h.t.Context(), "hall"))
		h.must(h.Access.DisableUser(h.t.Context(), "clerk"))
		if got := screen.closed(); got != wire.CloseNotAllowed {
			h.t.Errorf("revoked device: got %d, want %d", got, wire.CloseNotAllowed)
		}
		if got := desk.closed(); got != wire.CloseNotAllowed {
			h.t.Errorf("disabled user: got %d, want %d", got, wire.CloseNotAllowed)
		}
	})
}

// blind keeps this node from finding out whose rights have ended.
func blind(s *forced.Store) { s.Fail("Devices.All", errors.New("forced"), 1000) }

// TestARightThatEndsWhileTheSocketOpensEndsIt: the request was let in before,
// and nobody could end the connection until it was there. Each is held between
// the two: a screen where its request reads what it saw before the revocation, a
// desk before it looks again.
func TestARightThatEndsWhileTheSocketOpensEndsIt(t *testing.T) {
	forcedOnEachEngine(t, options{}, func(h *testServer, s *forced.Store) {
		clerk, display := h.staff("clerk", ledger.RoleClerk), h.device("hall", ledger.DeviceDisplay, markt)
		blind(s)
		for what, c := range map[string]struct {
			path, token string
			point       string
			nth         int
			take        func() error
		}{
			"screen":  {"/ws/display", display, "Devices.ByHash", 1, func() error { return h.Access.RevokeDevice(h.t.Context(), "hall") }},
			"station": {station, clerk, "People.SessionUser", 2, func() error { return h.Access.DisableUser(h.t.Context(), "clerk") }},
		} {
			gate, dialled := s.HoldNth(c.point, c.nth), make(chan error, 1)
			defer gate.Release()
			var conn *websocket.Conn
			go func() {
				var err error
				conn, _, err = h.handshake(c.path, http.Header{"Authorization": {"Bearer " + c.token}})
				dialled <- err
			}()
			gate.Await()
			h.must(c.take())
			gate.Release()
			h.must(<-dialled)
			began := time.Now()
			if got := (&peer{Conn: conn, t: h.t, describe: h.describe}).closed(); got != wire.CloseNotAllowed {
				h.t.Errorf("%s: got %d, want %d", what, got, wire.CloseNotAllowed)
			}
			if took := time.Since(began); took > 3*time.Second { // a second, on a machine that is busy
				h.t.Errorf("%s: took %s, want a second", what, took)
			}
			h.must(conn.Close())
		}
	})
}

// TestASocketWhoseRightCantBeReadComesBack: it is neither let in nor sent away.
func TestASocketWhoseRightCantBeReadComesBack(t *testing.T) {
	forcedOnEachEngine(t, options{}, func(h *testServer, s *forced.Store) {
		display := h.device("hall", ledger.DeviceDisplay, markt)
		for _, cause := range []error{errors.New("forced"), ledger.ErrAway} {
			gate := s.Hold("Devices.Saw")
			screen := h.dial("/ws/display", display)
			gate.Await()
			s.Fail("Devices.ByHash", cause, 1)
			gate.Release()
			if got := screen.closed(); got != wire.CloseRestarting {
				h.t.Errorf("%v: got %d, want %d", cause, got, wire.CloseRestarting)
			}
		}
		await[wire.Board](h.dial("/ws/display", display), nil)
	})
}

// linked signs somebody in at the town's own service with the rights of a group.
func (h *testServer) linked(group string) string {
	h.t.Helper()
	h.signIns++
	token, _, err := h.Access.SignInProven(h.t.Context(), access.Grants{
		{Group: "both", Role: ledger.RoleManager, Branches: []town.BranchID{markt, nerchau}},
		{Group: "clerks", Role: ledger.RoleClerk, Branches: []town.BranchID{markt, nerchau}},
		{Group: "elsewhere", Role: ledger.RoleManager, Branches: []town.BranchID{nerchau}},
	}, access.Proven{Subject: "https://id.example 1", Name: "lena", Groups: []string{group}, Once: fmt.Sprint(h.signIns)})
	h.must(err)
	return token
}

// TestAnOpenDeskWorksWithTheRightsItHasNow takes role and branch from somebody
// whose desk stays open.
func TestAnOpenDeskWorksWithTheRightsItHasNow(t *testing.T) {
	forcedOnEachEngine(t, options{}, func(h *testServer, _ *forced.Store) {
		clerk := h.staff("clerk", ledger.RoleClerk)
		h.walkIn(clerk)
		colleague := h.dial(station, clerk)
		ticket := colleague.done(next("1", "platz-1")).Ticket.Ticket
		recall := func(id string) doc { return doc{"id": id, "type": "recall", "ticket": ticket} }

		token := h.linked("both")
		desk, elsewhere := h.dial(station, token), h.dial("/ws/caller?branch="+nerchau, token)
		desk.done(recall("2"))
		h.linked("clerks")
		desk.refused(recall("3"), "room.taken")
		desk.done(doc{"id": "4", "type": "pause", "room": "platz-2"})
		h.linked("elsewhere")
		began := time.Now()
		if got := desk.closed(); got != wire.CloseNotAllowed {
			h.t.Errorf("got %d, want %d", got, wire.CloseNotAllowed)
		}
		if took := time.Since(began); took > 3*time.Second { // a second, on a machine that is busy
			h.t.Errorf("took %s, want a second", took)
		}
		elsewhere.done(doc{"id": "5", "type": "pause", "room": "platz-1"})
	})
}

// TestACommandCountsWithTheRightsOfItsMoment: nobody has looked at the connection
// since the branch was taken away.
func TestACommandCountsWithTheRightsOfItsMoment(t *testing.T) {
	forcedOnEachEngine(t, options{}, func(h *testServer, s *forced.Store) {
		blind(s)
		token := h.linked("both")
		desk := h.dial(station, token)
		await[wire.Queue](desk, nil) // it was let in
		h.linked("elsewhere")
		desk.refused(doc{"id": "1", "type": "pause", "room": "platz-1"}, "right.missing")
		h.must(h.Access.DisableUser(h.t.Context(), "lena"))
		desk.refused(doc{"id": "2", "type": "pause", "room": "platz-1"}, "session.required")
	})
}

// TestManyConnectionsLoseTheirRightsAtOnce: exactly those end that have lost
// theirs, though reads fail meanwhile, and all of them are looked at in one read.
func TestManyConnectionsLoseTheirRightsAtOnce(t *testing.T) {
	const screens, gone = 24, 8
	forcedOnEachEngine(t, options{}, func(h *testServer, s *forced.Store) {
		clerk := h.staff("clerk", ledger.RoleClerk)
		h.walkIn(clerk)
		desk := h.dial(station, clerk)
		peers := make([]*peer, screens)
		for i := range peers {
			peers[i] = h.dial("/ws/display", h.device(fmt.Sprint("screen ", i), ledger.DeviceDisplay, markt))
			await[wire.Board](peers[i], nil)
		}
		s.Fail("Devices.All", errors.New("forced"), 2)
		s.Fail("Meta.Get", errors.New("forced"), 1)
		var all sync.WaitGroup
		for i := range gone {
			all.Go(func() { h.must(h.Access.RevokeDevice(h.t.Context(), fmt.Sprint("screen ", i))) })
		}
		all.Wait()
		for i := range gone {
			if got := peers[i].closed(); got != wire.CloseNotAllowed {
				h.t.Errorf("screen %d: got %d, want %d", i, got, wire.CloseNotAllowed)
			}
		}
		desk.done(next("1", "platz-1"))
		for _, p := range peers[gone:] {
			await[wire.ScreenCall](p, nil)
		}
	})
}

// TestNobodyHasSocketsWithoutEnd: one token opened as many as the server had
// memory for.
func TestNobodyHasSocketsWithoutEnd(t *testing.T) {
	h, clerk, display := working(t, options{rate: 60}, 0)
	const most = 100
	for range most {
		h.dial(station, clerk)
	}
	_, answer, err := h.handshake(station, http.Header{"Authorization": {"Bearer " + clerk}})
	if err == nil || answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") == "" {
		t.Fatalf("one more: got %v, want 429 with Retry-After", err)
	}
	h.must(h.dial(strings.Replace(station, "grimma-markt", "nerchau", 1), clerk).Close()) // at another branch
	screen := h.dial("/ws/display", display)                                              // somebody else's
	h.must(screen.Close())
}
