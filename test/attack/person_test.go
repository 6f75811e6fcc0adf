package attack

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// secret is what a citizen gives and no colleague has to know.
var secret = map[string]string{"name": "Ada Geheim", "email": "ada.geheim@example.org", "phone": "09999 424242", "support": "Heimlich"}

// tells returns what of a person an answer tells.
func (a answer) tells() []string {
	var told []string
	for _, text := range secret {
		if strings.Contains(html.UnescapeString(a.body), text) {
			told = append(told, text)
		}
	}
	return told
}

// booked is an appointment that a citizen makes on the same day, at noon.
func (h *target) booked(start string) answer {
	h.Helper()
	body := map[string]any{"branch": ownBranch, "services": []any{map[string]any{"id": service}}, "start": "2026-12-01T" + start + ":00+01:00"}
	for name, value := range secret {
		body[name] = value
	}
	made := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", json: body, from: stranger(1)})
	if made.status != http.StatusCreated {
		h.Fatalf("book: got %d %s", made.status, made.body)
	}
	return made
}

// keys are all that a page or an answer holds and that could be one; pictures
// aren't.
func (a answer) keys() (found []string) {
	for _, word := range words.FindAllString(pictures.ReplaceAllString(a.body, ""), -1) {
		if strings.ContainsAny(word, "0123456789") && strings.ToLower(word) != word {
			found = append(found, word)
		}
	}
	return found
}

var (
	words    = regexp.MustCompile(`[A-Za-z0-9_-]{16,64}`)
	pictures = regexp.MustCompile(`data:image/[^"]*`)
)

// A clerk walks through every number of a day, and tries all that they are given as
// a key to the person behind it.
func TestACuriousClerkLearnsNothingOfAPerson(t *testing.T) {
	onEachEngine(t, func(h *target) {
		clerk := h.staff("clerk", ownBranch)
		made := h.booked("14:00")
		number, strong := made.value("number"), made.value("token")
		code, err := page.QRCode(h.server.URL + "/t/" + url.PathEscape(strong))
		h.must(err)

		front := "/staff/" + string(ownBranch) + "/empfang"
		of := url.Values{"date": {"2026-12-01"}, "number": {number}}
		given := []answer{
			h.ask(asked{path: front + "/nummer?" + of.Encode(), as: clerk}),
			h.ask(asked{path: front + "/verschieben?" + of.Encode(), as: clerk}),
			h.ask(asked{path: "/staff/" + string(ownBranch) + "/liste", as: clerk}),
			h.ask(asked{path: "/staff/" + string(ownBranch) + "/platz-1", as: clerk}),
			h.ask(asked{path: "/api/v1/queue?branch=" + string(ownBranch), as: clerk}),
			h.ask(asked{method: http.MethodPost, path: "/api/v1/check-ins", as: clerk, json: map[string]any{"branch": ownBranch, "number": number}}),
		}
		tried := map[string]bool{}
		for i, a := range given {
			if a.status != http.StatusOK {
				h.Errorf("%d: got %d %.200s", i, a.status, a.body)
			}
			if strings.Contains(a.body, strong) || strings.Contains(html.UnescapeString(a.body), string(code)) {
				h.Errorf("%d: the citizen's token is in it", i)
			}
			if told := a.tells(); len(told) > 0 {
				h.Errorf("%d tells %v", i, told)
			}
			for _, key := range a.keys() {
				if !tried[key] {
					tried[key] = true
					h.opensNobody(clerk, key)
				}
			}
		}
		ticket := given[5].value("ticket")
		if !tried[ticket] {
			h.Errorf("the ticket's id %q wasn't among what was tried", ticket)
		}
		person := h.ask(asked{method: http.MethodPost, path: front + "/person", as: clerk, form: url.Values{"ticket": {ticket}, "number": {number}, "date": {"2026-12-01"}}})
		if person.status != http.StatusForbidden || len(person.tells()) > 0 {
			h.Errorf("open the person: got %d, told %v", person.status, person.tells())
		}
		still := h.ask(asked{path: "/api/v1/appointments/" + strong})
		if still.status != http.StatusOK || still.value("state") == "cancelled" || len(still.tells()) > 0 {
			h.Errorf("the appointment itself: got %d %s", still.status, still.body)
		}
	})
}

// opensNobody tries a key wherever a token is asked for, with a session and without.
func (h *target) opensNobody(clerk key, token string) {
	h.Helper()
	token = url.PathEscape(token)
	for _, as := range []key{{}, clerk} {
		for _, path := range []string{"/api/v1/appointments/" + token, "/api/v1/appointments/" + token + "/ics", "/api/v1/wishes/" + token} {
			if got := h.ask(asked{path: path, as: as}); got.status != http.StatusNotFound {
				h.Errorf("%s: got %d %.200s, want 404", path, got.status, got.body)
			}
		}
		for _, path := range []string{"/t/" + token + "?neu=1", "/t/" + token + "/absagen", "/api/v1/tickets/" + token} {
			if told := h.ask(asked{path: path, as: as}).tells(); len(told) > 0 {
				h.Errorf("%s tells %v", path, told)
			}
		}
	}
	if got := h.ask(asked{method: http.MethodDelete, path: "/api/v1/appointments/" + token, from: stranger(2)}); got.status != http.StatusNotFound {
		h.Errorf("cancel by %s: got %d, want 404", token, got.status)
	}
}

