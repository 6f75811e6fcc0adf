package api_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

const station = "/ws/caller?branch=" + markt

// next is a command; its id is its own.
func next(id, room string) doc { return doc{"id": id, "type": "call_next", "room": room} }

func on(id, what string, ticket town.TicketID) doc {
	return doc{"id": id, "type": what, "ticket": string(ticket)}
}

// working is a hall with a clerk, a screen of the whole branch and people who
// wait.
func working(t *testing.T, o options, waiting int) (h *testServer, clerk, display string) {
	t.Helper()
	h = openServer(t, o)
	h.set(clock("09:30"))
	clerk = h.staff("clerk", ledger.RoleClerk)
	for range waiting {
		h.walkIn(clerk)
	}
	return h, clerk, h.device("hall", ledger.DeviceDisplay, markt)
}

func TestTheFirstMessagesAreBoardAndQueue(t *testing.T) {
	h, clerk, display := working(t, options{}, 1)
	board, ok := h.dial("/ws/display?branch="+markt, display).next().(wire.Board)
	if !ok || board.V != 1 || board.Resumed || board.Epoch == "" || len(board.Calls) != 0 || !board.Now.Equal(clock("09:30")) {
		t.Errorf("got %+v, want an empty board at half past nine", board)
	}
	if queue, ok := h.dial(station, clerk).next().(wire.Queue); !ok || len(queue.Waiting) != 1 {
		t.Errorf("got %+v, want the queue", queue)
	}
}

func TestACallIsShownRungAgainAndCleared(t *testing.T) {
	h, clerk, display := working(t, options{}, 1)
	screen, desk := h.dial("/ws/display", display), h.dial(station, clerk)
	await[wire.Board](screen, nil)
	called := desk.done(next("1", "platz-2"))
	shown := await[wire.ScreenCall](screen, nil)
	want := wire.ScreenCall{
		Seq: called.Seq, Number: called.Ticket.Number, Room: wire.Room{ID: "platz-2", Label: "Platz 2"},
		At: shown.At, Now: shown.Now,
	}
	shown.Hints = want.Hints
	if diff := cmp.Diff(want, shown); diff != "" || called.Ticket.Screens != 1 {
		t.Errorf("screens %d, call (-want +got):\n%s", called.Ticket.Screens, diff)
	}
	recalled := desk.done(on("2", "recall", called.Ticket.Ticket))
	if again := await[wire.ScreenCall](screen, nil); !again.Again || again.Seq != recalled.Seq {
		t.Errorf("got %+v, want a recall", again)
	}
	desk.done(on("3", "start", called.Ticket.Ticket))
	if gone := await[wire.Clear](screen, nil); gone.Number != called.Ticket.Number || gone.Seq <= recalled.Seq {
		t.Errorf("got %+v, want it cleared", gone)
	}
	served := desk.done(on("4", "finish", called.Ticket.Ticket))
	if served.Ticket.State != "done" || served.Ticket.Outcome != "served" {
		t.Errorf("got %+v, want it served", served.Ticket)
	}
}

func TestThreeCallsAtOnceAreThreeMessages(t *testing.T) {
	h, clerk, display := working(t, options{}, 3)
	screen, desk := h.dial("/ws/display", display), h.dial(station, clerk)
	await[wire.Board](screen, nil)
	for i := range 3 {
		desk.send(next(fmt.Sprint(i), fmt.Sprintf("platz-%d", i+1)))
	}
	var rooms []town.RoomID
	last := town.Seq(0)
	for range 3 {
		call := await[wire.ScreenCall](screen, nil)
		if call.Seq <= last {
			t.Errorf("got seq %d after %d", call.Seq, last)
		}
		last = call.Seq
		rooms = append(rooms, call.Room.ID)
	}
	if diff := cmp.Diff([]town.RoomID{"platz-1", "platz-2", "platz-3"}, rooms); diff != "" {
		t.Errorf("rooms (-want +got):\n%s", diff)
	}
}

