package faults

import (
	"context"
	"sync"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// screen is a screen that shows and plays at once whatever it is told, and says so.
type screen struct {
	*client.Display
	mute bool // it shows nothing and says nothing

	mu    sync.Mutex
	calls []town.Seq
	lost  int
	back  int
}

func (s *screen) OnConnected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.back++
}

func (s *screen) OnDisconnected(error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost++
}

func (s *screen) OnBoard(board wire.Board) {
	for _, call := range board.Calls {
		s.show(call.Seq)
	}
}
func (s *screen) OnCall(call wire.ScreenCall) { s.show(call.Seq) }
func (s *screen) OnClear(wire.Clear)          {}
func (s *screen) OnLook(wire.Look)            {}
func (s *screen) OnTest(test wire.Test)       { s.sound(test.Seq) }
func (s *screen) OnToday(wire.Today)          {}
func (s *screen) OnClock(wire.Clock)          {}

func (s *screen) show(seq town.Seq) {
	s.mu.Lock()
	s.calls = append(s.calls, seq)
	s.mu.Unlock()
	if !s.mute && s.Send(wire.Shown{Seq: seq, AfterMS: 5}) == nil {
		s.sound(seq)
	}
}

func (s *screen) sound(seq town.Seq) {
	if !s.mute {
		_ = s.Send(wire.Sounded{Seq: seq, Sound: wire.SoundPlayed}) // a connection that ended says so elsewhere
	}
}

func (s *screen) online() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.back > s.lost || s.back > 0 && s.lost == 0
}

func (s *screen) has(seq town.Seq) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, had := range s.calls {
		if had == seq {
			return true
		}
	}
	return false
}

// screen connects a device to a node.
func (c *cluster) screen(n *node, token string, mute bool) (s *screen, leave func()) {
	c.Helper()
	s = &screen{mute: mute}
	at, err := client.New(n.URL, client.Fixed(token), "")
	c.must(err)
	s.Display = client.NewDisplay(at, branch, s)
	leave = c.connect(s.Display.Run)
	c.await("a board", patience, func() error { return unless(s.online(), "no board yet") })
	return s, leave
}

// connect runs a connection until the test ends, or what it returns is called.
func (c *cluster) connect(run func(context.Context) error) (leave func()) {
	ctx, cancel := context.WithCancel(c.ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := run(ctx); err != nil && ctx.Err() == nil {
			c.Errorf("a connection ended: %v", err)
		}
	}()
	leave = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	c.Cleanup(leave)
	return leave
}

// desk is a connected desk.
type desk struct {
	*client.Station
	room town.RoomID

	mu         sync.Mutex
	back, lost int
	queue      wire.Queue
	deliveries []said
}

// said is a delivery and when it came.
type said struct {
	wire.Delivery
	at time.Time
}

func (d *desk) OnConnected() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.back++
}

func (d *desk) OnDisconnected(error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lost++
}

func (d *desk) OnQueue(queue wire.Queue) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue = queue
}

func (d *desk) OnDelivery(delivery wire.Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deliveries = append(d.deliveries, said{delivery, time.Now()})
}

func (d *desk) OnAlarms(wire.Alarms) {}

// of returns what was said of a call, and of it what was late.
func (d *desk) of(seq town.Seq) (all, late []said) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.deliveries {
		if m.Seq != seq {
			continue
		}
		all = append(all, m)
		if m.Late {
			late = append(late, m)
		}
	}
	return all, late
}

func (d *desk) screens() wire.ScreenState {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.queue.Screens == nil {
		return wire.ScreenState{}
	}
	return *d.queue.Screens
}

func (c *cluster) desk(n *node, room town.RoomID) *desk {
	c.Helper()
	d := &desk{room: room}
	d.Station = client.NewStation(c.staff(n), branch, d)
	c.connect(d.Station.Run)
	c.await("a queue", patience, func() error {
		d.mu.Lock()
		defer d.mu.Unlock()
		return unless(d.back > 0, "no queue yet")
	})
	return d
}

// comes has somebody wait.
func (c *cluster) comes(n *node) {
	c.Helper()
	_, err := c.staff(n).IssueTicket(c.ctx, wire.TicketRequest{Branch: branch, Services: []wire.ItemRequest{{ID: "meldebescheinigung"}}})
	c.must(err)
}

// next calls who is next, and tells how long the answer took.
func (d *desk) next(ctx context.Context) (done wire.Done, took time.Duration, err error) {
	began := time.Now()
	done, err = d.Do(ctx, deskwork.Command{Type: deskwork.CallNext, Room: d.room})
	return done, time.Since(began), err
}

type missing string

func (m missing) Error() string { return string(m) }

func unless(so bool, otherwise string) error {
	if so {
		return nil
	}
	return missing(otherwise)
}
