package api_test

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"aufruf/internal/wire"
)

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
