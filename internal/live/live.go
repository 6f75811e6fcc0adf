// Package live tells screens and stations what happens at a branch, as it
// happens. It follows each branch's events from the store, encodes each
// message once and hands it to the hub, collects what screens report, and
// knows who is connected. It decides nothing, and whoever falls behind starts
// again from a snapshot.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"aufruf/internal/app"
	"aufruf/internal/hub"
	"aufruf/internal/town"
)

// How live works, in time and numbers.
const (
	lookAgain  = time.Second            // a lost hint costs at most this
	queuePause = 100 * time.Millisecond // between two queue messages of a branch
	lateAfter  = 3 * time.Second        // a call that no screen reported by then is late
	flushAfter = 50 * time.Millisecond  // reports are stored together
	readAhead  = 500                    // events per look
	queueDepth = 256                    // messages that a connection may lag
)

// Hints tells that a branch has news.
type Hints interface {
	// Subscribe returns a channel of branches with news and what ends it.
	Subscribe() (news <-chan town.BranchID, cancel func())
}

// Screen says who a display connection is.
type Screen struct {
	Device  town.DeviceID
	Offices []town.OfficeID // empty: all
}

// Station says who a caller connection is.
type Station struct {
	User town.UserID
}

// Frame is an encoded message on its way to many connections.
type Frame struct {
	Seq town.Seq // 0 for messages that are state
	Raw []byte

	once     sync.Once
	prepared any
}

// Prepared returns what a transport made of the frame, made once for all
// connections.
func (f *Frame) Prepared(prepare func(raw []byte) any) any {
	f.once.Do(func() { f.prepared = prepare(f.Raw) })
	return f.prepared
}

// Live follows all branches. Screens and Stations are where connections
// subscribe.
type Live struct {
	Screens  *hub.Hub[town.BranchID, Screen, *Frame]
	Stations *hub.Hub[town.BranchID, Station, *Frame]

	app   *app.App
	hints Hints
	log   *slog.Logger

	presence   *Presence
	deliveries *deliveries
	access     *access

	mu    sync.Mutex
	tails map[town.BranchID]*tail
}

// New returns a Live that is idle until Run. The presence is the one that the
// App asks.
func New(a *app.App, hints Hints, presence *Presence, log *slog.Logger) *Live {
	l := &Live{
		Screens:  hub.New[town.BranchID, Screen, *Frame](queueDepth),
		Stations: hub.New[town.BranchID, Station, *Frame](queueDepth),
		app:      a, hints: hints, log: log, presence: presence,
		access: newAccess(),
		tails:  map[town.BranchID]*tail{},
	}
	l.deliveries = newDeliveries(l)
	return l
}

// Run follows the branches until ctx ends.
func (l *Live) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return l.follow(ctx, group) })
	group.Go(func() error { return l.deliveries.run(ctx) })
	group.Go(func() error { return l.access.run(ctx, l.app, l.log) })
	return group.Wait()
}

// follow wakes the tail of each branch that has news, and starts one for each
// branch that is new.
func (l *Live) follow(ctx context.Context, group *errgroup.Group) error {
	news, cancel := l.hints.Subscribe()
	defer cancel()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		for _, branch := range l.app.Catalogue().Branches {
			l.tail(ctx, group, branch.ID)
		}
		select {
		case <-ctx.Done():
			return nil
		case branch := <-news:
			l.tail(ctx, group, branch).wake()
		case <-again.C:
			l.wakeAll()
		}
	}
}

func (l *Live) tail(ctx context.Context, group *errgroup.Group, branch town.BranchID) *tail {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.tails[branch]
	if !ok {
		t = newTail(l, branch)
		l.tails[branch] = t
		group.Go(func() error { return t.run(ctx) })
		group.Go(func() error { return t.runQueue(ctx) })
	}
	return t
}

func (l *Live) wakeAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.tails {
		t.wake()
	}
}
