package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/seal"
)

// keyLook is how often the key file is compared with the chain in memory, and
// both with the database.
const keyLook = 5 * time.Second

// keyWatch knows whether the keys are the right ones. What it found decides
// nothing about a booking, which asks in its own transaction.
type keyWatch struct {
	mu      sync.Mutex
	wrong   error // seal.ErrReplaced, ErrOtherKeys; nil: neither
	foreign alarm
}

// WatchKeys looks whether the keys are the right ones until ctx ends.
func (e *Eraser) WatchKeys(ctx context.Context) error {
	tick := time.NewTicker(keyLook)
	defer tick.Stop()
	for {
		e.LookAtKeys(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// KeysWrong says what is wrong with the keys, as was last seen: ErrOtherKeys where
// the database is sealed with others, seal.ErrReplaced where the key file is gone or
// another chain's; nil where they are the right ones.
func (e *Eraser) KeysWrong() error {
	e.keys.mu.Lock()
	defer e.keys.mu.Unlock()
	return e.keys.wrong
}

// LookAtKeys compares the key file with the chain in memory, and that with the
// database, and raises an alarm at once, then every hour. The file isn't touched:
// it may have been stolen, and this was the answer.
func (e *Eraser) LookAtKeys(ctx context.Context) {
	_, err := e.ours.Check(ctx)
	if !errors.Is(err, ErrOtherKeys) {
		if errors.Is(err, ledger.ErrAway) {
			return // nobody knows now
		}
		err = errors.Join(err, e.chain.Check())
	}
	if e.keys.noted(err, e.core.time.steady()) {
		e.core.log.ErrorContext(ctx, wrongKeys(err), "error", err.Error())
	}
}

// noted takes over what was found, and reports whether to raise an alarm.
func (w *keyWatch) noted(err error, passed time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrong = nil; err == nil {
		w.foreign = alarm{}
		return false
	}
	if errors.Is(err, ErrOtherKeys) || errors.Is(err, seal.ErrReplaced) {
		w.wrong = err
	}
	return w.foreign.due(passed)
}

func wrongKeys(err error) string {
	switch {
	case errors.Is(err, ErrStillOpens):
		return "the database is sealed with other keys, and nothing is booked; this key file opens what is stored: stop the server and seal it anew (server key renew)"
	case errors.Is(err, ErrOtherKeys):
		return "the database is sealed with other keys, and nothing is booked: put the right key file in place and restart, or, where it is lost, begin a new chain (server key renew --lost)"
	case errors.Is(err, seal.ErrReplaced):
		return "the key file isn't the right one any more: put it back, or, where it is lost, begin a new chain (server key renew --lost)"
	}
	return "the key file can't be compared"
}
