package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/secrets"
)

// openLocked are the doors that a locked session opens as if it weren't: the way
// out and in, and what asks for no session of staff. Below /api that is reading
// alone.
func openLocked(route string) bool {
	method, path, _ := strings.Cut(route, " ")
	switch {
	case slices.Contains([]string{
		"GET /api/v1/queue", "GET /api/v1/ws/caller", "DELETE /api/v1/session", "POST /api/v1/session", "POST /api/v1/pairings", "POST /api/v1/pairings/poll",
		"GET /api/v1/openapi.yaml", "GET /api/v1/branches", "GET /api/v1/services", "GET /api/v1/days", "GET /api/v1/slots", "GET /api/v1/challenge",
		"GET /staff/anmelden", "POST /staff/anmelden", "POST /staff/abmelden", "POST /staff/anmelden/dienst", "GET /staff/anmelden/zurueck", "GET /staff/offline.js",
	}, route):
		return true
	case strings.HasPrefix(path, "/api/"):
		return false
	}
	return !strings.HasPrefix(path, "/staff") && method != ""
}

// TestALockedSessionOpensOnlyWhatStaysVisible asks every door there is with an
// administrator's session on which nobody did anything for an hour: a new route is
// closed to it, or stands above.
func TestALockedSessionOpensOnlyWhatStaysVisible(t *testing.T) {
	d := openDoors(t)
	d.imports("\nbranches:\n  - {id: grimma-markt, lock_after_minutes: 10}\n")
	const token = "an idle session"
	long := d.Access.Now().Add(-time.Hour)
	d.must(d.store.Update(t.Context(), nil, func(tx ledger.Tx) error {
		user := ledger.User{ID: "idle", Role: ledger.RoleAdmin, Created: long, Changed: long}
		if err := tx.People().Insert(t.Context(), user); err != nil {
			return err
		}
		return tx.People().InsertSession(t.Context(), ledger.Session{
			Hash: secrets.Hash(token), User: user.ID, Created: long, Expires: long.Add(12 * time.Hour), Acted: long,
		})
	}))
	d.keys["locked"] = token
	for _, route := range d.asked() {
		if routeOf(route) == "DELETE /api/v1/session" || routeOf(route) == "POST /staff/abmelden" || openLocked(routeOf(route)) {
			continue
		}
		answer := d.ask(route, "locked", d.request(route, "locked", ownBranch))
		if answer.Code != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want 401: %.200s", route, answer.Code, answer.Body)
		}
		if strings.Contains(answer.Body.String(), "Ada Beispiel") {
			t.Errorf("%s names a person", route)
		}
	}
	if got := d.ask("GET /api/v1/queue", "locked", d.request("GET /api/v1/queue", "locked", ownBranch)); got.Code != http.StatusOK {
		t.Errorf("queue: got %d, want it to stay visible", got.Code)
	}
	if got := d.ask("POST /staff/abmelden", "locked", d.request("POST /staff/abmelden", "locked", ownBranch)); got.Code != http.StatusSeeOther {
		t.Errorf("sign-out: got %d, want it to stay possible", got.Code)
	}
}
