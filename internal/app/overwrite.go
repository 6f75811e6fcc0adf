package app

import (
	"aufruf/internal/ledger"
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// overwriteWithin bounds one try to overwrite what was deleted: whoever
	// keeps reading the file must not hold up anything but this.
	overwriteWithin = 5 * time.Second
	// overwriteAgain is how long a try that failed is let rest.
	overwriteAgain = 30 * time.Second
)

// overwriting knows what was deleted and still lies on disk. It counts by the
// time that passes, which no wrong clock can change.
type overwriting struct {
	store         ledger.Store
	log           *slog.Logger
	wake          wake // somebody deleted something
	within, again time.Duration

	mu      sync.Mutex
	asked   int       // how often something was deleted
	since   time.Time // when the first of what still lies there was deleted; zero: nothing does
	alarmed time.Time // when the last alarm was raised; zero: none since it last succeeded
}

func newOverwriting(store ledger.Store, log *slog.Logger) *overwriting {
	return &overwriting{store: store, log: log, wake: make(wake, 1), within: overwriteWithin, again: overwriteAgain}
}

// OverwriteBehind returns for how long something deleted has still been lying
// on disk; 0: nothing does.
func (uk *Upkeep) OverwriteBehind() time.Duration { return uk.overwriting.behind() }

func (o *overwriting) behind() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		return 0
	}
	return time.Since(o.since)
}

// soon has RunOverwrites overwrite what was just deleted: somebody who
// reads the file can put that off for hours, and nobody else may wait for it.
func (o *overwriting) soon() {
	o.note()
	o.wake.signal()
}

// RunOverwrites overwrites what was deleted, and tries again where somebody
// reads the file, until ctx ends.
func (uk *Upkeep) RunOverwrites(ctx context.Context) error {
	again := time.NewTicker(uk.overwriting.again)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		case <-uk.overwriting.wake:
		}
		if uk.overwriting.waits() {
			uk.overwriting.now(ctx)
		}
	}
}

// now tries once, for a limited time, to overwrite what was deleted, and
// reports whether it is done. Where it isn't, an alarm is raised, at most once
// an hour, and what was deleted stays noted for RunOverwrites.
func (o *overwriting) now(ctx context.Context) bool {
	upTo := o.note()
	within, cancel := context.WithTimeout(ctx, o.within)
	defer cancel()
	err := o.store.Forget(within)
	if err == nil {
		if late := o.done(upTo); late {
			o.log.InfoContext(ctx, "what was erased is overwritten now")
		}
		return true
	}
	if ctx.Err() == nil && o.alarm() {
		o.log.ErrorContext(ctx, "what was erased still lies on disk, and overwriting it is tried again: does another program keep the database open?",
			"behind", o.behind().Round(time.Second).String(), "error", err.Error())
	}
	return false
}

// note notes that something was deleted, and returns a mark for done.
func (o *overwriting) note() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	if o.since.IsZero() {
		o.since = time.Now()
	}
	return o.asked
}

// done notes that all is overwritten that was deleted before a mark was
// returned; late: an alarm had been raised.
func (o *overwriting) done(upTo int) (late bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	late = !o.alarmed.IsZero()
	o.alarmed, o.since = time.Time{}, time.Time{}
	if o.asked > upTo {
		o.since = time.Now()
	}
	return late
}

// alarm reports whether an alarm is due, and takes it for raised.
func (o *overwriting) alarm() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.alarmed.IsZero() && time.Since(o.alarmed) < alarmEvery {
		return false
	}
	o.alarmed = time.Now()
	return true
}

func (o *overwriting) waits() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.since.IsZero()
}