// What staff book for somebody gives them a weak token and the ticket's id: by the
// id they change it under their own name, by the token they change nothing.
func TestStaffsOwnBookingGivesNoKeyToTheCitizen(t *testing.T) {
	onEachEngine(t, func(h *target) {
		clerk := h.staff("clerk", ownBranch)
		for name, as := range map[string]key{"clerk": clerk, "kiosk": h.device("kiosk", ownBranch), "display": h.device("display", ownBranch)} {
			body := map[string]any{
				"branch": ownBranch, "services": []any{map[string]any{"id": service}}, "start": "2026-12-01T15:00:00+01:00",
				"name": "Bo Beispiel", "email": name + "@example.org",
			}
			made := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", as: as, json: body, header: http.Header{"Idempotency-Key": {name}}})
			again := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", as: as, json: body, header: http.Header{"Idempotency-Key": {name}}})
			if made.status != http.StatusCreated || again.body != made.body {
				h.Fatalf("%s: got %d %s, then %s", name, made.status, made.body, again.body)
			}
			for _, field := range []string{"manage_url", "ics_url", "name", "email"} {
				if got := made.value(field); got != "" {
					h.Errorf("%s: %s is %q", name, field, got)
				}
			}
			weak, ticket := made.value("token"), made.value("ticket")
			if weak == "" || ticket == "" || strings.HasSuffix(weak, "-") || strings.HasSuffix(weak, "_") {
				h.Errorf("%s: got token %q of ticket %q", name, weak, ticket)
			}
			h.opensNobody(clerk, weak)
			if got := h.ask(asked{path: "/api/v1/tickets/" + weak}); got.status != http.StatusOK || got.value("number") != made.value("number") {
				h.Errorf("%s: the place in line: got %d %s", name, got.status, got.body)
			}
			moved := h.ask(asked{method: http.MethodPatch, path: "/api/v1/appointments/" + ticket, as: clerk, json: map[string]any{"start": "2026-12-08T10:00:00+01:00"}})
			if moved.status != http.StatusOK || moved.value("token") != weak || moved.value("manage_url") != "" {
				h.Errorf("%s: moved: got %d %s", name, moved.status, moved.body)
			}
			foreign := h.ask(asked{method: http.MethodDelete, path: "/api/v1/appointments/" + ticket, as: h.staff("clerk", foreignBranch)})
			if foreign.status != http.StatusForbidden {
				h.Errorf("%s: cancelled from the other branch: got %d", name, foreign.status)
			}
			for _, as := range []key{{}, h.device("kiosk", ownBranch)} {
				if got := h.ask(asked{method: http.MethodDelete, path: "/api/v1/appointments/" + ticket, as: as, from: stranger(3)}); got.status != http.StatusNotFound {
					h.Errorf("%s: cancelled by its id alone: got %d", name, got.status)
				}
			}
			if got := h.ask(asked{method: http.MethodDelete, path: "/api/v1/appointments/" + ticket, as: clerk}); got.status != http.StatusNoContent {
				h.Errorf("%s: cancel: got %d %s", name, got.status, got.body)
			}
		}
	})
}

// What is done with a slip's code is nobody's by name: the trail says neither that a
// citizen did it nor, of what staff do, that anybody else did.
func TestTheTrailTellsWhoActed(t *testing.T) {
	onEachEngine(t, func(h *target) {
		clerk, manager := h.staff("clerk", ownBranch), h.staff("manager", ownBranch)
		issued := h.ask(asked{method: http.MethodPost, path: "/api/v1/tickets", as: clerk, json: map[string]any{"branch": ownBranch, "services": []any{map[string]any{"id": service}}}})
		back := h.ask(asked{method: http.MethodPost, path: "/t/" + issued.value("token") + "/absagen", form: url.Values{}, header: http.Header{"Sec-Fetch-Site": {"same-origin"}}})
		if back.status != http.StatusSeeOther {
			h.Errorf("give back: got %d %.200s", back.status, back.body)
		}
		made := h.booked("14:00")
		front := "/staff/" + string(ownBranch) + "/empfang"
		here := h.ask(asked{method: http.MethodPost, path: "/api/v1/check-ins", as: clerk, json: map[string]any{"branch": ownBranch, "number": made.value("number")}})
		person := h.ask(asked{method: http.MethodPost, path: front + "/person", as: manager, form: url.Values{
			"ticket": {here.value("ticket")}, "number": {made.value("number")}, "date": {"2026-12-01"},
		}})
		if person.status != http.StatusOK || len(person.tells()) != len(secret) {
			h.Errorf("the manager opens the person: got %d, told %v", person.status, person.tells())
		}
		for row, want := range map[string]string{
			"Nummer gezogen": "clerk-at-grimma-markt", "abgesagt": "Zettel mit Code", "Termin gebucht": "Bürger", "als da vermerkt": "clerk-at-grimma-markt",
			"Angaben zur Person angesehen": "manager-at-grimma-markt",
		} {
			h.trailHas(manager, ownBranch, want, row)
		}
	})
}

var tableRow = regexp.MustCompile(`(?s)<tr.*?</tr>`)

// trailHas fails the test unless the trail of the day says that somebody did
// something.
func (h *target) trailHas(as key, branch town.BranchID, actor, did string) {
	h.Helper()
	trail := h.ask(asked{path: fmt.Sprintf("/staff/verwaltung/protokoll?branch=%s&tag=2026-12-01", branch), as: as, header: http.Header{"Accept-Language": {"de"}}})
	if told := trail.tells(); len(told) > 0 {
		h.Errorf("the trail tells %v", told)
	}
	for _, row := range tableRow.FindAllString(trail.body, -1) {
		if strings.Contains(row, did) && strings.Contains(row, ">"+actor+"<") {
			return
		}
	}
	h.Errorf("the trail lacks that %s did %q: %d", actor, did, trail.status)
}
