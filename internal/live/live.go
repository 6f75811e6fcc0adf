// Package live tells screens and stations what happens at a branch, as it
// happens. It follows each branch's events from the store, encodes each
// message once and hands it to the hub, collects what screens report, and
// knows who is connected. It decides nothing, and whoever falls behind starts
// again from a snapshot.
package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"aufruf/internal/app"
	"aufruf/internal/hub"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Pace is how live works, in time and numbers.
type Pace struct {
	LookAgain   time.Duration // a lost hint, or a look that failed, costs at most this
	LookWithin  time.Duration // a look that takes longer has failed
	TodayWithin time.Duration // a look at what a hall reads of the day that takes longer has failed
	FreshFor    time.Duration // a branch whose last look is older isn't followed
	QueuePause  time.Duration // between two queue messages of a branch
	LateAfter   time.Duration // a call that no screen reported by then is late
	FlushAfter  time.Duration // reports are stored together
	CheckAccess time.Duration // how long a right may outlive its end
	// CheckSessions is how long a session may outlive its end by time.
	CheckSessions time.Duration
	QueueDepth    int // messages that a connection may lag
}

// DefaultPace is what docs/protocol.md promises.
func DefaultPace() Pace {
	return Pace{
		LookAgain:   time.Second,
		LookWithin:  5 * time.Second,
		TodayWithin: time.Second,
		FreshFor:    3 * time.Second,
		QueuePause:  100 * time.Millisecond,
		LateAfter:   3 * time.Second,
		FlushAfter:  50 * time.Millisecond,
		CheckAccess: 500 * time.Millisecond, CheckSessions: 15 * time.Second,
		QueueDepth: 256,
	}
}

// readAhead is how many events one look reads at most.
const readAhead = 500

// Hints tells that a branch has news.
type Hints interface {
	// Subscribe returns a channel of branches with news and what ends it.
	Subscribe() (news <-chan town.BranchID, cancel func())
}

// Screen says who a display connection is.
type Screen struct {
	Device  town.DeviceID
	Offices []town.OfficeID // empty: all
	Name    string
	// Language is that of the look and the notice where the town sets none;
	// Asked, if not empty, is that in any case.
	Language, Asked town.Language
	// Turn is when it is nudged: see nudgeScreens.
	Turn uint8
	// Line tells this connection from others of the same device.
	Line uint32
}

// Station says who a caller connection is, and what it was let in by.
type Station struct {
	User    town.UserID
	Branch  town.BranchID
	Session string // the actor's Proof
	Queue   QueueMode
}

// QueueMode is how a station is told of the queue.
type QueueMode int

// The ways to be told of the queue.
const (
	QueueWhole   QueueMode = iota // all of it, at the start and after changes
	QueueChanges                  // all of it at the start, then what becomes of it
	QueueNone                     // not at all: it follows alarms and calls
)

// Config is what a Live needs.
type Config struct {
	App      *app.App
	Hints    Hints
	Presence *Presence // the one that the App asks
	Log      *slog.Logger
	BaseURL  string // of this server's pages, without a trailing slash
	Pace     Pace   // the zero value means DefaultPace
	// Demonstration: the clock was set; screens say so.
	Demonstration bool
	// Shown is told how long after a call a screen said that it shows it; may be
	// nil.
	Shown func(after time.Duration)
}

// ErrLate ends the subscriptions of those who came before the tail of their
// branch knew where it stands: what happened meanwhile reaches them when they
// resume.
var ErrLate = errors.New("live: the branch wasn't followed yet")

// Live follows all branches. Screens and Stations are where connections
// subscribe.
//
// Tails stand before serving: whoever subscribes before the position is read
// from which a branch is followed would miss the calls in between.
type Live struct {
	Screens  *hub.Hub[town.BranchID, Screen, *Frame]
	Stations *hub.Hub[town.BranchID, Station, *Frame]

	app   *app.App
	hints Hints
	log   *slog.Logger
	pace  Pace

	baseURL       string
	demonstration bool
	shown         func(after time.Duration)
	turns         atomic.Uint32
	lines         atomic.Uint32

	presence   *Presence
	todays     todays
	deliveries *deliveries
	neighbours *neighbours
	rights     *rights

	begun time.Time // what moments are counted from
	mu    sync.Mutex
	tails map[town.BranchID]*tail
}

