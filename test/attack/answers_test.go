package attack

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A form beyond the limit is too large, not unreadable; and whatever is asked of
// a page or of the interface, the answer names itself.
func TestTooMuchIsSaidToBeTooMuch(t *testing.T) {
	onEachEngine(t, func(h *target) {
		much := url.Values{"service": {"eid-pin"}, "padding": {strings.Repeat("x", 65<<10)}}
		for _, path := range []string{"/termin/vormerken", "/termin/buchen", "/staff/anmelden", "/kiosk/kopplung"} {
			got := h.ask(asked{method: http.MethodPost, path: path, form: much})
			if got.status != http.StatusRequestEntityTooLarge || got.header.Get("X-Request-Id") == "" {
				h.Errorf("%s: got %d %v, want 413", path, got.status, got.header)
			}
		}
	})
}

func TestRobotsAndThoseWhoFindAHoleAreTold(t *testing.T) {
	onEachEngine(t, func(h *target) {
		robots := h.ask(asked{path: "/robots.txt"})
		for _, private := range []string{"/t/", "/wunsch/", "/bestaetigen/", "/da/", "/staff", "/kiosk", "/display", "/api/"} {
			if !strings.Contains(robots.body, "Disallow: "+private+"\n") {
				h.Errorf("robots may read %s:\n%s", private, robots.body)
			}
		}
		contact := h.ask(asked{path: "/.well-known/security.txt"})
		expires := ""
		for line := range strings.Lines(contact.body) {
			if value, ok := strings.CutPrefix(line, "Expires: "); ok {
				expires = strings.TrimSpace(value)
			}
		}
		until, err := time.Parse(time.RFC3339, expires)
		if err != nil || until.Before(tuesday(9, 0)) || !strings.Contains(contact.body, "Contact: ") || !strings.HasPrefix(contact.header.Get("Content-Type"), "text/plain") {
			h.Errorf("security.txt: %v\n%s", err, contact.body)
		}
	})
}
