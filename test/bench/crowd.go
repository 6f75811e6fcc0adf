package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"

	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

// crowd is many desks and screens of several branches.
type crowd struct {
	layout  layout
	desks   []seat
	screens []*screen
}

// seat is a desk at a branch.
type seat struct {
	branch string
	desk   desk
}

// desk is one that calls: call returns the call's number among its branch's,
// and who was called; serve does the rest of a round.
type desk interface {
	call(ctx context.Context) (seq int64, person string, err error)
	serve(ctx context.Context) error
	close()
}

// screen notes when each call came, and how often.
type screen struct {
	branch string
	conn   *websocket.Conn

	mu      sync.Mutex
	came    map[int64]time.Time // the first time
	doubled int
}

// crowded is what a run gave.
type crowded struct {
	rate          float64         // calls a second
	took          []time.Duration // from the key to the branch's last screen
	doubled, lost float64         // in percent
}

func newCrowd(l layout) *crowd { return &crowd{layout: l} }

func (c *crowd) hang(branch string, conn *websocket.Conn) {
	s := &screen{branch: branch, conn: conn, came: map[int64]time.Time{}}
	c.screens = append(c.screens, s)
	go s.watch()
}

// watch ends with the connection.
func (s *screen) watch() {
	for {
		_, frame, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		at := time.Now()
		if !bytes.Contains(frame, callMark) {
			continue
		}
		var call struct{ Seq int64 }
		if json.Unmarshal(frame, &call) != nil {
			continue
		}
		s.mu.Lock()
		if _, known := s.came[call.Seq]; known {
			s.doubled++
		} else {
			s.came[call.Seq] = at
		}
		s.mu.Unlock()
	}
}

// when returns when a call came.
func (s *screen) when(seq int64) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.came[seq]
	return at, ok
}

func (c *crowd) leave() {
	for _, s := range c.screens {
		_ = s.conn.Close() // it only ends the measurement
	}
	for _, d := range c.desks {
		d.desk.close()
	}
}

// pressed is a call as its desk knows it.
type pressed struct {
	branch, person string
	seq            int64
	at             time.Time
}

// work lets each desk do its rounds, all at once.
func (c *crowd) work(ctx context.Context) (crowded, error) {
	var mu sync.Mutex
	var calls []pressed
	desks, working := errgroup.WithContext(ctx)
	started := time.Now()
	for _, seat := range c.desks {
		desks.Go(func() error {
			for range c.layout.rounds {
				at := time.Now()
				seq, person, err := seat.desk.call(working)
				if err != nil {
					return err
				}
				mu.Lock()
				calls = append(calls, pressed{seat.branch, person, seq, at})
				mu.Unlock()
				if err := seat.desk.serve(working); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := desks.Wait()
	elapsed := time.Since(started)
	if err != nil {
		return crowded{}, err
	}
	return c.count(ctx, calls, elapsed), nil
}

// lostAfter is how long a call may be under way after the last desk was done.
const lostAfter = 10 * time.Second

// count compares what the desks called with what the screens got.
func (c *crowd) count(ctx context.Context, calls []pressed, elapsed time.Duration) crowded {
	result := crowded{rate: float64(len(calls)) / elapsed.Seconds()}
	ctx, cancel := context.WithTimeout(ctx, lostAfter)
	defer cancel()
	people := map[string]bool{}
	twice, lost, expected := 0, 0, 0
	for _, call := range calls {
		if people[call.branch+call.person] {
			twice++
		}
		people[call.branch+call.person] = true
		var last time.Duration
		for _, s := range c.screens {
			if s.branch != call.branch {
				continue
			}
			expected++
			at, ok := s.await(ctx, call.seq)
			if !ok {
				lost++
			}
			last = max(last, at.Sub(call.at))
		}
		result.took = append(result.took, last)
	}
	for _, s := range c.screens {
		twice += s.doubled
	}
	result.doubled, result.lost = 100*float64(twice)/float64(expected), 100*float64(lost)/float64(expected)
	return result
}

// await returns when a call came; false where it didn't before ctx ended.
func (s *screen) await(ctx context.Context, seq int64) (at time.Time, ok bool) {
	err := townhall.Eventually(ctx, func() error {
		if at, ok = s.when(seq); !ok {
			return errors.New("not yet")
		}
		return nil
	})
	return at, err == nil
}

// ourDesk presses keys at our server. It looks at answers alone: what a desk
// does with the queue is the browser's work, not the server's.
type ourDesk struct {
	conn   *websocket.Conn
	room   town.RoomID
	ticket town.TicketID
	count  int
	come   func(context.Context) error // another person
}

func (d *ourDesk) close() { _ = d.conn.Close() }

func (d *ourDesk) call(context.Context) (int64, string, error) {
	done, err := d.do(deskwork.Command{Type: deskwork.CallNext, Room: d.room})
	if err != nil {
		return 0, "", err
	}
	d.ticket = done.Ticket.Ticket
	return int64(done.Seq), string(d.ticket), nil
}

func (d *ourDesk) serve(ctx context.Context) error {
	for _, step := range []deskwork.Type{deskwork.Start, deskwork.Finish} {
		if _, err := d.do(deskwork.Command{Type: step, Ticket: d.ticket}); err != nil {
			return err
		}
	}
	return d.come(ctx)
}

var queueMark = []byte(`"type":"queue"`)

func (d *ourDesk) do(command deskwork.Command) (wire.Done, error) {
	d.count++
	command.ID = fmt.Sprintf("%p-%s-%d", d, d.room, d.count)
	if err := d.conn.WriteJSON(command); err != nil {
		return wire.Done{}, err
	}
	for {
		_, frame, err := d.conn.ReadMessage()
		if err != nil {
			return wire.Done{}, err
		}
		if bytes.Contains(frame[:min(len(frame), 64)], queueMark) {
			continue
		}
		message, err := wire.DecodeStationMessage(frame)
		if err != nil {
			return wire.Done{}, err
		}
		switch m := message.(type) {
		case wire.Done:
			return m, nil
		case wire.Failed:
			return wire.Done{}, m.Problem.Err()
		}
	}
}

// bareDesk presses keys at the yardstick, which answers each with a frame.
type bareDesk struct {
	conn *websocket.Conn
	next int
}

func (d *bareDesk) close() { _ = d.conn.Close() }

func (d *bareDesk) call(context.Context) (int64, string, error) {
	d.next++
	body := fmt.Sprintf(`{"type":"call","seq":%d,"answer":true}`, d.next)
	return int64(d.next), strconv.Itoa(d.next), d.send(body)
}

func (d *bareDesk) serve(context.Context) error {
	for range 3 {
		if err := d.send(`{"type":"step","answer":true}`); err != nil {
			return err
		}
	}
	return nil
}

func (d *bareDesk) send(body string) error {
	if err := d.conn.WriteMessage(websocket.TextMessage, []byte(body)); err != nil {
		return err
	}
	_, _, err := d.conn.ReadMessage()
	return err
}
