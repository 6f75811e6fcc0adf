package api_test

import (
	"net/http"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
)

// A full disk was 500 for everybody, and no screen that had lost its connection
// was told to come back.
func TestADatabaseThatIsAwayIsA503WithRetryAfter(t *testing.T) {
	forcedOnEachEngine(t, options{}, func(h *testServer, s *forced.Store) {
		clerk := h.staff("clerk", ledger.RoleClerk)
		screen := h.device("hall", ledger.DeviceDisplay, markt)
		made := h.book("09:30")
		for name, r := range map[string]request{
			"book":     {method: http.MethodPost, path: "/appointments", body: appointment("10:00")},
			"hold":     {method: http.MethodPost, path: "/holds", body: doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("11:00")}},
			"issue":    {method: http.MethodPost, path: "/tickets", token: clerk, body: doc{"branch": markt, "services": []doc{{"id": pin}}}},
			"cancel":   {method: http.MethodDelete, path: "/appointments/" + made.Token},
			"sign in":  {method: http.MethodPost, path: "/session", body: doc{"user": "clerk", "password": password}},
			"sign out": {method: http.MethodDelete, path: "/session", token: clerk},
			"queue":    {path: "/queue?branch=" + markt, token: clerk},
			"look":     {path: "/tickets/" + made.Token},
			"screen":   {path: "/ws/display?branch=" + markt, token: screen},
		} {
			s.Fail(forced.Any, ledger.ErrAway, 1000)
			got := h.ask(r)
			s.Heal()
			got.refused(http.StatusServiceUnavailable, problem.Away)
			if got.header.Get("Retry-After") == "" {
				h.t.Errorf("%s: got no Retry-After", name)
			}
		}
	})
}
