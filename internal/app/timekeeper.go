package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Witness is a second source: another clock, or somebody who watches over this
// machine's.
type Witness interface {
	// Name says who it is, for the log and the audit trail.
	Name() string
	// Ask returns what it says of this machine's clock. It answers within
	// seconds, and bounds by itself how often it really looks.
	Ask(ctx context.Context) clock.Word
}

// TimeConfig is what a Timekeeper needs.
type TimeConfig struct {
	Store     ledger.Store
	Wall      func() time.Time
	Passed    func() time.Duration // since any fixed moment; counts on while the machine sleeps, and nobody sets it
	Witnesses []Witness
	InDoubt   []Witness // further ones, that are asked only then
	Set       bool      // Wall was set on purpose: a demonstration, or a test that walks through days. It is trusted
	Log       *slog.Logger
}

// Timekeeper knows what time it surely is: from what the database remembers,
// from how much time has passed, and from second sources. It is safe for
// concurrent use.
type Timekeeper struct {
	TimeConfig

	deciding sync.Mutex                  // held by whoever decides whether to believe the clock
	mu       sync.Mutex                  // held while trust is replaced
	trust    atomic.Pointer[clock.Trust] // a published one never changes
	answered atomic.Pointer[string]      // the id of the confirmation that was heeded last
}

// What the database remembers of time, beside the epoch.
const (
	metaTime      = "time"
	metaConfirmed = "time_confirmed"
)

// rememberedTime is kept in the database, by every node.
type rememberedTime struct {
	Seen     time.Time     `json:"seen"`
	Claimed  time.Time     `json:"claimed,omitzero"` // by a clock that is doubted
	Steady   time.Duration `json:"steady,omitempty"`
	Answered string        `json:"answered,omitempty"` // the id of a confirmation that was heeded
}

// confirmedTime is somebody's word that an instant has come.
type confirmedTime struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

// OpenTime begins to judge the clock, with what the database remembers.
func OpenTime(ctx context.Context, c TimeConfig) (*Timekeeper, error) {
	k := &Timekeeper{TimeConfig: c}
	var kept clock.Kept
	err := c.Store.View(ctx, func(tx ledger.Tx) error {
		remembered, confirmed, err := readTime(ctx, tx)
		if err != nil {
			return err
		}
		kept.Seen = remembered.Seen
		k.heed(remembered.Answered)
		if !remembered.Claimed.IsZero() {
			kept.Claim = &clock.Claim{At: remembered.Claimed, Steady: remembered.Steady}
		}
		if confirmed.ID != k.heeded() { // while nothing ran
			kept = clock.Kept{Seen: confirmed.At}
			k.heed(confirmed.ID)
		}
		if kept.Seen.IsZero() {
			kept.Seen, err = newestTrace(ctx, tx)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is known of time: %w", err)
	}
	trust := clock.Start(kept, k.look())
	k.trust.Store(&trust)
	if k.Set {
		return k, nil
	}
	who, settled := k.ask(ctx)
	k.change(func(t *clock.Trust, r clock.Reading) {
		if settled { // nothing was begun yet that would have to move along
			t.Believe(r)
		}
		t.Note(r)
	})
	if settled {
		c.Log.InfoContext(ctx, "the clock is believed after a long time off", "why", "clock_agreed", "who", who)
	}
	return k, nil
}

// ask hears every second source, and says whether they settle a doubt.
func (k *Timekeeper) ask(ctx context.Context) (who string, settled bool) {
	asked := k.Witnesses
	if k.State().Doubted {
		asked = slices.Concat(asked, k.InDoubt)
	}
	var words []clock.Word
	for _, witness := range asked {
		word := witness.Ask(ctx)
		words = append(words, word)
		if word == clock.Agrees && who == "" {
			who = witness.Name()
		}
	}
	k.change(func(t *clock.Trust, r clock.Reading) { settled = t.Hear(r, words...) })
	return who, settled
}

// trusting takes a clock's word without a second look: for tests.
func trusting(wall func() time.Time) *Timekeeper {
	return &Timekeeper{TimeConfig: TimeConfig{Wall: wall, Set: true}}
}

func readTime(ctx context.Context, tx ledger.Tx) (rememberedTime, confirmedTime, error) {
	var remembered rememberedTime
	var confirmed confirmedTime
	if err := readMeta(ctx, tx, metaTime, &remembered); err != nil {
		return remembered, confirmed, err
	}
	return remembered, confirmed, readMeta(ctx, tx, metaConfirmed, &confirmed)
}

// readMeta reads a value that is kept as JSON; none leaves into as it is.
func readMeta(ctx context.Context, tx ledger.Tx, key string, into any) error {
	text, err := tx.Meta().Get(ctx, key)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("decode %s: %w", key, err)
	}
	return nil
}

func writeMeta(ctx context.Context, tx ledger.Tx, key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", key, err)
	}
	if err := tx.Meta().Set(ctx, key, string(text)); err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}

