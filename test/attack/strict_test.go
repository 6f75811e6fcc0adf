package attack

import (
	"encoding/json"
	"net/http"
	"testing"
)

// What isn't understood is refused, never passed over: neither a parameter nor a
// member that stands there twice.
func TestWhatIsntUnderstoodIsRefused(t *testing.T) {
	onEachEngine(t, func(h *target) {
		clerk := h.staff("clerk", ownBranch)
		for path, key := range map[string]string{
			"/api/v1/queue?branch=grimma-markt&date=2026-12-02":       "request.unknown_field",
			"/api/v1/queue?branch=grimma-markt&branch=nerchau":        "request.twice",
			"/api/v1/services?date=2026-12-01&date=2026-12-02":        "request.twice",
			"/api/v1/branches?branch=%zz":                             "request.malformed",
			"/api/v1/ws/caller?branch=grimma-markt&bearer=something":  "request.unknown_field",
			"/api/v1/ws/display?branch=grimma-markt&after=1&after=20": "request.twice",
		} {
			if got := h.ask(asked{path: path, as: clerk}); got.status != http.StatusBadRequest || got.value("key") != key {
				h.Errorf("%s: got %d %s, want %s", path, got.status, got.body, key)
			}
		}
		twice := json.RawMessage(`{"branch":"grimma-markt","services":[{"id":"eid-pin","id":"reisepass-beantragen"}],"start":"2026-12-08T09:00:00+01:00"}`)
		if got := h.ask(asked{method: http.MethodPost, path: "/api/v1/holds", json: twice}); got.status != http.StatusBadRequest || got.value("key") != "request.twice" {
			h.Errorf("a member twice: got %d %s", got.status, got.body)
		}
		for _, services := range []string{`[{"id":"eid-pin","Id":"reisepass-beantragen"}]`, `[{"ID":"eid-pin"}]`, `[{"id":"eid-pin","quantity":1,"Quantity":2}]`} {
			other := json.RawMessage(`{"branch":"grimma-markt","services":` + services + `,"start":"2026-12-08T09:00:00+01:00"}`)
			if got := h.ask(asked{method: http.MethodPost, path: "/api/v1/holds", json: other}); got.status != http.StatusBadRequest || got.value("key") != "request.unknown_field" {
				h.Errorf("%s: got %d %s", services, got.status, got.body)
			}
		}
	})
}
