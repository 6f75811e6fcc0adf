package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

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

// TestASlowScreenGetsEveryFrameWholeAndInOrder fills the connection until a
// frame goes only in part, and asks for pongs meanwhile, which must not land
// inside of one.
func TestASlowScreenGetsEveryFrameWholeAndInOrder(t *testing.T) {
	const frames, pings = 32, 8
	h, _, display := working(t, options{}, 0)
	screen := h.dial("/ws/display", display)
	await[wire.Today](screen, nil) // behind the board
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
