package attack

import (
	"net/http"
	"net/url"
	"testing"
)

// A page of somebody else's, open in a colleague's browser, changes nothing with
// their cookies.
func TestAForeignPageChangesNothing(t *testing.T) {
	onEachEngine(t, func(h *target) {
		manager := h.staff("manager", ownBranch)
		for name, header := range map[string]http.Header{
			"another site":    {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
			"a sibling":       {"Sec-Fetch-Site": {"same-site"}, "Origin": {"https://other.example.org"}},
			"an old browser":  {"Origin": {"https://evil.example"}},
			"a sandbox":       {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"null"}},
			"an older scheme": {"Origin": {"http://127.0.0.1:1"}},
		} {
			got := h.ask(asked{
				method: http.MethodPost, path: "/staff/konto/abmelden", form: url.Values{}, as: manager, header: header,
			})
			if got.status != http.StatusForbidden {
				h.Errorf("%s: got %d, want 403", name, got.status)
			}
		}
		if got := h.ask(asked{path: "/staff/konto", as: manager}); got.status != http.StatusOK {
			h.Errorf("got %d, want the colleague still signed in", got.status)
		}
	})
}
