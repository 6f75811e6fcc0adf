package attack

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A form that lost its branches on the way isn't one for all of them.
func TestAFormWithoutBranchesHiresNobody(t *testing.T) {
	onEachEngine(t, func(h *target) {
		admin := h.staff("admin")
		hire := func(password string, branches ...string) answer {
			return h.ask(asked{method: http.MethodPost, path: "/staff/verwaltung/konten", as: admin, form: url.Values{
				"name": {"neu"}, "role": {"reception"}, "branch": branches, "allefachbereiche": {"1"}, "kennwort": {password},
			}})
		}
		refused := hire("kurz", string(foreignBranch))
		if refused.status != http.StatusUnprocessableEntity || !strings.Contains(refused.body, `value="nerchau" checked`) {
			h.Errorf("a short password: got %d, want the branch still ticked", refused.status)
		}
		if got := hire("ganz lang und geheim"); got.status != http.StatusUnprocessableEntity {
			h.Errorf("no branch: got %d, want 422", got.status)
		}
		list, err := h.server.Command(h.ctx, "", "user", "list")
		h.must(err)
		if strings.Contains(list, "neu") {
			h.Errorf("somebody was hired:\n%s", list)
		}
	})
}
