package client

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A server behind a proxy that swallows pongs still lives as long as its own
// pings come.
func TestTheServersPingsAreSignsOfLife(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	d.link.timing.silence = time.Second // longer than a busy machine stops
	start(t, d.Run)
	p := s.next(t)
	p.send(board(1, false)) // nobody reads there, so no pong comes
	expect[connected](t, told)
	told.next(t) // the board
	tick := time.NewTicker(quick.ping)
	defer tick.Stop()
	for until := time.After(3 * time.Second / 2); ; {
		select {
		case <-until:
			return
		case got := <-told.told:
			t.Fatalf("got %v, want no event", got)
		case <-tick.C:
		}
		if err := p.socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience)); err != nil {
			t.Fatalf("the connection was given up: %v", err)
		}
	}
}

// What couldn't be written is the first to go over the next connection.
func TestAFrameWhoseWriteFailsIsNotLost(t *testing.T) {
	s := newServer(t, nil)
	socket, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := socket.Close(); err != nil {
		t.Fatal(err)
	}
	l := &link{timing: quick, out: newOutbox()}
	l.out.put([]byte("first"), 10)
	l.out.put([]byte("second"), 10)
	if l.drain(socket) {
		t.Fatal("a closed connection took a frame")
	}
	for _, want := range []string{"first", "second"} {
		if got, _ := l.out.take(); string(got) != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
