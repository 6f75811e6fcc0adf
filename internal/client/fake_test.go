package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/wire"

	"github.com/gorilla/websocket"
)

// quick is the standard timing for impatient tests.
var quick = timing{
	connect: time.Second, handshake: time.Second, write: time.Second,
	ping: 10 * time.Millisecond, silence: 80 * time.Millisecond,
	first: 2 * time.Millisecond, retry: 4 * time.Millisecond,
}

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

// peer is the server's end of one connection, driven by the test.
type peer struct {
	t      *testing.T
	socket *websocket.Conn
	query  url.Values
	token  string
}

// server hands each websocket to the test. refuse, if set, answers a request
// instead and returns true.
type server struct {
	*httptest.Server
	peers  chan *peer
	refuse func(http.ResponseWriter, *http.Request) bool
}

func newServer(t *testing.T, refuse func(http.ResponseWriter, *http.Request) bool) *server {
	t.Helper()
	s := &server{peers: make(chan *peer, 16), refuse: refuse}
	s.Server = httptest.NewServer(s.handler(t))
	t.Cleanup(s.Close)
	return s
}

func (s *server) handler(t *testing.T) http.Handler {
	upgrader := websocket.Upgrader{Subprotocols: []string{wire.Subprotocol}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.refuse != nil && s.refuse(w, r) {
			return
		}
		socket, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Errorf("upgrade: %v", err)
			return
		}
		s.peers <- &peer{t: t, socket: socket, query: r.URL.Query(), token: r.Header.Get("Authorization")}
	})
}

func (s *server) next(t *testing.T) *peer {
	t.Helper()
	return receive(t, s.peers, "connection")
}

func (p *peer) send(m wire.Message) {
	p.t.Helper()
	raw, err := wire.Encode(m)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.socket.WriteMessage(websocket.TextMessage, raw); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) read() []byte {
	p.t.Helper()
	p.socket.SetReadDeadline(time.Now().Add(patience))
	_, raw, err := p.socket.ReadMessage()
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

func (p *peer) command() deskwork.Command {
	p.t.Helper()
	c, err := wire.DecodeCommand(p.read())
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p *peer) closeWith(code int) {
	p.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(patience))
	p.socket.Close()
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s came", what)
	}
	var none T
	return none
}

// recorder is a handler of both kinds that keeps what it was told.
type recorder struct{ told chan any }

type connected struct{}

func newRecorder() *recorder { return &recorder{told: make(chan any, 64)} }

func (r *recorder) OnConnected()               { r.told <- connected{} }
func (r *recorder) OnDisconnected(err error)   { r.told <- err }
func (r *recorder) OnBoard(b wire.Board)       { r.told <- b }
func (r *recorder) OnCall(c wire.ScreenCall)   { r.told <- c }
func (r *recorder) OnClear(c wire.Clear)       { r.told <- c }
func (r *recorder) OnLook(l wire.Look)         { r.told <- l }
func (r *recorder) OnTest(m wire.Test)         { r.told <- m }
func (r *recorder) OnToday(m wire.Today)       { r.told <- m }
func (r *recorder) OnClock(m wire.Clock)       { r.told <- m }
func (r *recorder) OnQueue(q wire.Queue)       { r.told <- q }
func (r *recorder) OnDelivery(d wire.Delivery) { r.told <- d }
func (r *recorder) OnAlarms(a wire.Alarms)     { r.told <- a }
func (r *recorder) next(t *testing.T) any      { t.Helper(); return receive(t, r.told, "event") }

// expect fails the test unless the next event is of type T, and returns it.
func expect[T any](t *testing.T, r *recorder) T {
	t.Helper()
	got := r.next(t)
	v, ok := got.(T)
	if !ok {
		t.Fatalf("got %T (%v), want %T", got, got, v)
	}
	return v
}

// start runs something until the test ends and returns its result's channel.
func start(t *testing.T, run func(context.Context) error) (result <-chan error, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	var group sync.WaitGroup
	group.Go(func() { done <- run(ctx) })
	t.Cleanup(func() {
		cancel()
		group.Wait()
	})
	return done, cancel
}

func newClient(t *testing.T, server string, tokens Tokens) *Client {
	t.Helper()
	c, err := New(server, tokens, "de")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func writeProblem(w http.ResponseWriter, status int, key string) {
	w.Header().Set("Content-Type", wire.ProblemType)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(wire.Problem{Status: status, Key: key, Title: "Das geht nicht."})
}
