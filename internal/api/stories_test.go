package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// The stories of TestEveryDescribedMemberIsProduced. Each shows what the others
// don't; together they show every member of every message.

// booking: somebody looks, keeps a time, books it, moves it, and cancels.
func (l *scribe) booking(t *testing.T) {
	h, _ := l.open(t, options{})
	h.get("/branches").want(http.StatusOK)
	h.get("/services?date=2026-12-01").want(http.StatusOK)
	h.get("/days?branch=" + markt + "&service=" + pin + "&from=2026-12-01&to=2026-12-04").want(http.StatusOK)
	h.get("/slots?branch=" + markt + "&service=" + pin + "&date=2026-12-01").want(http.StatusOK)
	items := []doc{{"id": pin, "quantity": 1}}
	held := h.post("/holds", doc{"branch": markt, "services": items, "start": stamp("09:10")}).want(http.StatusCreated).doc()
	h.post("/holds/"+held.text("hold")+"/extend", nil).want(http.StatusOK)
	made := h.book("09:10", with("hold", held.text("hold")), with("phone", "03437 1234"), with("support", "Aufzug"), with("answers", doc{"karte": true}))
	h.get("/appointments/" + made.Token).want(http.StatusOK)
	moved := request{method: http.MethodPatch, path: "/appointments/" + made.Token, token: h.staff("chefin", ledger.RoleManager)}
	moved.body = doc{"start": stamp("09:30"), "branch": nerchau, "on_request": true, "reason": "Rohrbruch"}
	h.ask(moved).want(http.StatusOK)
	h.refuse()
	h.ask(request{path: "/unreached?branch=" + nerchau, token: moved.token}).want(http.StatusOK)
	h.shut(nerchau, tuesday)
	h.ask(request{path: "/concerned?branch=" + nerchau, token: moved.token}).want(http.StatusOK)
	h.ask(request{path: "/figures?branch=" + markt + "&from=2026-12-03&to=2026-12-03&by=day", token: moved.token}).want(http.StatusOK)
	h.reopen(nerchau, tuesday)
	h.ask(request{method: http.MethodPost, path: "/appointments", token: moved.token, body: appointment("09:30", with("branch", nerchau), with("overbook", true))}).want(http.StatusCreated)
	late := appointment("09:10", with("start", "2027-06-01T09:10:00+02:00"))
	h.ask(request{method: http.MethodPost, path: "/appointments", token: moved.token, body: late}).want(http.StatusCreated)
	gone := request{method: http.MethodDelete, path: "/appointments/" + made.Token, token: moved.token, body: doc{"on_request": true, "reason": "krank"}}
	h.ask(gone).want(http.StatusNoContent)
}

// confirming: a stranger's mail address has all that it may; the program works, and
// the address must be confirmed.
func (l *scribe) confirming(t *testing.T) {
	h, s := l.open(t, options{rate: 1000})
	h.book("09:00")
	h.book("09:10")
	h.post("/appointments", appointment("09:30", with("branch", nerchau))).refused(http.StatusForbidden, "proof.required")
	proof := h.proof(nerchau)
	s.drawn = append(s.drawn, proof)
	h.post("/appointments", appointment("09:30", with("branch", nerchau), with("proof", proof))).want(http.StatusAccepted)
}

// working: a program that isn't signed in computes before it books.
func (l *scribe) working(t *testing.T) {
	h, s := l.open(t, options{})
	h.asksForWork()
	h.get("/challenge?branch=" + markt).want(http.StatusOK)
	h.post("/holds", doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("09:10")}).refused(http.StatusForbidden, "proof.required")
	worked := func() string {
		proof := h.proof(markt)
		s.drawn = append(s.drawn, proof)
		return proof
	}
	h.post("/holds", doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("09:10"), "proof": worked()}).want(http.StatusCreated)
	h.post("/appointments", appointment("09:00", with("proof", worked()))).want(http.StatusCreated)
	wish := waiting("2026-12-02")
	wish["answers"] = doc{"karte": "false"}
	wish["services"], wish["proof"], wish["from"], wish["to"] = []doc{{"id": pin}}, worked(), "20:00", "21:00"
	h.post("/wishes", wish).want(http.StatusAccepted)
}