func TestAScreenResumesWhereItWas(t *testing.T) {
	h, clerk, display := working(t, options{}, 3)
	desk := h.dial(station, clerk)
	first := desk.done(next("1", "platz-1"))
	screen := h.dial("/ws/display", display)
	seen := await[wire.Board](screen, nil)
	screen.close()
	second := desk.done(next("2", "platz-1"))
	h.restart()
	at := func(epoch string, after town.Seq) wire.Board {
		t.Helper()
		p := h.dial(fmt.Sprintf("/ws/display?branch=%s&epoch=%s&after=%d", markt, epoch, after), display)
		defer p.close()
		return await[wire.Board](p, nil)
	}
	numbers := func(b wire.Board) (list []town.Number) {
		for _, c := range b.Calls {
			list = append(list, c.Number)
		}
		return list
	}
	missed := at(seen.Epoch, seen.Seq)
	if diff := cmp.Diff([]town.Number{first.Ticket.Number, second.Ticket.Number}, numbers(missed)); diff != "" || !missed.Resumed {
		t.Errorf("resumed %v (-want +got):\n%s", missed.Resumed, diff)
	}
	for name, full := range map[string]wire.Board{"other epoch": at("other", seen.Seq), "ahead of the branch": at(seen.Epoch, 1_000_000), "from nothing": at(seen.Epoch, 0)} {
		if diff := cmp.Diff([]town.Number{first.Ticket.Number, second.Ticket.Number}, numbers(full)); diff != "" || full.Resumed {
			t.Errorf("%s: resumed %v (-want +got):\n%s", name, full.Resumed, diff)
		}
	}
	_, answer, err := h.handshake("/ws/display?after=-1", http.Header{"Authorization": {"Bearer " + display}})
	if err == nil || answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %v for a position below nought, want 422", err)
	}
	h.set(clock("24:00"))
	if yesterday := at(seen.Epoch, missed.Seq); yesterday.Resumed || len(yesterday.Calls) != 0 {
		t.Errorf("got %+v on the next day, want an empty full board", yesterday)
	}
}

// TestAScreenThatWasAwayLearnsWhatEnded: seen at 3, ended at 4 while away,
// resumed after 3, and with another server.
func TestAScreenThatWasAwayLearnsWhatEnded(t *testing.T) {
	h, clerk, display := working(t, options{}, 3)
	desk := h.dial(station, clerk)
	screen := h.dial("/ws/display", display)
	board := await[wire.Board](screen, nil)
	var called []wire.Done
	for i := range 3 {
		called = append(called, desk.done(next(fmt.Sprint("call", i), fmt.Sprintf("platz-%d", i+1))))
	}
	seen := await[wire.ScreenCall](screen, func(c wire.ScreenCall) bool { return c.Seq == called[2].Seq })
	screen.close()
	desk.done(on("start", "start", called[0].Ticket.Ticket))
	desk.done(on("undo", "undo", called[1].Ticket.Ticket))
	h.restart()
	again := await[wire.Board](h.dial(fmt.Sprintf("/ws/display?epoch=%s&after=%d", board.Epoch, seen.Seq), display), nil)
	type end struct {
		Seq                town.Seq
		Cleared, Withdrawn bool
	}
	var got []end
	for _, c := range again.Calls {
		got = append(got, end{c.Seq, c.Cleared, c.Withdrawn})
	}
	want := []end{{called[0].Seq, true, false}, {called[1].Seq, true, true}}
	if diff := cmp.Diff(want, got); diff != "" || !again.Resumed {
		t.Errorf("resumed %v (-want +got):\n%s", again.Resumed, diff)
	}
}

func TestTheUndoOfACallIsToldAsWithdrawn(t *testing.T) {
	h, clerk, display := working(t, options{}, 1)
	screen, desk := h.dial("/ws/display", display), h.dial(station, clerk)
	await[wire.Board](screen, nil)
	called := desk.done(next("1", "platz-2"))
	undone := desk.done(on("2", "undo", called.Ticket.Ticket))
	want := wire.Clear{Seq: undone.Seq, Number: called.Ticket.Number, Withdrawn: true}
	if diff := cmp.Diff(want, await[wire.Clear](screen, nil)); diff != "" {
		t.Errorf("undone (-want +got):\n%s", diff)
	}
	called = desk.done(next("3", "platz-2"))
	started := desk.done(on("4", "start", called.Ticket.Ticket))
	want = wire.Clear{Seq: started.Seq, Number: called.Ticket.Number}
	if diff := cmp.Diff(want, await[wire.Clear](screen, nil)); diff != "" {
		t.Errorf("started (-want +got):\n%s", diff)
	}
}

