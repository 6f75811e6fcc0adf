package attack

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Over a hundred wrong passwords left no line.
func TestWhatIsRefusedStandsInTheSecurityLog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "security.log")
	onEachEngine(t, func(h *target) {
		clerk := h.staff("clerk", ownBranch)
		for i := range 3 {
			h.ask(signIn("clerk-at-"+string(ownBranch), "guess guess guess", fmt.Sprintf("203.0.113.%d", i)))
		}
		h.ask(signIn("my secret password", "guess guess guess", "203.0.113.9"))
		h.ask(asked{path: "/api/v1/queue?branch=" + string(foreignBranch), as: clerk, from: "203.0.113.10"})
		h.ask(asked{path: "/staff/verwaltung/konten", as: clerk, from: "203.0.113.11"})
		h.ask(asked{path: "/api/v1/queue?branch=" + string(ownBranch), as: key{bearer: "made up"}, from: "203.0.113.12"})
		h.ask(asked{method: http.MethodPost, path: "/termin/buchen", from: "203.0.113.13", header: http.Header{"Sec-Fetch-Site": {"cross-site"}}})
		raw, err := os.ReadFile(file)
		h.must(err)
		h.must(os.Truncate(file, 0)) // for the next engine
		for _, want := range []string{
			`"event":"sign_in_refused","address":"203.0.113.0","account":"clerk-at-grimma-markt"`,
			`"event":"sign_in_refused","address":"203.0.113.2"`,
			`"event":"sign_in_refused","address":"203.0.113.9","way":"password","detail":"unknown_account"`,
			`"event":"right_refused","address":"203.0.113.10","account":"clerk-at-grimma-markt","by":"clerk-at-grimma-markt","detail":"GET /api/v1/queue"`,
			`"event":"right_refused","address":"203.0.113.11"`,
			`"event":"token_refused","address":"203.0.113.12"`,
			`"event":"foreign_refused","address":"203.0.113.13"`,
			`"event":"signed_in"`,
		} {
			if !strings.Contains(string(raw), want) {
				h.Errorf("no %s in\n%s", want, raw)
			}
		}
		if strings.Contains(string(raw), "my secret") {
			h.Error("what a stranger typed as a name stands in the log")
		}
		if strings.Contains(h.server.Program().Log().String(), "203.0.113.") {
			h.Error("the program's log holds an address")
		}
	}, "--security-log", file)
}