// waiting: all is taken; somebody waits, and gets what another gives back.
func (l *scribe) waiting(t *testing.T) {
	h, s := l.open(t, options{})
	onWednesday := func(wall string) func(doc) { return with("start", clock(wall).AddDate(0, 0, 1).Format(time.RFC3339)) }
	first := h.book("09:00", onWednesday("09:00"))
	h.book("09:10", onWednesday("09:10"), with("email", "bo@example.org"))
	wish := waiting("2026-12-02")
	wish["services"], wish["phone"], wish["language"], wish["weekdays"] = []doc{{"id": pin, "quantity": 1}}, "03437 1234", "de", []string{"wednesday"}
	wish["from"], wish["to"] = "09:00", "12:00"
	h.post("/wishes", wish).want(http.StatusAccepted)
	token := h.wishToken()
	s.drawn = append(s.drawn, token)
	h.get("/wishes/" + token).want(http.StatusOK)
	h.ask(request{method: http.MethodDelete, path: "/appointments/" + first.Token}).want(http.StatusNoContent)
	h.get("/wishes/" + token).want(http.StatusOK)
	h.post("/wishes/"+token+"/accept", nil).want(http.StatusCreated)
}

// desk: people come, wait, are called, sent on, set aside and served.
func (l *scribe) desk(t *testing.T) {
	h, s := l.open(t, options{})
	reception := h.staff("rosa", ledger.RoleReception)
	ask := func(path string, body doc) answer {
		return h.ask(request{method: http.MethodPost, path: path, token: reception, body: body})
	}
	made, fetched, early := h.book("09:10"), h.book("09:00", with("branch", nerchau)), h.book("09:00")
	elsewhere := h.dial("/ws/caller?branch="+nerchau+"&queue=changes", h.staff("nils", ledger.RoleClerk))
	await[wire.Queue](elsewhere, nil)
	ask("/appointments", appointment("09:00", with("branch", nerchau), with("services", []doc{{"id": pin, "quantity": 2}}), with("overbook", true))).want(http.StatusCreated)
	await(elsewhere, func(c wire.QueueChanges) bool { return len(c.Waiting) == 1 && c.Waiting[0].Overbooked })
	elsewhere.keep(s)
	h.ask(request{path: "/queue?branch=" + nerchau, token: reception}).want(http.StatusOK)
	h.set(clock("09:05"))
	follower := h.dial(station+"&queue=changes", h.staff("zoe", ledger.RoleClerk))
	await[wire.Queue](follower, nil)
	follows := func(is func(wire.QueueChanges) bool) {
		await(follower, is)
		follower.keep(s)
	}
	ask("/check-ins", doc{"branch": markt, "number": made.Number}).want(http.StatusOK)
	follows(func(c wire.QueueChanges) bool { return len(c.Waiting) == 1 })
	h.post("/check-ins", doc{"token": made.Token})
	ask("/check-ins", doc{"branch": markt, "code": h.code(made.Token)}).want(http.StatusOK)
	walkIn := doc{"branch": markt, "services": []doc{{"id": pin}}, "priority": 1, "language": "de"}
	for range 3 {
		ask("/tickets", walkIn).want(http.StatusCreated)
	}
	desk := h.dial(station, h.staff("clerk", ledger.RoleClerk))
	await[wire.Queue](desk, nil)
	called := desk.order(s, doc{"id": "1", "type": "call_next", "room": "platz-1", "offices": []string{"buergerbuero"}, "open": "", "take_over": true}).(wire.Done).Ticket
	h.ask(request{path: "/queue?branch=" + markt, token: reception}).want(http.StatusOK)
	await(follower, func(c wire.QueueChanges) bool { return len(c.Open) == 1 })
	desk.order(s, doc{"id": "2", "type": "send_on", "ticket": called.Ticket, "service": "urkunde", "version": called.Version, "sure": true})
	follows(func(c wire.QueueChanges) bool { return len(c.Waiting) == 1 && c.Waiting[0].SentOn })
	h.ask(request{path: "/queue?branch=" + markt, token: reception}).want(http.StatusOK)
	desk.order(s, doc{"id": "3", "type": "call", "room": "platz-1", "number": early.Number})
	h.ask(request{path: "/queue?branch=" + markt, token: reception}).want(http.StatusOK)
	h.get("/tickets/" + made.Token).want(http.StatusOK)
	second := desk.order(s, doc{"id": "4", "type": "call_next", "room": "platz-2"}).(wire.Done).Ticket
	await(follower, func(c wire.QueueChanges) bool { return len(c.Open) > 0 && c.Open[len(c.Open)-1].Room.ID == "platz-2" })
	desk.order(s, doc{"id": "5", "type": "park", "ticket": second.Ticket, "note": "holt ein Foto"})
	follows(func(c wire.QueueChanges) bool { return len(c.Parked) == 1 })
	desk.order(s, doc{"id": "6", "type": "pause", "room": "platz-2"})
	follows(func(c wire.QueueChanges) bool { return c.Paused != nil })
	third := desk.order(s, doc{"id": "7", "type": "call_next", "room": "platz-1"}).(wire.Done).Ticket
	follows(func(c wire.QueueChanges) bool { return len(c.Open) == 1 && len(c.Gone) == 1 })
	desk.order(s, doc{"id": "8", "type": "transfer", "ticket": third.Ticket, "office": "buergerbuero"})
	follows(func(c wire.QueueChanges) bool { return len(c.Waiting) == 1 })
	desk.order(s, doc{"id": "8b", "type": "call", "room": "platz-2", "number": called.Number})
	follows(func(c wire.QueueChanges) bool { return len(c.Open) == 1 && c.Open[0].SentOn })
	desk.order(s, doc{"id": "9", "type": "start", "ticket": "-"})
	desk.order(s, doc{"id": "10", "type": "alarm", "room": "platz-1"})
	colleague := h.dial(station, h.signIn("clerk"))
	await(colleague, func(q wire.Queue) bool { return len(q.Parked) == 1 })
	colleague.keep(s)
	last := desk.order(s, doc{"id": "11", "type": "call_next", "room": "platz-1"}).(wire.Done).Ticket
	desk.order(s, doc{"id": "12", "type": "finish", "ticket": last.Ticket})
	ask("/tickets", walkIn).want(http.StatusCreated)
	waits := await(follower, func(c wire.QueueChanges) bool { return len(c.Waiting) == 1 && c.Waiting[0].Kind == wire.WalkIn }).Waiting[0]
	desk.order(s, doc{"id": "12b", "type": "transfer", "ticket": waits.Ticket, "room": "platz-2"})
	follows(func(c wire.QueueChanges) bool { return len(c.Waiting) == 1 && c.Waiting[0].OnlyRoom != "" })
	entries := []doc{{"service": pin, "outcome": "served", "at": "08:30"}, {"number": made.Number, "outcome": "no_show"}, {"number": "999", "outcome": "served"}}
	ask("/afterwards", doc{"branch": markt, "date": "2026-12-01", "entries": entries}).want(http.StatusOK)
	h.ask(request{path: "/queue?branch=" + markt, token: reception}).want(http.StatusOK)
	foyer := h.dial("/ws/caller?branch="+nerchau, h.signIn("clerk"))
	foyer.order(s, doc{"id": "13", "type": "call", "room": "platz-1", "number": fetched.Number})
}

