package api_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
		At: shown.At, Now: shown.Now, Office: "buergerbuero",
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
