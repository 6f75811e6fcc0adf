package attack

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var (
	draftLink = regexp.MustCompile(`entwurf\?id=([A-Za-z0-9_-]+)`)
	alarmID   = regexp.MustCompile(`name="alarm" value="([^"]+)"`)
)

// A manager of another branch, and whoever manages nothing, neither reads a change
// that is being drafted nor makes it.
func TestADraftIsItsBranchsAlone(t *testing.T) {
	onEachEngine(t, func(h *target) {
		own, foreign, clerk := h.staff("manager", ownBranch), h.staff("manager", foreignBranch), h.staff("clerk", ownBranch)
		made := h.ask(asked{method: http.MethodPost, path: "/staff/verwaltung/entwurf/neu", as: own, form: url.Values{
			"art": {"notiz"}, "wo": {string(ownBranch)}, "von": {"2026-12-22"}, "bis": {"2026-12-22"}, "text": {"Betriebsausflug"},
		}})
		found := draftLink.FindStringSubmatch(made.header.Get("Location") + made.body)
		if found == nil {
			h.Fatalf("no draft: got %d %.1500s", made.status, made.body)
		}
		for name, as := range map[string]key{"the other branch's manager": foreign, "a clerk": clerk, "nobody": {}} {
			for _, path := range []string{"/staff/verwaltung/entwurf?id=" + found[1], "/staff/verwaltung/entwuerfe", "/staff/verwaltung/entwurf/neu?id=" + found[1]} {
				if got := h.ask(asked{path: path, as: as}); strings.Contains(got.body, "Betriebsausflug") {
					h.Errorf("%s by %s: got %d with the draft in it", path, name, got.status)
				}
			}
			for _, act := range []string{"entfernen", "vergleichen", "verwerfen", "uebernehmen", "entscheiden"} {
				got := h.ask(asked{method: http.MethodPost, path: "/staff/verwaltung/entwurf", as: as, form: url.Values{
					"id": {found[1]}, "version": {"1"}, "nr": {"0"}, "gesehen": {"x"}, "was": {act},
				}})
				if got.status < 400 && !strings.HasPrefix(got.header.Get("Location"), "/staff/anmelden") {
					h.Errorf("%s by %s: got %d %s", act, name, got.status, got.header.Get("Location"))
				}
			}
		}
		if got := h.ask(asked{path: "/staff/verwaltung/entwurf?id=" + found[1], as: own}); !strings.Contains(got.body, "Betriebsausflug") {
			h.Errorf("its own manager: got %d, want the draft still there", got.status)
		}
	})
}

// Who cries for help at one branch is neither heard nor answered from another, and
// one who cries without end has cried once.
func TestACryForHelpIsItsBranchsAlone(t *testing.T) {
	onEachEngine(t, func(h *target) {
		own, foreign := h.staff("clerk", ownBranch), h.staff("clerk", foreignBranch)
		for range 50 {
			got := h.ask(asked{method: http.MethodPost, path: deskPage + "/befehl", as: own, form: url.Values{"type": {"alarm"}}})
			if got.status != http.StatusSeeOther && got.status != http.StatusUnprocessableEntity && got.status != http.StatusBadRequest {
				h.Fatalf("help: got %d", got.status)
			}
			h.ask(asked{method: http.MethodPost, path: deskPage + "/befehl", as: own, form: url.Values{"type": {"alarm"}, "id": {"one"}}})
		}
		page := h.ask(asked{path: frontDesk, as: own})
		cries := alarmID.FindAllStringSubmatch(page.body, -1)
		if len(cries) != 1 {
			h.Fatalf("got %d cries, want one: %d", len(cries), page.status)
		}
		alarm := cries[0][1]
		for _, kind := range []string{"alarm_seen", "alarm_take", "alarm_end"} {
			form := url.Values{"id": {kind}, "type": {kind}, "alarm": {alarm}}
			for path, want := range map[string]int{"/staff/" + string(ownBranch) + "/hilfe": http.StatusForbidden, "/staff/" + string(foreignBranch) + "/hilfe": http.StatusSeeOther} {
				if got := h.ask(asked{method: http.MethodPost, path: path, as: foreign, form: form}); got.status != want {
					h.Errorf("%s at %s from the other branch: got %d, want %d", kind, path, got.status, want)
				}
			}
		}
		if got := h.ask(asked{path: "/staff/" + string(foreignBranch) + "/empfang", as: foreign}); strings.Contains(got.body, alarm) {
			h.Error("the other branch reads it")
		}
		if got := h.ask(asked{path: frontDesk, as: own}); !strings.Contains(got.body, `value="alarm_take"`) {
			h.Errorf("at home: got %d, want it still unanswered", got.status)
		}
	})
}