// New returns a Live that is idle until Run.
func New(c Config) *Live {
	if c.Pace == (Pace{}) {
		c.Pace = DefaultPace()
	}
	if c.Shown == nil {
		c.Shown = func(time.Duration) {}
	}
	l := &Live{
		Screens:  hub.New[town.BranchID, Screen, *Frame](c.Pace.QueueDepth),
		Stations: hub.New[town.BranchID, Station, *Frame](c.Pace.QueueDepth),
		app:      c.App, hints: c.Hints, log: c.Log, pace: c.Pace, presence: c.Presence, baseURL: c.BaseURL, demonstration: c.Demonstration, shown: c.Shown,
		tails: map[town.BranchID]*tail{},
		begun: time.Now(),
	}
	l.deliveries, l.rights, l.neighbours = newDeliveries(l), &rights{live: l}, newNeighbours(l)
	c.App.Follow(l.offer)
	c.App.Alarms.Follow(l.alarmsChanged)
	return l
}

// offer hands a branch's events to its tail, if there is one yet.
func (l *Live) offer(branch town.BranchID, events []ledger.Event) {
	l.mu.Lock()
	t := l.tails[branch]
	l.mu.Unlock()
	if t != nil {
		t.offer(events)
	}
}

// Stand finds where each branch stands: everything behind that is told. It is
// called before anything is served and before Run. A branch that can't be read
// is tried again by Run; who is connected by then has to come again.
func (l *Live) Stand(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.pace.LookWithin)
	defer cancel()
	var failed error
	for _, branch := range l.app.Catalogue().Branches {
		failed = errors.Join(failed, l.tail(branch.ID).stand(ctx))
	}
	return failed
}

// Ready tells whether the events of every branch were looked at a moment ago.
// The error names one that wasn't.
func (l *Live) Ready() error {
	for _, branch := range l.app.Catalogue().Branches {
		if looked, ever := l.tail(branch.ID).looked(); !ever || time.Since(looked) > l.pace.FreshFor {
			return fmt.Errorf("the events of %s are not followed", branch.ID)
		}
	}
	return nil
}

// Run follows the branches until ctx ends.
func (l *Live) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return l.follow(ctx, group) })
	group.Go(func() error { return l.deliveries.run(ctx) })
	group.Go(func() error { return l.neighbours.run(ctx) })
	group.Go(func() error { return l.rights.run(ctx) })
	group.Go(func() error { return l.nudgeScreens(ctx) })
	return group.Wait()
}

// follow wakes the tail of each branch that has news, and starts one for each
// branch that is new.
func (l *Live) follow(ctx context.Context, group *errgroup.Group) error {
	news, cancel := l.hints.Subscribe()
	defer cancel()
	again := time.NewTicker(l.pace.LookAgain)
	defer again.Stop()
	running := map[town.BranchID]bool{}
	follow := func(branch town.BranchID) {
		t := l.tail(branch)
		t.wake()
		if !running[branch] {
			running[branch] = true
			group.Go(func() error { return t.run(ctx) })
			group.Go(func() error { return t.runQueue(ctx) })
			group.Go(func() error { return t.runAlarms(ctx) })
		}
	}
	for {
		for _, branch := range l.app.Catalogue().Branches {
			if !running[branch.ID] {
				follow(branch.ID)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case branch := <-news:
			follow(branch)
		case <-again.C:
			l.wakeAll()
		}
	}
}

func (l *Live) tail(branch town.BranchID) *tail {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.tails[branch]
	if !ok {
		t = newTail(l, branch)
		l.tails[branch] = t
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
