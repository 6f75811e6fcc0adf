// Package security tells what happens at the doors: it writes a log of its own,
// in which network addresses stand whole for seven days so that blockers can
// read them, counts for the metrics, and keeps the last events for administrators
// without addresses. It decides nothing, and keeps nobody waiting.
package security

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
)

// How refusals are kept: those of one kind within a second are one row, so that
// a flood of them fills neither the database nor the log.
const (
	keepEvery = time.Second
	maxKinds  = 1000 // of refusals within a second
)

// Keys of the attributes in the program's log.
const (
	keyEvent  = "event"
	keyWay    = "way"
	keyDetail = "detail"
	keyTimes  = "times"
)

// Config is what a log needs.
type Config struct {
	File *File // its own; nil: no address is kept anywhere
	Log  *slog.Logger
	Now  func() time.Time
}

// Log is an access.Watcher and a prometheus.Collector. It is safe for concurrent
// use.
type Log struct {
	Config
	*prometheus.CounterVec

	mu      sync.Mutex
	refused map[ledger.SecurityEvent]int // since they were kept last, by event without its time; guarded by mu
	failing bool                         // the file couldn't be written last; guarded by mu
}

// New returns a log in which nothing stands yet.
func New(c Config) *Log {
	l := &Log{Config: c, refused: map[ledger.SecurityEvent]int{}, CounterVec: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "aufruf_security_events_total", Help: "What happened at the doors: sign-ins, refusals, accounts and devices.",
	}, []string{"event"})}
	for _, name := range access.EventNames {
		l.WithLabelValues(name)
	}
	return l
}

// Done implements access.Watcher.
func (l *Log) Done(ctx context.Context, e access.Event) {
	l.count(e)
	l.Log.InfoContext(ctx, "security", attributes(e.Record())...)
}

// Refused implements access.Watcher.
func (l *Log) Refused(_ context.Context, e access.Event) {
	l.count(e)
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, counted := l.refused[e.Record()]; counted || len(l.refused) < maxKinds {
		l.refused[e.Record()]++
	}
}

func (l *Log) count(e access.Event) {
	l.WithLabelValues(e.Name).Inc()
	if l.File == nil {
		return
	}
	err := l.File.Write(l.Now(), e)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil && !l.failing {
		l.Log.Error("the security log can't be written", "error", err)
	}
	l.failing = err != nil
}

// attributes of an event in the program's log, which holds neither an address nor
// a person's account.
func attributes(e ledger.SecurityEvent) []any {
	all := []any{keyEvent, e.Name}
	for _, more := range [][2]string{{keyWay, e.Way}, {keyDetail, e.Detail}} {
		if more[1] != "" {
			all = append(all, more[0], more[1])
		}
	}
	return append(all, keyTimes, e.Times)
}

// Run keeps refusals in the database and takes old files away, until ctx ends.
func (l *Log) Run(ctx context.Context, store ledger.Store) error {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return l.keep(context.WithoutCancel(ctx), store)
		case <-tick.C:
		}
		if err := l.keep(ctx, store); err != nil && ctx.Err() == nil {
			l.Log.WarnContext(ctx, "refusals can't be kept", "error", err)
		}
		if l.File != nil {
			if err := l.File.Turn(l.Now()); err != nil {
				l.Log.ErrorContext(ctx, "old security logs can't be taken away", "error", err)
			}
		}
	}
}

// keep writes down the refusals since the last time.
func (l *Log) keep(ctx context.Context, store ledger.Store) error {
	var all []ledger.SecurityEvent
	l.mu.Lock()
	for e, times := range l.refused {
		e.At, e.Times = l.Now(), times
		all = append(all, e)
	}
	clear(l.refused)
	l.mu.Unlock()
	if len(all) == 0 {
		return nil
	}
	for _, e := range all {
		l.Log.WarnContext(ctx, "security", attributes(e)...)
	}
	return store.Update(ctx, nil, func(tx ledger.Tx) error {
		for _, e := range all {
			if err := tx.Security().Put(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}