func TestPickupIsOnNoScreenAndTheDeskIsToldWhere(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleClerk)
	made := h.book("09:00", with("branch", nerchau))
	h.set(clock("08:56"))
	screen := h.dial("/ws/display", h.device("foyer", ledger.DeviceDisplay, nerchau))
	await[wire.Board](screen, nil)
	desk := h.dial("/ws/caller?branch="+nerchau, clerk)
	called := desk.done(next("1", "platz-1"))
	if called.Ticket.Number != made.Number || called.Ticket.CallMode != "pickup" || called.Ticket.MeetingPoint == "" || called.Ticket.Screens != 0 {
		t.Errorf("got %+v, want pickup at a meeting point", called.Ticket)
	}
	desk.done(on("2", "recall", called.Ticket.Ticket))
	desk.done(on("3", "finish", called.Ticket.Ticket))
	screen.silent()
}

// silent fails the test if the server says anything within a moment. What
// comes is sent before the answer to a command, so a moment is enough.
func (p *peer) silent() {
	p.t.Helper()
	_ = p.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if _, raw, err := p.ReadMessage(); err == nil {
		p.t.Errorf("got %s, want nothing", raw)
	}
}

func TestAScreenOfAnOfficeGetsOnlyThatOffice(t *testing.T) {
	h, clerk, _ := working(t, options{}, 1)
	h.ask(request{method: http.MethodPost, path: "/tickets", token: clerk, body: doc{"branch": markt, "services": []doc{{"id": "gewerbe-anmelden"}}}}).want(http.StatusCreated)
	trade := h.dial("/ws/display", h.device("trade", ledger.DeviceDisplay, markt, "gewerbeamt"))
	await[wire.Board](trade, nil)
	desk := h.dial(station, clerk)
	desk.done(next("1", "platz-1"))
	own := desk.done(next("2", "gewerbeamt"))
	if own.Ticket.Screens != 1 {
		t.Errorf("got %d screens, want the office's own", own.Ticket.Screens)
	}
	if got := await[wire.ScreenCall](trade, nil); got.Seq != own.Seq {
		t.Errorf("got %+v, want only the own office's call", got)
	}
	again := await[wire.Board](h.dial("/ws/display", h.device("trade-2", ledger.DeviceDisplay, markt, "gewerbeamt")), nil)
	if len(again.Calls) != 1 || again.Calls[0].Seq != own.Seq {
		t.Errorf("got %+v, want only the own office on the board", again.Calls)
	}
}

func TestReportsOfScreensReachEveryStation(t *testing.T) {
	h, clerk, display := working(t, options{}, 1)
	one, two := h.dial("/ws/display", display), h.dial("/ws/display", h.device("hall-2", ledger.DeviceDisplay, markt))
	await[wire.Board](one, nil)
	await[wire.Board](two, nil)
	desk, colleague := h.dial(station, clerk), h.dial(station, h.staff("anna", ledger.RoleClerk))
	await[wire.Queue](colleague, nil) // until then it may not hear yet what others are told
	called := desk.done(next("1", "platz-1"))
	report := func(p *peer, frame doc) { frame["seq"] = called.Seq; p.send(frame) }
	expect := func(screens, shown, sounded, silent int) {
		t.Helper()
		want := wire.Delivery{Seq: called.Seq, Screens: screens, Shown: shown, Sounded: sounded, Silent: silent}
		for _, p := range []*peer{desk, colleague} {
			await(p, func(d wire.Delivery) bool { return d == want })
		}
	}
	report(one, doc{"type": "shown", "after_ms": 12})
	expect(2, 1, 0, 0)
	report(one, doc{"type": "shown", "after_ms": 14}) // counts once
	report(one, doc{"type": "sounded", "sound": "played"})
	expect(2, 1, 1, 0)
	report(two, doc{"type": "shown", "after_ms": 20})
	expect(2, 2, 1, 0)
	report(two, doc{"type": "sounded", "sound": "blocked"})
	expect(2, 2, 1, 1)
}

func TestWhatAScreenSaysOfItsSoundReachesTheQueue(t *testing.T) {
	h, clerk, display := working(t, options{}, 0)
	desk := h.dial(station, clerk)
	screen := h.dial("/ws/display", display)
	await(desk, func(q wire.Queue) bool { return q.Screens.Connected == 1 })
	screen.send(doc{"type": "status", "sound": "ready", "version": "test"})
	await(desk, func(q wire.Queue) bool { return q.Screens.Sounding == 1 })
	screen.close()
	await(desk, func(q wire.Queue) bool { return q.Screens.Connected == 0 })
}

