package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"aufruf/internal/wire"
)

// peer is the other end of a websocket.
type peer struct {
	*websocket.Conn
	t        *testing.T
	describe *description
	last     []byte // the message that was read last
}

// dial connects and fails the test where that is refused.
func (h *testServer) dial(path, token string) *peer {
	h.t.Helper()
	conn, answer, err := h.handshake(path, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		h.t.Fatalf("dial %s: %v, %+v", path, err, answer)
	}
	p := &peer{Conn: conn, t: h.t, describe: h.describe}
	h.t.Cleanup(func() { _ = conn.Close() })
	return p
}

func (h *testServer) handshake(path string, header http.Header, subprotocols ...string) (*websocket.Conn, *http.Response, error) {
	dialer := websocket.Dialer{HandshakeTimeout: patience, Subprotocols: subprotocols}
	return dialer.Dial("ws"+strings.TrimPrefix(h.server.URL, "http")+"/api/v1"+path, header)
}

func (p *peer) close() { _ = p.Close() }

// next reads one message and holds it to the description.
func (p *peer) next() wire.Message {
	p.t.Helper()
	_ = p.SetReadDeadline(time.Now().Add(patience))
	_, raw, err := p.ReadMessage()
	if err != nil {
		p.t.Fatalf("read: %v", err)
	}
	p.last = raw
	return p.decode(raw)
}

func (p *peer) decode(raw []byte) wire.Message {
	p.t.Helper()
	var head struct{ Type string }
	if err := json.Unmarshal(raw, &head); err != nil {
		p.t.Fatalf("read %q: %v", raw, err)
	}
	p.describe.fits(p.t, "/components/schemas/"+capital(head.Type), raw)
	decode := wire.DecodeStationMessage
	switch head.Type {
	case "board", "call", "clear", "look", "test", "clock", "today":
		decode = wire.DecodeDisplayMessage
	}
	m, err := decode(raw)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// await reads until a message of one kind that fits.
func await[M wire.Message](p *peer, fits func(M) bool) M {
	p.t.Helper()
	for {
		if m, ok := p.next().(M); ok && (fits == nil || fits(m)) {
			return m
		}
	}
}

func (p *peer) send(frame any) {
	p.t.Helper()
	raw := encoded(p.t, frame)
	if err := p.WriteMessage(websocket.TextMessage, raw); err != nil {
		p.t.Fatalf("send: %v", err)
	}
}

// do sends a command and returns its answer, whatever comes before it.
func (p *peer) do(command doc) wire.Message {
	p.t.Helper()
	p.send(command)
	for {
		switch m := p.next().(type) {
		case wire.Done:
			if m.ID == command["id"] {
				return m
			}
		case wire.Failed:
			if m.ID == command.text("id") {
				return m
			}
		}
	}
}

func (p *peer) done(command doc) wire.Done {
	p.t.Helper()
	got, ok := p.do(command).(wire.Done)
	if !ok {
		p.t.Fatalf("%v was refused", command)
	}
	return got
}

func (p *peer) refused(command doc, key string) {
	p.t.Helper()
	got, ok := p.do(command).(wire.Failed)
	if !ok || got.Problem.Key != key {
		p.t.Fatalf("got %+v for %v, want %s", got, command, key)
	}
}

// closed reads until the connection ends and returns its close code.
func (p *peer) closed() int { p.t.Helper(); return p.closedWithin(patience) }

func (p *peer) closedWithin(limit time.Duration) int {
	p.t.Helper()
	_ = p.SetReadDeadline(time.Now().Add(limit))
	for {
		_, _, err := p.ReadMessage()
		var end *websocket.CloseError
		if errors.As(err, &end) {
			return end.Code
		}
		if err != nil {
			p.t.Fatalf("got %v, want a close code", err)
		}
	}
}
