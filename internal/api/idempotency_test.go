package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/wire"
)

func key(value string) http.Header { return http.Header{"Idempotency-Key": {value}} }

func (h *testServer) keyed(k, path, token string, body any) answer {
	h.t.Helper()
	return h.ask(request{method: http.MethodPost, path: path, token: token, body: body, header: key(k)})
}

func TestTheSameKeyIsOneRequestOnEveryPost(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleClerk)
	held := read[wire.Hold](h.post("/holds", doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("11:00")}).want(http.StatusCreated))
	made := h.book("09:30", with("email", "eve@example.org"))
	walkIn := func(priority int) doc {
		return doc{"branch": markt, "services": []doc{{"id": pin}}, "priority": priority}
	}
	wish := func(wall string) doc {
		return doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp(wall)}
	}
	for path, c := range map[string]struct {
		token         string
		body, another any
	}{
		"/appointments":                   {"", appointment("09:00"), appointment("09:10")},
		"/holds":                          {"", wish("10:00"), wish("10:10")},
		"/holds/" + held.Hold + "/extend": {"", nil, nil},
		"/tickets":                        {clerk, walkIn(0), walkIn(1)},
		"/check-ins":                      {clerk, doc{"branch": markt, "number": made.Number.String()}, doc{"token": made.Token}},
		"/afterwards":                     {clerk, byHand("served"), byHand("no_show")},
		"/wishes":                         {"", waiting("2026-12-18"), waiting("2026-12-17")},
		"/session":                        {"", doc{"user": "clerk", "password": password}, nil},
	} {
		first := h.keyed("k-1", path, c.token, c.body)
		if first.status > 299 {
			t.Errorf("%s: got %d %s", path, first.status, first.raw)
			continue
		}
		again := h.keyed("k-1", path, c.token, c.body)
		if diff := cmp.Diff(first.doc(), again.doc()); diff != "" || first.status != again.status {
			t.Errorf("%s: %d then %d, the answer differs (-first +again):\n%s", path, first.status, again.status, diff)
		}
		if c.another != nil {
			h.keyed("k-1", path, c.token, c.another).refused(http.StatusUnprocessableEntity, "request.key_reused")
		}
	}
	if got := h.free("09:00"); got != 1 {
		t.Errorf("got %d free, want one booking", got)
	}
	queue := read[wire.Queue](h.ask(request{path: "/queue?branch=" + markt, token: clerk}).want(http.StatusOK))
	if len(queue.Waiting) != 3 {
		t.Errorf("got %d in the queue, want two appointments and one walk-in", len(queue.Waiting))
	}
}

func TestAKeyBelongsToItsUser(t *testing.T) {
	h := openServer(t, options{})
	anna, bert := h.staff("anna", ledger.RoleClerk), h.staff("bert", ledger.RoleClerk)
	body := doc{"branch": markt, "services": []doc{{"id": pin}}}
	first := h.keyed("k", "/tickets", anna, body).want(http.StatusCreated).doc()
	second := h.keyed("k", "/tickets", bert, body).want(http.StatusCreated).doc()
	if first["number"] == second["number"] {
		t.Errorf("got %v twice, want two tickets", first["number"])
	}
}

func TestAKeyIsKeptOverARestartAndForADay(t *testing.T) {
	h := openServer(t, options{})
	start := with("start", tuesday.AddDays(7).At(9*60, cet).Format(time.RFC3339))
	first := h.keyed("k", "/appointments", "", appointment("", start)).want(http.StatusCreated).doc()
	h.restart()
	h.set(clock("08:00").Add(23 * time.Hour))
	again := h.keyed("k", "/appointments", "", appointment("", start)).want(http.StatusCreated).doc()
	if first["token"] != again["token"] || first["number"] != again["number"] {
		t.Errorf("got %v and %v, want the same appointment", first, again)
	}
	h.set(clock("08:00").Add(25 * time.Hour))
	h.must(h.Upkeep.Tidy(t.Context()))
	late := h.keyed("k", "/appointments", "", appointment("", start)).want(http.StatusCreated).doc()
	if late["token"] == first["token"] {
		t.Error("got the same appointment after a day, want a new one")
	}
}

func TestABadKeyIsRefused(t *testing.T) {
	h := openServer(t, options{})
	h.keyed(strings.Repeat("k", 256), "/appointments", "", appointment("09:00")).wrong("Idempotency-Key", "request.too_long")
}

func TestARefusedRequestLeavesItsKeyFree(t *testing.T) {
	h := openServer(t, options{})
	h.keyed("k", "/appointments", "", appointment("12:30")).wrong("start", "booking.start_outside_hours")
	h.keyed("k", "/appointments", "", appointment("09:00")).want(http.StatusCreated)
}

func TestTheSameKeyAtOnceIsOneBooking(t *testing.T) {
	h := openServer(t, options{})
	tokens := make([]any, 8)
	var all sync.WaitGroup
	for i := range tokens {
		all.Go(func() { tokens[i] = h.keyed("k", "/appointments", "", appointment("09:00")).doc()["token"] })
	}
	all.Wait()
	for _, token := range tokens {
		if token != tokens[0] || token == nil {
			t.Errorf("got tokens %v, want one", tokens)
			break
		}
	}
	if got := h.free("09:00"); got != 1 {
		t.Errorf("got %d free, want one booking", got)
	}
}

func TestAKeyWithATimeBeyondAllCalendarsIsARefusalLikeAnyOther(t *testing.T) {
	h := openServer(t, options{})
	for start, want := range map[string]string{
		"9999-12-31T23:59:59-23:59": "booking.start_horizon",
		"0000-01-01T00:00:00+23:59": "booking.start_past",
	} {
		h.keyed("k", "/holds", "", doc{"branch": markt, "services": []doc{{"id": pin}}, "start": start}).wrong("start", want)
		h.keyed("k", "/appointments", "", appointment("", with("start", start))).wrong("start", want)
	}
}

// A key at sign-in opens nobody else's session, and none that has ended.
func TestAKeyAtSignInIsOnePersonsSession(t *testing.T) {
	forcedOnEachEngine(t, options{}, func(h *testServer, _ *forced.Store) {
		h.staff("anna", ledger.RoleClerk)
		h.staff("bert", ledger.RoleClerk)
		signIn := func(user, secret string) answer {
			return h.keyed("k", "/session", "", doc{"user": user, "password": secret})
		}
		tokens := make([]any, 8)
		var all sync.WaitGroup
		for i := range tokens {
			all.Go(func() { tokens[i] = signIn("anna", password).doc()["token"] })
		}
		all.Wait()
		for _, token := range tokens {
			if token != tokens[0] || token == nil {
				h.t.Fatalf("got tokens %v, want one session", tokens)
			}
		}
		signIn("anna", "guess guess guess").refused(http.StatusUnauthorized, "session.wrong")
		signIn("bert", password).refused(http.StatusUnprocessableEntity, "request.key_reused")
		h.ask(request{method: http.MethodDelete, path: "/session", token: tokens[0].(string)}).want(http.StatusNoContent)
		signIn("anna", password).refused(http.StatusUnauthorized, "session.required")
	})
}