// A screen knows the offset of the branch's time and not its zone; so it hears
// of each new hour, and of the night when the clocks change.
func TestAScreenIsToldTheTimeEveryHour(t *testing.T) {
	h, _, display := working(t, options{}, 1)
	screen := h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	for _, hour := range []string{"2026-12-01T10:00:03+01:00", "2027-03-28T03:00:00+02:00"} {
		now, err := time.Parse(time.RFC3339, hour)
		h.must(err)
		h.set(now)
		h.live.Screens.SetAll(&live.Frame{}, nil) // a nudge, which else comes within fifteen seconds
		if got := await[wire.Clock](screen, nil).Now.Format(time.RFC3339); got != hour {
			t.Errorf("got %s, want %s", got, hour)
		}
	}
}

func TestACallThatNoScreenReportsIsLateOnce(t *testing.T) {
	pace := live.DefaultPace()
	if pace.LateAfter != 3*time.Second {
		t.Errorf("got late after %s, want three seconds", pace.LateAfter)
	}
	pace.LateAfter = 50 * time.Millisecond
	h, clerk, display := working(t, options{pace: pace}, 2)
	screen := h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	desk := h.dial(station, clerk)
	called := desk.done(next("1", "platz-1"))
	if got, want := await[wire.Delivery](desk, nil), (wire.Delivery{Seq: called.Seq, Screens: 1, Late: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	screen.send(doc{"type": "shown", "seq": called.Seq, "after_ms": 9000})
	if got, want := await[wire.Delivery](desk, nil), (wire.Delivery{Seq: called.Seq, Screens: 1, Shown: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTheSameCommandHasTheSameAnswerOnAnyConnection(t *testing.T) {
	h, clerk, _ := working(t, options{}, 2)
	desk := h.dial(station, clerk)
	first := desk.done(next("c-1", "platz-1"))
	desk.refused(doc{"id": "c-2", "type": "call", "room": "platz-2", "number": other(first.Ticket.Number.String())}, "number.unknown_today")
	desk.close()
	again := h.dial(station, clerk)
	if diff := cmp.Diff(first, again.done(next("c-1", "platz-1"))); diff != "" {
		t.Errorf("after reconnecting (-first +again):\n%s", diff)
	}
	h.restart()
	again = h.dial(station, clerk)
	if diff := cmp.Diff(first, again.done(next("c-1", "platz-1"))); diff != "" {
		t.Errorf("after a restart (-first +again):\n%s", diff)
	}
	again.refused(next("c-1", "platz-2"), "command.id_reused")
	again.refused(doc{"id": "c-2", "type": "call", "room": "platz-2", "number": other(first.Ticket.Number.String())}, "number.unknown_today")
	if queue := await(h.dial(station, clerk), func(wire.Queue) bool { return true }); len(queue.Waiting) != 1 || len(queue.Open) != 1 {
		t.Errorf("got %d waiting and %d open, want one call only", len(queue.Waiting), len(queue.Open))
	}
	anna := h.dial(station, h.staff("anna", ledger.RoleClerk))
	if got := anna.done(next("c-1", "platz-3")); got.Ticket.Ticket == first.Ticket.Ticket {
		t.Error("another user's id gave the same answer")
	}
}

func TestCommandsAreRefusedWithoutEffect(t *testing.T) {
	h, clerk, _ := working(t, options{}, 1)
	desk, anna := h.dial(station, clerk), h.dial(station, h.staff("anna", ledger.RoleClerk))
	open := desk.done(next("1", "platz-1"))
	taken := open.Ticket.Number.String()
	desk.refused(next("2", "platz-1"), "queue.empty")
	anna.refused(next("3", "platz-1"), "room.taken")
	anna.refused(on("4", "recall", open.Ticket.Ticket), "room.taken")
	anna.refused(doc{"id": "5", "type": "call", "room": "platz-2", "number": taken}, "ticket.called_elsewhere")
	desk.refused(next("6", "nowhere"), "room.unknown")
	desk.refused(doc{"id": "7", "type": "call_next", "room": "platz-1", "offices": []string{"nothing"}}, "office.unknown")
	desk.refused(on("8", "start", "unknown"), "ticket.unknown")
	if queue := await(h.dial(station, clerk), func(wire.Queue) bool { return true }); len(queue.Open) != 1 || queue.Open[0].State != "called" {
		t.Errorf("got %+v, want the call still open", queue.Open)
	}
	h.walkIn(clerk)
	over := anna.done(doc{"id": "9", "type": "call_next", "room": "platz-1", "take_over": true})
	if over.Ticket.Room.ID != "platz-1" {
		t.Errorf("got %+v, want the room taken over", over.Ticket)
	}
}

func TestUnreadableFramesAreAnsweredAndTheConnectionStays(t *testing.T) {
	h, clerk, display := working(t, options{}, 2)
	desk := h.dial(station, clerk)
	for frame, want := range map[string]struct{ id, key string }{
		`nonsense`:                      {"", "request.malformed"},
		`[]`:                            {"", "request.malformed"},
		`{}`:                            {"", "request.unknown_type"},
		`{"id":"a","type":"dance"}`:     {"a", "request.unknown_type"},
		`{"id":"b","type":"call_next"}`: {"b", "request.invalid"},
		`{"id":"c","type":"recall","ticket":"x","vip":1}`: {"c", "request.unknown_field"},
		`{"id":"d","type":"finish","room":"platz-1"}`:     {"d", "request.unknown_field"},
		`{"type":"call_next","room":"platz-1"}`:           {"", "request.invalid"},
	} {
		desk.send(frame)
		if got := await[wire.Failed](desk, nil); got.ID != want.id || got.Problem.Key != want.key {
			t.Errorf("%s: got %q %s, want %q %s", frame, got.ID, got.Problem.Key, want.id, want.key)
		}
	}
	desk.done(next("ok", "platz-1"))

	screen := h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	for _, frame := range []string{`nonsense`, `{"type":"dance"}`, `{"type":"shown","seq":-1}`, `{"type":"shown","seq":99999,"after_ms":1}`, `{"type":"sounded","seq":1,"sound":"loud"}`} {
		screen.send(frame)
	}
	called := desk.done(next("more", "platz-2"))
	await(screen, func(c wire.ScreenCall) bool { return c.Seq == called.Seq })
}

func TestAServerThatStopsSaysComeBack(t *testing.T) {
	h, clerk, display := working(t, options{}, 0)
	desk, screen := h.dial(station, clerk), h.dial("/ws/display", display)
	go h.close()
	for _, p := range []*peer{desk, screen} {
		if got := p.closed(); got != wire.CloseRestarting {
			t.Errorf("got %d, want %d", got, wire.CloseRestarting)
		}
	}
}

func TestAReaderThatFallsBehindIsSentAway(t *testing.T) {
	pace := live.DefaultPace()
	pace.QueueDepth = 4
	h, _, display := working(t, options{pace: pace}, 0)
	screen := h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	// More than the sockets' buffers hold, so that the writer stands still.
	raw := append([]byte(`{"type":"call","padding":"`), make([]byte, 1<<20)...)
	for h.live.Screens.Count(markt, nil) > 0 {
		h.live.Screens.Publish(markt, &live.Frame{Seq: 1 << 40, Messages: [][]byte{raw}}, nil)
	}
	if got := screen.closed(); got != wire.CloseTooSlow {
		t.Errorf("got %d, want %d", got, wire.CloseTooSlow)
	}
	await[wire.Board](h.dial("/ws/display", display), nil)
}

// TestASlowScreenGetsEveryFrameWholeAndInOrder fills the connection until a
// frame goes only in part, and asks for pongs meanwhile, which must not land
// inside of one.
func TestASlowScreenGetsEveryFrameWholeAndInOrder(t *testing.T) {
	const frames, pings = 32, 8
	h, _, display := working(t, options{}, 0)
	screen := h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	padding := strings.Repeat("x", 1<<18)
	text := func(n int) string { return strconv.Itoa(n) + padding }
	for n := range frames {
		if n%(frames/pings) == 0 {
			h.must(screen.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience)))
		}
		frame := &live.Frame{Seq: 1<<40 + town.Seq(n), Messages: [][]byte{[]byte(text(n)), []byte(text(-n))}}
		if sent := h.live.Screens.Publish(markt, frame, nil); sent != 1 {
			t.Fatalf("frame %d went to %d screens", n, sent)
		}
	}
	pongs := 0
	screen.SetPongHandler(func(string) error { pongs++; return nil })
	h.must(screen.SetReadDeadline(time.Now().Add(patience)))
	for n := range frames {
		for _, want := range []string{text(n), text(-n)} {
			_, got, err := screen.ReadMessage()
			if err != nil {
				t.Fatalf("frame %d: %v", n, err)
			}
			if string(got) != want {
				t.Fatalf("frame %d: got %.40q", n, got)
			}
		}
	}
	for pongs < pings {
		h.live.Screens.Publish(markt, &live.Frame{Seq: 1 << 41, Messages: [][]byte{[]byte("{}")}}, nil)
		if _, _, err := screen.ReadMessage(); err != nil {
			t.Fatalf("after %d pongs: %v", pongs, err)
		}
	}
}

func TestTheQueueComesAtMostTenTimesASecondAndIsTheNewest(t *testing.T) {
	h, clerk, _ := working(t, options{}, 0)
	desk := h.dial(station, clerk)
	await[wire.Queue](desk, nil)
	began := time.Now()
	const people = 40
	var all sync.WaitGroup
	for range people {
		all.Go(func() { h.walkIn(clerk) })
	}
	messages := 0
	await(desk, func(q wire.Queue) bool { messages++; return len(q.Waiting) == people })
	all.Wait()
	if limit := 2 + int(time.Since(began)/(100*time.Millisecond)); messages > limit {
		t.Errorf("got %d queue messages, want at most %d", messages, limit)
	}
}

func TestTwentyStationsCallTwentyDifferentPeople(t *testing.T) {
	const stations = 20
	h, clerk, display := working(t, options{}, stations+5)
	h.change(manyRooms(stations))
	screen := h.dial("/ws/display", display)
	await[wire.Board](screen, nil)
	desks := make([]*peer, stations)
	for i := range desks {
		desks[i] = h.dial(station, clerk)
	}
	var mu sync.Mutex
	called := map[town.Number]bool{}
	var all sync.WaitGroup
	for i, desk := range desks {
		all.Go(func() {
			got, ok := desk.do(next(fmt.Sprint("call ", i), fmt.Sprint("room-", i))).(wire.Done)
			mu.Lock()
			defer mu.Unlock()
			if !ok || called[got.Ticket.Number] {
				t.Errorf("desk %d: got %+v, want somebody of its own", i, got)
				return
			}
			called[got.Ticket.Number] = true
		})
	}
	all.Wait()
	for range stations {
		call := await[wire.ScreenCall](screen, nil)
		if !called[call.Number] {
			t.Errorf("screen: got %s, which nobody called, or twice", call.Number)
		}
		delete(called, call.Number)
	}
}

func manyRooms(n int) string {
	rooms, ids := "", "platz-1"
	for i := range n {
		rooms += fmt.Sprintf("      - {id: room-%d, label: Raum %d}\n", i, i)
		ids += fmt.Sprintf(", room-%d", i)
	}
	return "format: aufruf/1\nbranches:\n  - id: grimma-markt\n    rooms:\n" + rooms +
		"    offices:\n      - id: buergerbuero\n        rooms: [" + ids + "]\n"
}

func TestABinaryOrOverlongFrameEndsTheConnection(t *testing.T) {
	h, clerk, display := working(t, options{}, 1)
	command := encoded(t, next("1", "platz-1"))
	for name, c := range map[string]struct {
		kind  int
		frame []byte
	}{
		"binary":   {websocket.BinaryMessage, command},
		"overlong": {websocket.TextMessage, slices.Concat(command, bytes.Repeat([]byte(" "), wire.MaxFrame))},
	} {
		for _, p := range []*peer{h.dial(station, clerk), h.dial("/ws/display", display)} {
			if err := p.WriteMessage(c.kind, c.frame); err != nil {
				t.Fatal(err)
			}
			if !p.ends() {
				t.Errorf("%s: the connection goes on", name)
			}
		}
	}
	if queue := read[wire.Queue](h.ask(request{path: "/queue?branch=" + markt, token: clerk})); len(queue.Open) != 0 {
		t.Errorf("got %+v, want no such frame carried out", queue.Open)
	}
	desk := h.dial(station, clerk) // where one as long as is allowed is a command like others
	longest := slices.Concat(command, bytes.Repeat([]byte(" "), wire.MaxFrame-len(command)))
	if err := desk.WriteMessage(websocket.TextMessage, longest); err != nil {
		t.Fatal(err)
	}
	await[wire.Done](desk, nil)
}

// ends reads to the end of the connection; false: it doesn't end.
func (p *peer) ends() bool {
	p.t.Helper()
	if err := p.SetReadDeadline(time.Now().Add(patience)); err != nil {
		p.t.Fatal(err)
	}
	for {
		_, _, err := p.ReadMessage()
		var waited net.Error
		if err != nil {
			return !errors.As(err, &waited) || !waited.Timeout()
		}
	}
}
