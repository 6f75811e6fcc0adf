package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/gorilla/websocket"
)

// bidi is a connection by WebDriver BiDi (W3C), which Firefox speaks itself: a
// command has an id and gets one answer, and events come between.
type bidi struct {
	conn *websocket.Conn

	mu      sync.Mutex // holds what follows, and writing
	last    int
	waiting map[int]chan<- answer
	loads   map[string]int // tab: pages that were loaded in it
	loaded  chan struct{}  // closed at the next page loaded
	ended   error          // why nothing comes any more
}

// answer is the end of a command.
type answer struct {
	result json.RawMessage
	err    error
}

// message is anything that a browser sends.
type message struct {
	Type    string          `json:"type"`
	ID      int             `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  struct {
		Context string `json:"context"`
	} `json:"params"`
}

// dialBiDi connects with a browser, whose pages that are loaded it is told of.
func dialBiDi(ctx context.Context, url string) (*bidi, error) {
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	b := &bidi{conn: conn, waiting: map[int]chan<- answer{}, loads: map[string]int{}, loaded: make(chan struct{})}
	go b.listen()
	if err := b.call(ctx, "session.new", params{"capabilities": params{}}, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return b, b.call(ctx, "session.subscribe", params{"events": []string{"browsingContext.load"}}, nil)
}

// params are those of a command, as the protocol names them.
type params map[string]any

// call sends a command and reads its result.
func (b *bidi) call(ctx context.Context, method string, p params, result any) error {
	came := make(chan answer, 1)
	id, err := b.send(method, p, came)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case a := <-came:
		if a.err != nil {
			return fmt.Errorf("%s: %w", method, a.err)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(a.result, result)
	case <-ctx.Done():
		b.mu.Lock()
		delete(b.waiting, id)
		b.mu.Unlock()
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

func (b *bidi) send(method string, p params, came chan<- answer) (id int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended != nil {
		return 0, b.ended
	}
	b.last++
	b.waiting[b.last] = came
	return b.last, b.conn.WriteJSON(params{"id": b.last, "method": method, "params": p})
}

// listen takes in what comes until the connection ends.
func (b *bidi) listen() {
	for {
		var m message
		if err := b.conn.ReadJSON(&m); err != nil {
			b.end(err)
			return
		}
		b.take(m)
	}
}

func (b *bidi) take(m message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch m.Type {
	case "event":
		b.loads[m.Params.Context]++
		close(b.loaded)
		b.loaded = make(chan struct{})
	case "success", "error":
		came, ok := b.waiting[m.ID]
		delete(b.waiting, m.ID)
		if !ok {
			return
		}
		a := answer{result: m.Result}
		if m.Type == "error" {
			a.err = fmt.Errorf("%s: %s", m.Error, m.Message)
		}
		came <- a
	}
}

func (b *bidi) end(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = err
	for id, came := range b.waiting {
		came <- answer{err: err}
		delete(b.waiting, id)
	}
}

// loadsOf returns how many pages were loaded in a tab, and what is closed at
// the next one anywhere.
func (b *bidi) loadsOf(tab string) (int, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.loads[tab], b.loaded
}

// awaitLoad waits until more pages were loaded in a tab than so many.
func (b *bidi) awaitLoad(ctx context.Context, tab string, more int) error {
	for {
		n, next := b.loadsOf(tab)
		if n > more {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("no page was loaded: %w", ctx.Err())
		}
	}
}
