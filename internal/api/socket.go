package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"

	"aufruf/internal/access"
	"aufruf/internal/hub"
	"aufruf/internal/live"
	"aufruf/internal/problem"
	"aufruf/internal/wire"
)

// How sockets are kept alive and cut.
const (
	pingEvery    = 15 * time.Second
	silentFor    = 40 * time.Second // a peer that says nothing that long is gone
	writeWithin  = 10 * time.Second
	socketBuffer = 1024
)

var writeBuffers sync.Pool

// socket is one websocket connection. Its serve goroutine owns all writes.
type socket struct {
	*websocket.Conn
	api     *API
	token   string
	actor   access.Actor
	owner   socketOwner
	replies chan []byte   // answers to this connection alone
	gone    chan struct{} // closed when the reader has ended
	ended   chan struct{} // closed when nothing is written any more
}

// upgrade makes a request a websocket on the connection that w gives up, or
// answers why not.
func (a *API) upgrade(c *gin.Context, w http.ResponseWriter) (*socket, bool) {
	if !websocket.IsWebSocketUpgrade(c.Request) {
		a.fail(c, problem.New(problem.Malformed, "socket.upgrade_required"))
		return nil, false
	}
	if !a.sameOrigin(c.Request) {
		a.CrossOrigin(c)
		return nil, false
	}
	upgrader := websocket.Upgrader{
		ReadBufferSize: socketBuffer, WriteBufferSize: socketBuffer, WriteBufferPool: &writeBuffers,
		Subprotocols: []string{wire.Subprotocol},
		CheckOrigin:  func(*http.Request) bool { return true }, // judged above, with an answer
		Error: func(_ http.ResponseWriter, _ *http.Request, _ int, reason error) {
			a.fail(c, problem.New(problem.Malformed, "socket.handshake").Because(reason))
		},
	}
	owner, ok := a.owners.enter(actorOf(c), branchID(c.Query("branch")))
	if !ok {
		a.fail(c, problem.New(problem.TooMany, "socket.too_many").After(silentFor))
		return nil, false
	}
	a.sockets.Add(1) // before the server stops waiting for this request
	conn, err := upgrader.Upgrade(w, c.Request, nil)
	if err != nil {
		a.owners.leave(owner)
		a.sockets.Done()
		return nil, false
	}
	conn.SetReadLimit(wire.MaxFrame)
	return &socket{
		Conn: conn, api: a, token: c.GetString(tokenKey), actor: actorOf(c), owner: owner,
		replies: make(chan []byte, 16), gone: make(chan struct{}), ended: make(chan struct{}),
	}, true
}

// sameOrigin admits programs, which send no origin, and this server's pages.
func (a *API) sameOrigin(r *http.Request) bool {
	header := r.Header.Get("Origin")
	if header == "" {
		return true
	}
	origin, err := url.Parse(header)
	if err != nil || origin.Host == "" {
		return false
	}
	hosts := []string{r.Host}
	if base, err := url.Parse(a.BaseURL); err == nil {
		hosts = append(hosts, base.Host)
	}
	return slices.ContainsFunc(hosts, func(h string) bool { return strings.EqualFold(h, origin.Host) })
}

// read hands each frame to handle until the connection ends. Text only: a
// binary frame is refused by closing.
func (s *socket) read(handle func(raw []byte)) {
	defer close(s.gone)
	extend := func(string) error { return s.SetReadDeadline(time.Now().Add(silentFor)) }
	s.SetPongHandler(extend)
	for {
		if extend("") != nil {
			return
		}
		kind, raw, err := s.ReadMessage()
		if err != nil || kind != websocket.TextMessage {
			return
		}
		handle(raw)
	}
}

// reply queues an answer for this connection; false once it has ended.
func (s *socket) reply(m wire.Message) bool {
	raw, err := wire.Encode(m)
	if err != nil {
		s.api.Log.Error("answer can't be encoded", "error", err)
		return true
	}
	select {
	case s.replies <- raw:
		return true
	case <-s.ended:
		return false
	}
}

