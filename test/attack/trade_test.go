package attack

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// scarce has the town ask all that it can against trade in one service.
const scarce = `format: aufruf/1
services:
  - {id: eid-pin, confirm_address: true, check_name: true, cool_down_minutes: 1440}
`

// A seller books a scarce time under one name, gives it back and books it at once
// under the buyer's, or changes the name of it. With what a town can ask for nothing
// stands without a confirmed address, nothing that the holder of the link sends
// changes the name, and a time that was given back is nobody's to grab but staff's.
func TestASellerCantPassAScarceTimeOn(t *testing.T) {
	onEachEngine(t, func(h *target) {
		file := filepath.Join(h.TempDir(), "scarce.yaml")
		h.must(os.WriteFile(file, []byte(scarce), 0o600))
		_, err := h.server.Command(h.ctx, "", "import", file)
		h.must(err)
		h.await("the new setting", func() bool {
			return strings.Contains(h.ask(asked{path: "/api/v1/services"}).body, `"confirm_address":true`)
		})
		start := h.slots(attacked)[0].Start
		seller := booking(start, "seller")
		waits := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", from: stranger(1), json: seller})
		if waits.status != http.StatusAccepted || waits.value("token") != "" || waits.value("number") != "" {
			h.Fatalf("unconfirmed: got %d %s, want 202 and no token", waits.status, waits.body)
		}
		mails := h.mailsTo("seller@example.org")
		if len(mails["confirm"]) != 1 || len(mails["confirmation"]) != 0 {
			h.Fatalf("got %d mails to confirm and %d confirmations, want one and none", len(mails["confirm"]), len(mails["confirmation"]))
		}
		h.confirm(mails["confirm"][0])
		token := strings.TrimPrefix(linkIn(mails["confirm"][0]), "/bestaetigen/")

		h.renames(token, start)
		h.isOf(token, "seller")
		before := h.freeAt(start)
		if got := h.ask(asked{method: http.MethodDelete, path: "/api/v1/appointments/" + token, from: stranger(1)}); got.status != http.StatusNoContent {
			h.Fatalf("give back: got %d %s", got.status, got.body)
		}
		if got := h.freeAt(start); got != before {
			h.Errorf("given back: got %d free, want %d as before", got, before)
		}
	})
}

// renames tries to give an appointment another name, wherever its link leads.
func (h *target) renames(token string, start time.Time) {
	h.Helper()
	api, own := "/api/v1/appointments/"+token, "/t/"+token
	for _, body := range []map[string]any{
		{"name": "buyer"}, {"start": start.Format(time.RFC3339), "name": "buyer"}, {"start": start.Format(time.RFC3339), "person": map[string]any{"name": "buyer"}},
	} {
		if got := h.ask(asked{method: http.MethodPatch, path: api, from: stranger(1), json: body}); got.status != http.StatusBadRequest {
			h.Errorf("PATCH %v: got %d %s, want 400", body, got.status, got.body)
		}
	}
	if got := h.ask(asked{method: http.MethodPut, path: api, from: stranger(1), json: map[string]any{"name": "buyer"}}); got.status != http.StatusMethodNotAllowed {
		h.Errorf("PUT: got %d, want 405", got.status)
	}
	for _, path := range []string{own, own + "/verschieben", "/bestaetigen/" + token, "/termin/buchen"} {
		h.ask(asked{method: http.MethodPost, path: path, from: stranger(1), form: url.Values{"name": {"buyer"}, "start": {start.Format(time.RFC3339)}, "token": {token}}})
	}
}

// isOf wants an appointment to be under the name that it was booked with.
func (h *target) isOf(token, name string) {
	h.Helper()
	number := h.ask(asked{path: "/api/v1/appointments/" + token}).value("number")
	kept, err := h.server.Command(h.ctx, "", "personal-data", "--number", number, "--date", attacked, "--branch", string(ownBranch))
	h.must(err)
	if !strings.Contains(kept, `"`+name+`"`) || strings.Contains(kept, "buyer") {
		h.Errorf("got %s, want the name %s alone", kept, name)
	}
}

// freeAt is how many can book a start of the attacked day.
func (h *target) freeAt(start time.Time) int {
	h.Helper()
	for _, s := range h.slots(attacked) {
		if s.Start.Equal(start) {
			return s.Free
		}
	}
	return 0
}
