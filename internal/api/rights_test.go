package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

func TestOnlyWhoMayGetsIn(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleClerk, markt)
	display := h.device("hall", ledger.DeviceDisplay, markt)
	kiosk := h.device("kiosk", ledger.DeviceKiosk, markt)
	walkIn := func(branch string, extra ...func(doc)) doc {
		d := doc{"branch": branch, "services": []doc{{"id": pin}}}
		for _, e := range extra {
			e(d)
		}
		return d
	}
	for name, c := range map[string]struct {
		request
		status int
		key    string
	}{
		"queue, nobody":          {request{path: "/queue?branch=" + markt}, 401, "session.required"},
		"queue, wrong token":     {request{path: "/queue?branch=" + markt, token: "wrong"}, 401, "session.required"},
		"queue, screen":          {request{path: "/queue?branch=" + markt, token: display}, 403, "right.missing"},
		"queue, other branch":    {request{path: "/queue?branch=" + nerchau, token: clerk}, 403, "right.missing"},
		"queue, unknown branch":  {request{path: "/queue?branch=leipzig", token: clerk}, 404, "branch.unknown"},
		"queue, no branch":       {request{path: "/queue", token: clerk}, 422, "request.invalid"},
		"open page, wrong token": {request{path: "/branches", token: "wrong"}, 401, "session.required"},
		"ticket, nobody":         {request{method: "POST", path: "/tickets", body: walkIn(markt)}, 401, "session.required"},
		"ticket, screen":         {request{method: "POST", path: "/tickets", token: display, body: walkIn(markt)}, 403, "right.missing"},
		"ticket, other branch":   {request{method: "POST", path: "/tickets", token: kiosk, body: walkIn(nerchau)}, 403, "right.missing"},
		"kiosk with priority":    {request{method: "POST", path: "/tickets", token: kiosk, body: walkIn(markt, with("priority", 1))}, 403, "walk_in.priority_staff_only"},
		"check-in by number":     {request{method: "POST", path: "/check-ins", body: doc{"branch": markt, "number": "417"}}, 401, "session.required"},
		"sign out, nobody":       {request{method: "DELETE", path: "/session"}, 401, "session.required"},
		"sign out, screen":       {request{method: "DELETE", path: "/session", token: display}, 401, "session.required"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.ask(c.request)
			got.t = t
			got.refused(c.status, c.key)
		})
	}
	if got := h.get("/queue?branch=" + markt).header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
		t.Errorf("got WWW-Authenticate %q, want Bearer", got)
	}
}

func TestCookiesOfOurPagesSignIn(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleClerk)
	cookie := func(name, value string) http.Header { return http.Header{"Cookie": {name + "=" + value}} }
	h.ask(request{path: "/queue?branch=" + markt, header: cookie("aufruf_staff", clerk)}).want(http.StatusOK)
	h.ask(request{path: "/queue?branch=" + markt, header: cookie("aufruf_staff", "old")}).refused(401, "session.required")
	// A browser that was a desk once must still be able to book.
	h.ask(request{path: "/branches", header: cookie("aufruf_staff", "old")}).want(http.StatusOK)
}

func TestSessionsEndAndSurviveARestart(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleClerk)
	display := h.device("hall", ledger.DeviceDisplay, markt)
	queue := request{path: "/queue?branch=" + markt, token: clerk}
	h.restart()
	h.ask(queue).want(http.StatusOK)
	screen := h.dial("/ws/display", display)
	screen.close()
	h.set(clock("20:01"))
	h.ask(queue).refused(401, "session.required")
	h.set(clock("08:00"))
	h.ask(queue).want(http.StatusOK)
	h.ask(request{method: http.MethodDelete, path: "/session", token: clerk}).want(http.StatusNoContent)
	h.ask(queue).refused(401, "session.required")
}

