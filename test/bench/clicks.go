package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"

	"aufruf/internal/wire"
)

// How many desks are open, who wait, and how often somebody clicks.
var clickedAt = []int{1, 4, 8, 50}

const (
	whoWait = 50
	clicks  = 100
)

// measureClicks counts what a click at one desk costs where others are open: each
// follows the branch as the desk's page does. It calls the same number again and
// again, so that the line stays as long as it is.
func measureClicks(ctx context.Context, b *bench) error {
	for _, desks := range clickedAt {
		for range b.runs {
			cost, err := b.clicksOf(ctx, desks)
			if err != nil {
				return fmt.Errorf("%d desks: %w", desks, err)
			}
			name := fmt.Sprintf("a click, %d desks open, %d waiting: ", desks, whoWait)
			b.table.figure(name+"requests", "each", "").add(cost.requests)
			b.table.figure(name+"bytes a desk", "B", "4000").add(cost.bytes)
			b.table.figure(name+"CPU of the server", "µs", "").add(cost.cpu)
		}
	}
	return nil
}

// clickCost is what a click costs: requests in all, what a desk is sent, and the
// time of the server in microseconds.
type clickCost struct{ requests, bytes, cpu float64 }

func (b *bench) clicksOf(ctx context.Context, desks int) (clickCost, error) {
	h, err := b.openServer(ctx)
	if err != nil {
		return clickCost{}, err
	}
	cost, err := h.clicks(ctx, desks)
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, h.server.Program().Log())
	}
	return cost, errors.Join(err, h.close())
}

func (h *benchServer) clicks(ctx context.Context, desks int) (clickCost, error) {
	for range whoWait + 1 {
		if err := h.comes(ctx, branch); err != nil {
			return clickCost{}, err
		}
	}
	open := make([]*openPage, desks)
	for i := range open {
		page, err := h.openPage(ctx)
		if err != nil {
			return clickCost{}, err
		}
		defer page.conn.Close()
		open[i] = page
	}
	called, err := open[0].does(map[string]any{"type": "call_next", "room": room})
	if err != nil {
		return clickCost{}, err
	}
	if err := hearAll(open); err != nil {
		return clickCost{}, err
	}
	return h.clickAgain(open, called)
}

func (h *benchServer) clickAgain(open []*openPage, called wire.Done) (clickCost, error) {
	for _, page := range open {
		page.bytes.Store(0)
		page.requests.Store(0)
	}
	before, err := cpuTime(h.server.Program().PID())
	if err != nil {
		return clickCost{}, err
	}
	for range clicks {
		if _, err := open[0].does(map[string]any{"type": "recall", "ticket": called.Ticket.Ticket}); err != nil {
			return clickCost{}, err
		}
		if err := hearAll(open); err != nil {
			return clickCost{}, err
		}
	}
	after, err := cpuTime(h.server.Program().PID())
	cost := clickCost{cpu: float64((after - before).Microseconds()) / clicks}
	for _, page := range open {
		cost.requests += float64(page.requests.Load()) / clicks
		cost.bytes += float64(page.bytes.Load()) / clicks / float64(len(open))
	}
	return cost, err
}

// openPage is a desk's page: its socket, and what it asks for besides.
type openPage struct {
	h               *benchServer
	conn            *websocket.Conn
	seq             int
	heard           bool // a changed line, since it was asked last
	bytes, requests atomic.Int64
}

func (h *benchServer) openPage(ctx context.Context) (*openPage, error) {
	ws := strings.Replace(h.server.URL, "http://", "ws://", 1)
	conn, err := dial(ctx, ws+"/api/v1/ws/caller?queue=changes&branch="+string(branch), http.Header{"Authorization": {"Bearer " + h.token}})
	if err != nil {
		return nil, err
	}
	page := &openPage{h: h, conn: conn}
	return page, page.hear("queue")
}

// hear reads until a message of a type has come.
func (p *openPage) hear(kind string) error {
	for {
		raw, err := p.next()
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(raw), `{"type":"`+kind+`"`) {
			return nil
		}
	}
}

func (p *openPage) next() ([]byte, error) {
	_, raw, err := p.conn.ReadMessage()
	p.bytes.Add(int64(len(raw)))
	p.heard = p.heard || strings.HasPrefix(string(raw), `{"type":"queue_changes"`)
	return raw, err
}

// does gives a command, and asks for what the room has open then.
func (p *openPage) does(command map[string]any) (wire.Done, error) {
	p.seq++
	command["id"] = fmt.Sprintf("%p-%d", p, p.seq)
	if err := p.conn.WriteJSON(command); err != nil {
		return wire.Done{}, err
	}
	for {
		raw, err := p.next()
		if err != nil {
			return wire.Done{}, err
		}
		if strings.HasPrefix(string(raw), `{"type":"failed"`) {
			return wire.Done{}, fmt.Errorf("refused: %s", raw)
		}
		if strings.HasPrefix(string(raw), `{"type":"done"`) {
			var done wire.Done
			if err := json.Unmarshal(raw, &done); err != nil {
				return done, err
			}
			return done, p.asks("/staff/" + string(branch) + "/" + string(room) + "/offen")
		}
	}
}

// asks loads a part of the page.
func (p *openPage) asks(path string) error {
	request, err := http.NewRequest(http.MethodGet, p.h.server.URL+path, nil)
	if err != nil {
		return err
	}
	request.AddCookie(&http.Cookie{Name: "aufruf_staff", Value: p.h.token})
	request.Header.Set("X-Aufruf-Look", "1")
	size, err := sizeOf(request)
	p.bytes.Add(size)
	p.requests.Add(1)
	return err
}

// hearAll waits until each page was told of the changed line.
func hearAll(open []*openPage) error {
	var all errgroup.Group
	for _, page := range open {
		all.Go(func() error {
			defer func() { page.heard = false }()
			if page.heard {
				return nil
			}
			return page.hear("queue_changes")
		})
	}
	return all.Wait()
}
