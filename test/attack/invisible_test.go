package attack

import (
	"net/http"
	"strings"
	"testing"
)

// What nobody sees poses as something else: a name that is written backwards, two
// that look the same and differ, one that isn't there.
func TestInvisibleCharactersAreRefusedInWhateverAPersonTypes(t *testing.T) {
	onEachEngine(t, func(h *target) {
		slot := "2026-12-08T09:00:00+01:00"
		book := func(field, value string, i int) answer {
			body := map[string]any{
				"branch": ownBranch, "services": []map[string]any{{"id": service}}, "start": slot, "name": "Ada Beispiel", "email": "ada@example.org",
			}
			body[field] = value
			return h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", json: body, from: stranger(i)})
		}
		i := 0
		for _, field := range []string{"name", "email", "phone", "support"} {
			for _, hidden := range []string{"\u202e", "\u2066", "\u200b", "\ufeff", "\u0007", "\u001b[2J", "\U000e0041"} {
				value := map[string]string{"name": "A" + hidden + "da", "email": "a" + hidden + "da@example.org", "phone": "0" + hidden + "1", "support": "x" + hidden}[field]
				if got := book(field, value, i); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"`+field+`"`) {
					h.Errorf("%s %q: got %d %s", field, value, got.status, got.body)
				}
				i++
			}
		}
		for _, name := range []string{"\u200d", "\u3164", "\u0301", "\u00a0"} {
			if got := book("name", name, i); got.status != http.StatusUnprocessableEntity {
				h.Errorf("a name of %q: got %d %s", name, got.status, got.body)
			}
			i++
		}
	})
}