func TestSignInIsRefusedAlikeForUnknownNamesAndWrongPasswords(t *testing.T) {
	h := openServer(t, options{})
	h.staff("clerk", ledger.RoleClerk)
	wrong := h.post("/session", doc{"user": "clerk", "password": "guess guess guess"}).refused(401, "session.wrong")
	unknown := h.post("/session", doc{"user": "nobody", "password": "guess guess guess"}).refused(401, "session.wrong")
	if wrong.text("title") != unknown.text("title") {
		t.Errorf("got %q and %q, want the same", wrong.text("title"), unknown.text("title"))
	}
	h.must(h.Access.DisableUser(t.Context(), "clerk"))
	h.post("/session", doc{"user": "clerk", "password": password}).refused(401, "session.wrong")
	h.post("/session", doc{"user": "clerk"}).wrong("password", "request.required")
	h.post("/session", "nonsense").refused(400, "request.malformed")
	h.post("/session", strings.Repeat(" ", 64<<10)+"{}").refused(http.StatusRequestEntityTooLarge, "request.too_large")
}

// from asks as if a proxy had passed the request on for an address.
func from(address string) http.Header { return http.Header{"X-Forwarded-For": {address}} }

func (h *testServer) tryPassword(user, secret, address string) answer {
	h.t.Helper()
	return h.ask(request{method: http.MethodPost, path: "/session", body: doc{"user": user, "password": secret}, header: from(address)})
}

func TestFiveFailuresSlowDownPairAndAddressButNeverTheAccount(t *testing.T) {
	h := openServer(t, options{proxies: []string{"127.0.0.0/8"}})
	h.staff("anna", ledger.RoleClerk)
	h.staff("bert", ledger.RoleClerk)
	for range 5 {
		h.tryPassword("anna", "guess guess guess", "203.0.113.1").refused(401, "session.wrong")
	}
	slow := h.tryPassword("anna", password, "203.0.113.1")
	slow.refused(http.StatusTooManyRequests, "session.slow_down")
	if slow.header.Get("Retry-After") == "" {
		t.Error("got no Retry-After")
	}
	h.tryPassword("bert", password, "203.0.113.1").refused(http.StatusTooManyRequests, "session.slow_down")
	h.tryPassword("anna", password, "203.0.113.2").want(http.StatusOK)
	h.set(h.clock().Add(2 * time.Second))
	h.tryPassword("anna", password, "203.0.113.1").want(http.StatusOK)
	h.tryPassword("bert", password, "203.0.113.1").want(http.StatusOK)
}

func TestWalkIns(t *testing.T) {
	h := openServer(t, options{})
	h.set(clock("09:30"))
	clerk := h.staff("clerk", ledger.RoleReception)
	kiosk := h.device("kiosk", ledger.DeviceKiosk, markt)
	ticket := func(token string, changes ...func(doc)) answer {
		body := doc{"branch": markt, "services": []doc{{"id": pin}}}
		for _, change := range changes {
			change(body)
		}
		return h.ask(request{method: http.MethodPost, path: "/tickets", token: token, body: body})
	}
	first := read[wire.TicketReply](ticket(kiosk).want(http.StatusCreated))
	if first.Ahead != 0 {
		t.Errorf("got %d ahead, want nobody", first.Ahead)
	}
	ticket(kiosk, with("services", []doc{{"id": "passport"}})).refused(404, "service.unknown")
	ticket(clerk, with("priority", 10)).wrong("priority", "field.range")
	ticket(clerk, with("priority", "high")).wrong("priority", "request.bad_value")
	ticket(clerk, with("vip", true)).refused(400, "request.unknown_field")
	ticket(clerk, with("services", []doc{})).wrong("services", "request.required")
	status := read[wire.TicketStatus](h.get("/tickets/" + first.Token).want(http.StatusOK))
	if status.State != "waiting" || status.Room != nil || status.Number != first.Number {
		t.Errorf("got %+v, want it waiting", status)
	}
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        walk_in:\n          contingent: 1\n          hours:\n            - {days: [tuesday], hours: [09:00-18:00]}\n")
	none := ticket(kiosk).refused(409, "walk_in.none_left")
	if none.text("next_appointment") != stamp("10:00") {
		t.Errorf("got next appointment %v, want ten o'clock", none["next_appointment"])
	}
	if got := ticket(clerk).want(http.StatusCreated).doc(); got["over_contingent"] != true {
		t.Errorf("got %v, want it said that the contingent is over", got)
	}
	h.set(clock("19:00"))
	ticket(kiosk).refused(409, "walk_in.closed")
	if got := ticket(clerk).want(http.StatusCreated).doc(); got["over_contingent"] != true {
		t.Errorf("got %v, want it said that it is after hours", got)
	}
}

