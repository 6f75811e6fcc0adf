package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/wire"

	"github.com/gorilla/websocket"
)

// renewPause is the least time between two sign-ins that a closed connection
// asks for, so that a user without rights doesn't sign in for ever.
const renewPause = time.Minute

// link keeps one websocket open for as long as it runs. The functions are
// called one after the other by run.
type link struct {
	client  *Client
	path    string
	query   func() url.Values // asked before each connection
	timing  timing
	out     *outbox
	prepare func()             // the outbox, before anything is written
	opened  func()             // the first frame is here; message follows
	message func([]byte) error // one frame; an error ends this connection
	lost    func(error)        // after opened, or when the first try fails

	renewed time.Time // when a closed connection last made us sign in again
}

// run connects, serves and connects again until ctx ends (it returns ctx's
// error) or the server says not to come back (a *problem.Error).
func (l *link) run(ctx context.Context) error {
	down := false // lost was told
	for try := 0; ; try++ {
		if try > 0 && !pause(ctx, l.timing.delay(try)) {
			return ctx.Err()
		}
		wasOpen, err := l.connection(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if wasOpen || !down {
			l.lost(err)
			down = true
		}
		if wasOpen {
			try = 0
		}
		if err := l.final(ctx, err); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// connection serves one connection from dialing to its end. wasOpen tells
// whether the server sent a frame, which is when a connection counts: a server
// that closes at once must not pass for a connected one.
func (l *link) connection(ctx context.Context) (wasOpen bool, err error) {
	socket, err := l.dial(ctx)
	if err != nil {
		return false, err
	}
	return l.serve(ctx, socket)
}

// dial opens the websocket, with a new token where the old one is over.
func (l *link) dial(ctx context.Context) (*websocket.Conn, error) {
	token, err := l.client.tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	socket, err := l.dialWith(ctx, token)
	if err == nil || problem.Of(err).Kind != problem.Unauthenticated {
		return socket, err
	}
	token, renewErr := l.client.tokens.Renew(ctx, token)
	if renewErr == ErrFixed {
		return nil, err
	}
	if renewErr != nil {
		return nil, renewErr
	}
	return l.dialWith(ctx, token)
}

func (l *link) dialWith(ctx context.Context, token string) (*websocket.Conn, error) {
	address := l.client.address(l.path, l.query())
	address.Scheme = map[string]string{"http": "ws", "https": "wss"}[address.Scheme]
	dialer := websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		NetDialContext:   (&net.Dialer{Timeout: l.timing.connect}).DialContext,
		HandshakeTimeout: l.timing.handshake,
		Subprotocols:     []string{wire.Subprotocol},
	}
	socket, response, err := dialer.DialContext(ctx, address.String(), l.client.header(token))
	if err == nil {
		return socket, nil
	}
	if !errors.Is(err, websocket.ErrBadHandshake) || response == nil {
		return nil, unreachable(err)
	}
	defer response.Body.Close()
	raw, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer)) // what is missing makes it no document
	return nil, refusal(response, raw)
}

// serve reads until the connection ends. Writing is the business of one other
// goroutine, which also ends the connection when ctx does.
func (l *link) serve(ctx context.Context, socket *websocket.Conn) (wasOpen bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	l.prepare()
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer socket.Close()
		l.write(ctx, socket)
	}()
	defer func() {
		cancel()
		<-written
	}()
	socket.SetReadLimit(maxAnswer)
	alive := l.watch(socket)
	for {
		_, raw, err := socket.ReadMessage()
		if err != nil {
			return wasOpen, closed(err)
		}
		alive()
		if !wasOpen {
			wasOpen = true
			l.opened()
		}
		if err := l.message(raw); err != nil {
			return wasOpen, problem.New(problem.Unavailable, "server.unexpected").Because(err)
		}
	}
}

// watch lets reading fail when the other side is silent for too long, and
// returns the function that tells of a sign of life.
func (l *link) watch(socket *websocket.Conn) func() {
	alive := func() { socket.SetReadDeadline(time.Now().Add(l.timing.silence)) }
	socket.SetPongHandler(func(string) error {
		alive()
		return nil
	})
	answer := socket.PingHandler()
	socket.SetPingHandler(func(data string) error {
		alive()
		return answer(data)
	})
	alive()
	return alive
}

// write sends frames and pings until ctx ends or the connection fails.
func (l *link) write(ctx context.Context, socket *websocket.Conn) {
	pings := time.NewTicker(l.timing.ping)
	defer pings.Stop()
	for {
		select {
		case <-ctx.Done():
			goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			socket.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(l.timing.write))
			return
		case <-pings.C:
			if socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(l.timing.write)) != nil {
				return
			}
		case <-l.out.wake:
			if !l.drain(socket) {
				return
			}
		}
	}
}

func (l *link) drain(socket *websocket.Conn) bool {
	for {
		frame, ok := l.out.take()
		if !ok {
			return true
		}
		socket.SetWriteDeadline(time.Now().Add(l.timing.write))
		if socket.WriteMessage(websocket.TextMessage, frame) != nil {
			l.out.putBack(frame)
			return false
		}
	}
}

// closed returns the problem of a connection that ended.
func closed(err error) *problem.Error {
	if websocket.IsCloseError(err, wire.CloseNotAllowed) {
		return problem.New(problem.Forbidden, "connection.not_allowed").Because(err)
	}
	if websocket.IsCloseError(err, wire.CloseRestarting) {
		return problem.New(problem.Unavailable, "server.restarting").Because(err)
	}
	return problem.New(problem.Unavailable, "connection.lost").Because(err)
}

// final returns the error that ends run, nil where coming back makes sense. A
// connection closed as not allowed may only need a new session: that is tried
// once in a while.
func (l *link) final(ctx context.Context, err error) error {
	if problem.Is(err, "connection.not_allowed") && time.Since(l.renewed) > renewPause {
		l.renewed = time.Now()
		return l.renew(ctx, err)
	}
	e := problem.Of(err)
	switch e.Kind {
	case problem.Unauthenticated, problem.Forbidden:
		return e
	case problem.Malformed, problem.NotFound, problem.Invalid:
		if e.Key != "server.unexpected" { // else a proxy spoke, whose server may come back
			return e
		}
	}
	return nil
}

func (l *link) renew(ctx context.Context, refused error) error {
	token, err := l.client.tokens.Token(ctx)
	if err == nil {
		_, err = l.client.tokens.Renew(ctx, token)
	}
	if err == ErrFixed {
		return refused
	}
	if err != nil && problem.Of(err).Kind != problem.Unavailable {
		return err
	}
	return nil
}