// serve writes what comes from the subscription and the replies until the
// connection, the right to it, or the server ends.
func serve[W any](s *socket, sub *hub.Subscription[branchID, W, *live.Frame], write func(*live.Frame) error) {
	defer s.leave()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-s.gone:
			return
		case raw := <-s.replies:
			err = s.write(raw)
		case frame := <-sub.Messages():
			err = write(frame)
		case frame := <-sub.Latest():
			err = write(frame)
		case <-sub.Done():
			s.bye(sub.Reason())
			return
		case <-s.api.Stopping.Done():
			s.end(wire.CloseRestarting, "restarting")
			return
		case <-ping.C:
			err = s.ping()
		}
		if err != nil {
			return
		}
	}
}

// leave ends the connection and waits for its reader, which may still be
// carrying out a command.
func (s *socket) leave() {
	close(s.ended)
	_ = s.Close()
	<-s.gone
	s.api.owners.leave(s.owner)
	s.api.sockets.Done()
}

func (s *socket) write(raw []byte) error {
	if err := s.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return s.WriteMessage(websocket.TextMessage, raw)
}

// writeFrame writes a frame that many connections share: prepared once.
func (s *socket) writeFrame(f *live.Frame) error {
	if err := s.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	prepared, _ := f.Prepared(prepare).([]*websocket.PreparedMessage)
	for _, message := range prepared {
		if err := s.WritePreparedMessage(message); err != nil {
			return err
		}
	}
	return nil
}

func prepare(messages [][]byte) any {
	prepared := make([]*websocket.PreparedMessage, 0, len(messages))
	for _, raw := range messages {
		// The only error is that of a kind of message that doesn't exist.
		if message, err := websocket.NewPreparedMessage(websocket.TextMessage, raw); err == nil {
			prepared = append(prepared, message)
		}
	}
	return prepared
}

func (s *socket) ping() error {
	return s.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin))
}

// now returns who the token stands for now, as the connection came; with
// "session.locked" too, for what goes on being shown.
func (s *socket) now(ctx context.Context) (access.Actor, error) {
	actor, err := s.api.App.Access.ActorOf(ctx, s.token)
	actor.Origin, actor.Key = s.actor.Origin, s.actor.Key
	return actor, err
}

// prove looks whether the right that the request had is still there. It is
// called once the subscription stands, which the end of the right ends from
// then on: nothing falls into the gap. False: the connection was ended.
func (s *socket) prove(ctx context.Context, may func(access.Actor) error) bool {
	actor, err := s.now(ctx)
	if err == nil || locked(err) {
		err = may(actor)
	}
	switch {
	case err == nil:
		return true
	case problem.Of(err).Kind.Ours():
		s.api.Log.ErrorContext(ctx, "right can't be proved", "error", err)
		s.end(wire.CloseRestarting, "try again")
	default:
		s.end(wire.CloseNotAllowed, "not allowed any more")
	}
	return false
}

// bye says goodbye to a connection whose subscription ended.
func (s *socket) bye(reason error) {
	switch {
	case s.api.Stopping.Err() != nil:
		s.end(wire.CloseRestarting, "restarting")
	case errors.Is(reason, live.ErrNotAllowed):
		s.end(wire.CloseNotAllowed, "not allowed any more")
	case errors.Is(reason, hub.ErrSlow):
		s.end(wire.CloseTooSlow, "too slow")
	case errors.Is(reason, live.ErrLate):
		s.end(wire.CloseRestarting, "resume")
	}
}

// closeWithin is how long the peer may take to answer a goodbye.
const closeWithin = time.Second

// end says goodbye with a close code, and waits for the answer: to close on
// what the peer has still sent would reset the connection, and the code with
// it.
func (s *socket) end(code int, reason string) {
	if s.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(closeWithin)) != nil {
		return
	}
	answered := time.NewTimer(closeWithin)
	defer answered.Stop()
	select {
	case <-s.gone:
	case <-answered.C:
	}
}