func TestCheckIns(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleReception)
	made := h.book("09:00")
	in := func(token string, body any) answer {
		return h.ask(request{method: http.MethodPost, path: "/check-ins", token: token, body: body})
	}
	in(clerk, doc{"branch": markt, "number": other(made.Number.String())}).refused(404, "number.unknown_today")
	in(clerk, doc{"branch": "leipzig", "number": "417"}).refused(404, "branch.unknown")
	in(clerk, doc{"branch": markt, "number": "42"}).wrong("number", "request.bad_value")
	in(clerk, doc{"branch": markt}).wrong("number", "request.required")
	in(clerk, doc{"branch": markt, "number": "417", "token": made.Token}).wrong("token", "check_in.token_or_number")
	in("", doc{"token": "unknown"}).refused(404, "appointment.over_or_unknown")
	for range 2 {
		got := read[wire.CheckInReply](in(clerk, doc{"branch": markt, "number": made.Number.String()}).want(http.StatusOK))
		if got.State != "waiting" || got.Number != made.Number {
			t.Errorf("got %+v, want it waiting", got)
		}
	}
	self := h.book("09:10", with("email", "bob@example.org"))
	in("", doc{"token": self.Token}).want(http.StatusOK)
	queue := read[wire.Queue](h.ask(request{path: "/queue?branch=" + markt, token: clerk}).want(http.StatusOK))
	if len(queue.Waiting) != 2 || queue.Waiting[0].Number != made.Number || !queue.Waiting[1].CheckedIn {
		t.Errorf("got %+v, want both in the order of their times", queue.Waiting)
	}
	cancelled := h.book("09:20", with("email", "eve@example.org"))
	h.ask(request{method: http.MethodDelete, path: "/appointments/" + cancelled.Token}).want(http.StatusNoContent)
	if got := in("", doc{"token": cancelled.Token}); got.status != http.StatusConflict {
		t.Errorf("got %d %s, want a cancelled appointment refused", got.status, got.raw)
	}
	abroad := h.post("/appointments", appointment("09:00", with("branch", nerchau))).want(http.StatusCreated).doc()
	in("", doc{"token": abroad.text("token")}).refused(403, "right.missing")
}

// What a scanner reads from mail or page checks in for staff and kiosks, as the number
// does; a stranger shows the token.
func TestACodeChecksIn(t *testing.T) {
	h := openServer(t, options{})
	made := h.book("09:00")
	code := h.code(made.Token)
	in := func(token, code string) answer {
		return h.ask(request{method: http.MethodPost, path: "/check-ins", token: token, body: doc{"branch": markt, "code": code}})
	}
	in("", code).refused(401, "session.required")
	kiosk := h.device("kiosk", ledger.DeviceKiosk, markt)
	in(kiosk, code[:11]).wrong("code", "field.code")
	in(kiosk, code+"1").wrong("code", "field.code")
	in(kiosk, other(code[:3])+code[3:]).refused(404, "check_in.code_unknown")
	if got := read[wire.CheckInReply](in(kiosk, code).want(http.StatusOK)); got.State != "waiting" || got.Number != made.Number {
		t.Errorf("got %+v, want it waiting", got)
	}
}

// code is an appointment's arrival code.
func (h *testServer) code(token string) string {
	h.t.Helper()
	made, err := h.Appointment(h.t.Context(), token)
	h.must(err)
	code, err := h.ArrivalCode(h.t.Context(), made.Ticket)
	h.must(err)
	return code
}

// other is a number that isn't this one.
func other(number string) string {
	if number == "100" {
		return "101"
	}
	return "100"
}

func TestTheQueueNamesNobody(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleClerk)
	h.book("09:00", with("name", "Ada Geheim"), with("email", "geheim@example.org"), with("support", "Geheimnis"))
	got := string(h.ask(request{path: "/queue?branch=" + markt, token: clerk}).want(http.StatusOK).raw)
	if strings.Contains(strings.ToLower(got), "geheim") {
		t.Errorf("got %s, want no personal data", got)
	}
}
