package live

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// tail follows one branch's events and publishes them in order.
type tail struct {
	live   *Live
	branch town.BranchID
	news   chan struct{}
	fresh  chan []ledger.Event // committed by this node a moment ago
	dirty  chan struct{}       // the queue must be sent again
	alarms chan struct{}       // the alarms may have changed
	last   atomic.Int64        // when it last looked, as a duration since the Live began; 0: never

	// Of Stand, then of run alone.
	stands bool
	seq    town.Seq  // where it stands; it only rises
	today  town.Date // that the queue was last sent for

	nudged time.Time // when the lanes of its screens were last nudged; of runQueue alone

	outgoing *Frame       // not published yet
	newest   ledger.Event // in outgoing; the others are of the same office
}

// freshAhead is how many updates of this node wait for a busy tail; more are
// read from the store instead.
const freshAhead = 64

func newTail(l *Live, branch town.BranchID) *tail {
	return &tail{
		live: l, branch: branch,
		news: make(chan struct{}, 1), fresh: make(chan []ledger.Event, freshAhead), dirty: make(chan struct{}, 1), alarms: make(chan struct{}, 1),
	}
}

func (t *tail) wake() { signal(t.news) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// offer hands over events that were just committed. It never waits: what a busy
// tail can't take, it reads.
func (t *tail) offer(events []ledger.Event) {
	select {
	case t.fresh <- events:
	default:
		t.wake()
	}
}

// run publishes everything after the position at its start. A failed read is
// tried again at the next wake: nothing is skipped, since seq stays.
func (t *tail) run(ctx context.Context) error {
	signal(t.dirty)
	for {
		var events []ledger.Event
		select {
		case <-ctx.Done():
			return nil
		case events = <-t.fresh:
		case <-t.news:
		}
		t.turnDay(t.live.app.Now())
		err := t.goOn(ctx, events)
		if err == nil {
			err = t.live.app.Alarms.StoreLeft(ctx, t.branch)
		}
		t.complain(ctx, err)
	}
}

// goOn takes events that lie at hand (none: only news of some), within the time
// that a look may take.
func (t *tail) goOn(ctx context.Context, events []ledger.Event) error {
	ctx, cancel := context.WithTimeout(ctx, t.live.pace.LookWithin)
	defer cancel()
	switch {
	case !t.stands:
		return t.comeLate(ctx)
	case events != nil:
		return t.follow(ctx, events)
	}
	if err := t.catchUp(ctx); err != nil || !t.live.app.Nodes.Shared() {
		return err
	}
	return t.live.deliveries.look(ctx, t.branch)
}

// stand finds the position from which on everything is told. Calls of a moment
// ago that no screen has reported are expected from now on: the server that
// expected them may be gone.
func (t *tail) stand(ctx context.Context) error {
	began := time.Now()
	seq, calls, err := t.live.app.TailStart(ctx, t.branch, t.live.app.Now().Add(-expectAgain))
	if err != nil {
		return fmt.Errorf("start to follow %s: %w", t.branch, err)
	}
	t.seq, t.stands = seq, true
	t.lookedAt(began)
	for _, call := range calls {
		t.live.deliveries.expect(call)
	}
	return nil
}

// comeLate is stand where connections may be there already. They might have
// missed what happened before, so they have to come again and resume.
func (t *tail) comeLate(ctx context.Context) error {
	if err := t.stand(ctx); err != nil {
		return err
	}
	t.live.Screens.EndTopic(t.branch, ErrLate)
	t.live.Stations.EndTopic(t.branch, ErrLate)
	return nil
}

func (t *tail) lookedAt(began time.Time) { t.last.Store(int64(began.Sub(t.live.begun))) }

// looked returns when the last look that succeeded began; ever is false before
// the first.
func (t *tail) looked() (began time.Time, ever bool) {
	since := t.last.Load()
	return t.live.begun.Add(time.Duration(since)), since != 0
}

// turnDay has the queue sent again where another local day has begun: nobody
// of yesterday can be called any more, and no event says so.
func (t *tail) turnDay(now time.Time) {
	today := town.DateOf(now, t.live.app.Zone(t.branch))
	if today != t.today {
		t.today = today
		signal(t.dirty)
	}
}

// catchUp reads what there is, but first takes what lies at hand: news of this
// node come behind their events.
func (t *tail) catchUp(ctx context.Context) error {
	for {
		select {
		case events := <-t.fresh:
			if err := t.follow(ctx, events); err != nil {
				return err
			}
		default:
			return t.publish(ctx)
		}
	}
}

// follow publishes events that continue where the tail stands; with a gap in
// between, which another update's events will fill, everything is read.
func (t *tail) follow(ctx context.Context, events []ledger.Event) error {
	if events[len(events)-1].Seq <= t.seq {
		return nil
	}
	if events[0].Seq != t.seq+1 {
		return t.publish(ctx)
	}
	// One update's events travel together. A board holds all of them or none.
	defer t.flush()
	for _, e := range events {
		if err := t.announce(ctx, e); err != nil {
			return err
		}
		t.seq = e.Seq
	}
	signal(t.dirty)
	return nil
}

func (t *tail) complain(ctx context.Context, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		t.live.log.ErrorContext(ctx, "events can't be followed", "branch", string(t.branch), "error", err)
	}
}