// newestTrace is when something was recorded last, in a database that a program
// served which didn't remember time; zero: nothing was.
func newestTrace(ctx context.Context, tx ledger.Tx) (time.Time, error) {
	documents, err := tx.Catalogue().All(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read branches: %w", err)
	}
	var newest time.Time
	for _, d := range documents {
		last, err := tx.Events().Last(ctx, town.BranchID(d.ID))
		if errors.Is(err, ledger.ErrNotFound) {
			continue // no branch
		}
		if err != nil {
			return newest, fmt.Errorf("read position: %w", err)
		}
		events, err := tx.Events().After(ctx, town.BranchID(d.ID), last-1, 1)
		if err != nil {
			return newest, fmt.Errorf("read event: %w", err)
		}
		for _, e := range events {
			if e.At.After(newest) {
				newest = e.At
			}
		}
	}
	return newest, nil
}

// KindOfClock tells by what clock a database is served.
type KindOfClock string

// The kinds of clock.
const (
	MachineClock KindOfClock = "machine"
	ClockSet     KindOfClock = "set" // on purpose, for a demonstration
)

// metaClock is what kind of clock a database is served by.
const metaClock = "clock"

// ErrOtherClock: the database is served by the other kind of clock.
var ErrOtherClock = errors.New("this database belongs to the other kind of clock")

// ServeBy notes by what kind of clock a database is served, once and for all: a
// demonstration that leaps a year would erase a town's data, and a town's clock
// those of a demonstration. ErrOtherClock where it was another before.
func ServeBy(ctx context.Context, store ledger.Store, kind KindOfClock) error {
	return store.Update(ctx, nil, func(tx ledger.Tx) error {
		before, err := tx.Meta().Get(ctx, metaClock)
		if errors.Is(err, ledger.ErrNotFound) {
			return tx.Meta().Set(ctx, metaClock, string(kind))
		}
		if err != nil {
			return fmt.Errorf("read kind of clock: %w", err)
		}
		if before != string(kind) {
			return ErrOtherClock
		}
		return nil
	})
}

// ServedBy errors with ErrOtherClock where a database is served by another kind of
// clock.
func ServedBy(ctx context.Context, store ledger.Store, kind KindOfClock) error {
	return store.View(ctx, func(tx ledger.Tx) error {
		served, err := tx.Meta().Get(ctx, metaClock)
		switch {
		case errors.Is(err, ledger.ErrNotFound):
			return nil
		case err != nil:
			return fmt.Errorf("read kind of clock: %w", err)
		case served != string(kind):
			return ErrOtherClock
		}
		return nil
	})
}

// look reads the machine's clocks.
func (k *Timekeeper) look() clock.Reading {
	r := clock.Reading{Wall: k.Wall().Round(0)} // by what it shows, not by Go's own count
	if !k.Set {
		r.Passed = k.steady()
	}
	return r
}

func (k *Timekeeper) heed(confirmation string) { k.answered.Store(&confirmation) }

func (k *Timekeeper) heeded() string { return *k.answered.Load() }

// steady is the time that has passed since some fixed moment, for what counts by
// it alone.
func (k *Timekeeper) steady() time.Duration {
	if k.Passed == nil {
		return time.Duration(k.Wall().UnixNano())
	}
	return k.Passed()
}

// Now reads the clocks.
func (k *Timekeeper) Now() clock.Instant {
	r := k.look()
	if k.Set {
		return clock.Instant{Wall: r.Wall, Trusted: r.Wall}
	}
	return clock.Instant{Wall: r.Wall, Trusted: k.trust.Load().Now(r)}
}

// Surely is the latest instant that has come whichever clock is right.
func (k *Timekeeper) Surely() time.Time { return k.Now().Surely() }

// change replaces what is thought of the clock.
func (k *Timekeeper) change(fn func(t *clock.Trust, r clock.Reading)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := *k.trust.Load()
	fn(&next, k.look())
	k.trust.Store(&next)
}

// ClockState is what is thought of the clock.
type ClockState struct {
	Doubted bool
	Denied  bool          // another clock says something else
	Wall    time.Time     // what the clock shows
	Trusted time.Time     // what time it surely is
	Ahead   time.Duration // how far the clock is ahead of the time that has passed; negative: behind
	Left    time.Duration // of a doubt: for how long the clock must stand steady to be believed by itself
}

// State says what is thought of the clock.
func (k *Timekeeper) State() ClockState {
	r := k.look()
	if k.Set {
		return ClockState{Wall: r.Wall, Trusted: r.Wall}
	}
	t := *k.trust.Load()
	s := ClockState{Wall: r.Wall, Trusted: t.Now(r), Ahead: t.Ahead(r), Doubted: t.Doubts(r), Denied: t.Denied()}
	if s.Doubted {
		s.Left = max(0, clock.Probation-t.Steady(r))
	}
	return s
}