// screens: one is paired, sees calls, reports, and is told what changes.
func (l *scribe) screens(t *testing.T) {
	pace := live.DefaultPace()
	pace.LateAfter = time.Minute
	h, s := l.open(t, options{pace: pace})
	manager := access.Actor{Kind: access.Staff, User: ledger.User{ID: "chefin", Role: ledger.RoleManager}}
	started := read[wire.Pairing](h.post("/pairings", doc{"kind": "display"}).want(http.StatusCreated))
	h.post("/pairings/poll", doc{"secret": started.Secret}).want(http.StatusOK)
	_, err := h.Access.CompletePairing(t.Context(), manager, started.Code, ledger.Device{Name: "hall", Kind: ledger.DeviceDisplay, Branch: markt})
	h.must(err)
	token := h.post("/pairings/poll", doc{"secret": started.Secret}).want(http.StatusOK).doc().text("token")
	h.set(clock("09:05"))
	clerk := h.staff("clerk", ledger.RoleClerk)
	h.walkIn(clerk)
	h.walkIn(clerk)
	desk := h.dial(station, clerk)
	follower := h.dial(station+"&queue=changes", h.signIn("clerk"))
	await[wire.Queue](follower, nil)
	screen := h.dial("/ws/display", token)
	await[wire.Board](screen, nil)
	await[wire.Today](screen, nil)
	screen.keep(s)
	await(follower, func(c wire.QueueChanges) bool { return c.Screens != nil && c.Screens.Connected == 1 })
	follower.keep(s)
	await(desk, func(q wire.Queue) bool { return q.Screens.Connected == 1 })
	desk.keep(s)
	called := desk.order(s, next("1", "platz-1")).(wire.Done)
	await[wire.ScreenCall](screen, nil)
	screen.keep(s)
	screen.say(s, doc{"type": "queued", "seq": called.Seq, "in_ms": 1200})
	await(desk, func(d wire.Delivery) bool { return d.Queued == 1 && d.InMS > 0 })
	screen.say(s, doc{"type": "shown", "seq": called.Seq, "after_ms": 12})
	screen.say(s, doc{"type": "sounded", "seq": called.Seq, "sound": "played"})
	screen.say(s, doc{"type": "status", "sound": "ready", "version": "1"})
	await(desk, func(d wire.Delivery) bool { return d.Sounded == 1 })
	desk.keep(s)
	await[wire.Board](h.dial("/ws/display", token), nil)
	again := h.dial("/ws/display", token)
	await[wire.Board](again, nil)
	again.keep(s)
	desk.tell(s, doc{"id": "2", "type": "alarm", "room": "platz-1"})
	cry := await(desk, func(a wire.Alarms) bool { return len(a.Alarms) == 1 }).Alarms[0].Alarm
	desk.tell(s, doc{"id": "2b", "type": "alarm_take", "alarm": cry, "room": "platz-2"})
	await(desk, func(a wire.Alarms) bool { return len(a.Alarms) == 1 && a.Alarms[0].Coming != nil })
	desk.keep(s)
	desk.order(s, on("3", "start", called.Ticket.Ticket))
	await[wire.Clear](screen, nil)
	screen.keep(s)
	withdrawn := desk.order(s, next("4", "platz-1")).(wire.Done).Ticket
	missed := h.dial("/ws/display", token)
	seen := await[wire.Board](missed, nil)
	missed.close()
	desk.order(s, on("5", "undo", withdrawn.Ticket))
	resumed := h.dial(fmt.Sprintf("/ws/display?epoch=%s&after=%d", seen.Epoch, seen.Seq), token)
	await[wire.Board](resumed, nil)
	resumed.keep(s)
	_, err = h.TestSound(t.Context(), manager, town.BranchID(markt), "")
	h.must(err)
	test := await[wire.Test](screen, nil)
	screen.keep(s)
	screen.send(doc{"type": "sounded", "seq": test.Seq, "sound": "played"})
	await(desk, func(d wire.Delivery) bool { return d.Test })
	desk.keep(s)
	await(follower, func(c wire.QueueChanges) bool { return c.Screens != nil && c.Screens.Sounding == 1 })
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    notice: {de: Wir schließen um 17 Uhr}\n" +
		"    offices: [{id: standesamt, name: {de: Standesamt}, rooms: [platz-2]}]\n")
	await[wire.Look](screen, nil)
	screen.keep(s)
	await(follower, func(c wire.QueueChanges) bool { return c.Catalogue != "" })
	follower.keep(s)
	h.set(clock("10:00"))
	h.live.Screens.SetAll(&live.Frame{}, nil)
	await[wire.Clock](screen, nil)
	screen.keep(s)
}

// refusals: what a problem tells besides its key.
func (l *scribe) refusals(t *testing.T) {
	broken := func(app.Appointment) ([]byte, error) { return nil, errors.New("no ink") }
	h, s := l.open(t, options{rate: 3, calendar: broken})
	made := h.book("09:00")
	failed, err := h.server.Client().Get(made.ICSURL) // unchecked: no description promises a failure of ours
	h.must(err)
	defer failed.Body.Close()
	raw, err := io.ReadAll(failed.Body)
	h.must(err)
	s.mark("/components/schemas/Problem", raw)
	h.post("/appointments", appointment("09:00", with("email", "bo@example.org"))).refused(http.StatusConflict, "booking.slot_taken")
	kiosk := h.device("kiosk", ledger.DeviceKiosk, markt)
	h.ask(request{method: http.MethodPost, path: "/tickets", token: kiosk, body: doc{"branch": markt, "services": []doc{{"id": pin}}}}).refused(http.StatusConflict, "walk_in.closed")
	h.post("/appointments", appointment("09:10", with("email", "nobody"))).want(http.StatusUnprocessableEntity)
	h.post("/holds", doc{}).refused(http.StatusTooManyRequests, "request.too_many")
}