func (t *tail) publish(ctx context.Context) error {
	for {
		began := time.Now()
		events, err := t.live.app.EventsAfter(ctx, t.branch, t.seq, readAhead)
		if err != nil {
			return err
		}
		if err := t.announceAll(ctx, events); err != nil {
			return err
		}
		if len(events) > 0 {
			signal(t.dirty)
		}
		if len(events) < readAhead {
			t.lookedAt(began)
			return nil
		}
	}
}

func (t *tail) announceAll(ctx context.Context, events []ledger.Event) error {
	for _, e := range events {
		err := t.announce(ctx, e)
		t.flush()
		if err != nil {
			return err
		}
		t.seq = e.Seq
	}
	return nil
}

// announce sends an event to the screens that it concerns.
func (t *tail) announce(ctx context.Context, e ledger.Event) error {
	switch e.Kind {
	case ledger.EventCatalogue, ledger.EventNotice:
		t.flush()
		return t.announceLook(ctx, e)
	case ledger.EventSound:
		t.flush()
		return t.announceTest(e)
	case ledger.EventAlarm:
		t.live.app.Alarms.Heard(e)
		return nil
	case ledger.EventCall:
		if !e.Pickup {
			t.live.deliveries.expect(e)
		}
	case ledger.EventClear:
		if e.Withdrawn {
			t.live.deliveries.withdraw(callKey{e.Branch, e.Call})
		}
	}
	if !app.ShownOn(e, nil) {
		return nil
	}
	raw, err := wire.Encode(t.message(e))
	if err != nil {
		return err
	}
	t.send(e, raw)
	return nil
}

// send gives a message to the screens of the event's office, together with
// those that still wait for the same screens.
func (t *tail) send(e ledger.Event, raw []byte) {
	if t.outgoing != nil && t.newest.Office == e.Office {
		t.outgoing.add(e.Seq, raw)
	} else {
		t.flush()
		t.outgoing = frameOf(e.Seq, raw)
	}
	t.newest = e
}

// flush publishes what waits.
func (t *tail) flush() {
	if t.outgoing == nil {
		return
	}
	frame, newest := t.outgoing, t.newest
	t.outgoing = nil
	t.live.Screens.Publish(t.branch, frame, func(s Screen) bool { return app.ShownOn(newest, s.Offices) })
}

func (t *tail) message(e ledger.Event) wire.Message {
	if e.Kind == ledger.EventClear {
		return wire.Clear{Seq: e.Seq, Number: e.Number, Withdrawn: e.Withdrawn}
	}
	zone := t.live.app.Zone(t.branch)
	return wire.ScreenCall{
		Seq: e.Seq, Number: e.Number, Room: wire.Room{ID: e.Room, Label: e.Label}, Again: e.Again, Office: e.Office,
		At: wire.Millis(e.At, zone), Now: wire.Millis(t.live.app.Now(), zone),
		Hints: t.live.Hints(t.branch, e.Room), Said: t.live.Said(e),
	}
}

// runQueue sends the queue to the stations after changes, the newest only and
// at most every QueuePause. One that couldn't be read is tried again: the next
// event may be an hour away.
func (t *tail) runQueue(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.dirty:
		}
		pause := t.live.pace.QueuePause
		t.nudgeLanes(time.Now())
		if err := t.sendQueue(ctx); err != nil {
			t.complain(ctx, err)
			signal(t.dirty)
			pause = t.live.pace.LookAgain
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

func (t *tail) sendQueue(ctx context.Context) error {
	wants := func(s Station) bool { return s.Queue != QueueNone }
	if t.live.Stations.Count(t.branch, wants) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, t.live.pace.LookWithin)
	defer cancel()
	frame, err := t.live.Queue(ctx, t.branch)
	if err != nil {
		return err
	}
	t.live.Stations.Set(t.branch, frame, wants)
	return nil
}
