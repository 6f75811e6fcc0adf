package live

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// tail follows one branch's events and publishes them in order.
type tail struct {
	live   *Live
	branch town.BranchID
	news   chan struct{}
	dirty  chan struct{} // the queue must be sent again
	seq    town.Seq
}

func newTail(l *Live, branch town.BranchID) *tail {
	return &tail{live: l, branch: branch, news: make(chan struct{}, 1), dirty: make(chan struct{}, 1)}
}

func (t *tail) wake() { signal(t.news) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run publishes everything after the position at its start. A failed read is
// tried again at the next wake: nothing is skipped, since seq stays.
func (t *tail) run(ctx context.Context) error {
	started := false
	for {
		if !started {
			seq, err := t.live.app.Position(ctx, t.branch)
			t.seq, started = seq, err == nil
			t.complain(ctx, err)
			signal(t.dirty)
		}
		if started {
			t.complain(ctx, t.publish(ctx))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.news:
		}
	}
}

func (t *tail) complain(ctx context.Context, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		t.live.log.ErrorContext(ctx, "events can't be followed", "branch", string(t.branch), "error", err)
	}
}

func (t *tail) publish(ctx context.Context) error {
	for {
		events, err := t.live.app.EventsAfter(ctx, t.branch, t.seq, readAhead)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := t.announce(e); err != nil {
				return err
			}
			t.seq = e.Seq
		}
		if len(events) > 0 {
			signal(t.dirty)
		}
		if len(events) < readAhead {
			return nil
		}
	}
}

// announce sends an event to the screens that it concerns.
func (t *tail) announce(e app.Event) error {
	if e.Kind == app.EventCall && !e.Pickup {
		t.live.deliveries.expect(e)
	}
	if !app.ShownOn(e, nil) {
		return nil
	}
	raw, err := wire.Encode(t.message(e))
	if err != nil {
		return err
	}
	t.live.Screens.Publish(t.branch, &Frame{Seq: e.Seq, Raw: raw}, func(s Screen) bool { return app.ShownOn(e, s.Offices) })
	return nil
}

func (t *tail) message(e app.Event) wire.Message {
	if e.Kind == app.EventClear {
		return wire.Clear{Seq: e.Seq, Number: e.Number}
	}
	zone := t.live.app.Zone(t.branch)
	return wire.ScreenCall{
		Seq: e.Seq, Number: e.Number, Room: wire.Room{ID: e.Room, Label: e.Label}, Again: e.Again,
		At: wire.Millis(e.At, zone), Now: wire.Millis(t.live.app.Now(), zone),
	}
}

// runQueue sends the queue to the stations after changes, the newest only and
// at most every QueuePause.
func (t *tail) runQueue(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.dirty:
		}
		if t.live.Stations.Count(t.branch, nil) > 0 {
			t.complain(ctx, t.sendQueue(ctx))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(t.live.pace.QueuePause):
		}
	}
}

func (t *tail) sendQueue(ctx context.Context) error {
	frame, err := t.live.Queue(ctx, t.branch)
	if err != nil {
		return err
	}
	t.live.Stations.Set(t.branch, frame, nil)
	return nil
}
