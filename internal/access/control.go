// Package access decides who comes in and what they may: accounts and how they
// sign in, sessions, devices and how they are paired, roles and rights. What
// gives or takes rights looks at them again in the transaction that does so. It
// knows no appointment and no queue.
package access

import (
	"cmp"
	"context"
	"time"

	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Config is what a control needs. Every field is required, but for those
// that say otherwise.
type Config struct {
	Store   ledger.Store
	Instant func() clock.Instant
	Secrets *secrets.Source
	Repeats *repeat.Keeper
	Plans   *plan.Plans   // what the town offers
	Costs   PasswordCosts // zero: what a server takes
	Watcher Watcher       // is told what happens at the doors; nil: nobody is
}

// Control lets people and devices in. It is safe for concurrent use. It is
// set once and never changes.
type Control struct {
	store   ledger.Store
	instant func() clock.Instant
	secrets *secrets.Source
	repeats *repeat.Keeper
	plans   *plan.Plans
	costs   PasswordCosts

	watcher Watcher // may be nil

	line *line // who waits until a password is hashed; it has a lock of its own
}

// New has let nobody in yet, and has nobody wait.
func New(c Config) *Control {
	return &Control{
		store: c.Store, instant: c.Instant, secrets: c.Secrets, repeats: c.Repeats, plans: c.Plans,
		costs: cmp.Or(c.Costs, usualCosts), line: newLine(), watcher: c.Watcher,
	}
}

// turn is one transaction: its rows, and the one instant at which everything in
// it happens.
type turn struct {
	ledger.Tx
	control *Control
	at      clock.Instant
	now     time.Time // at.wall
	noted   []Event   // what happened in it
}

func (a *Control) turn(tx ledger.Tx) *turn {
	at := a.instant().Truncated()
	return &turn{Tx: tx, control: a, at: at, now: at.Wall}
}

// update runs fn in a transaction that holds no branch: accounts, sessions and
// devices belong to none. fn may run again.
func (a *Control) update(ctx context.Context, fn func(t *turn) error) error {
	return a.updateAt(ctx, nil, fn)
}

// updateAt is update by which somebody is let in at branches: it holds them, as
// whoever takes one of them, or an office there, out of the catalogue does.
func (a *Control) updateAt(ctx context.Context, branches []town.BranchID, fn func(t *turn) error) error {
	var done []Event
	err := repeat.UntilAnswered(func() error {
		return a.store.Update(ctx, branches, func(tx ledger.Tx) error {
			t := a.turn(tx)
			err := fn(t)
			done = t.noted
			return err
		})
	})
	if err == nil {
		a.tell(ctx, done)
	}
	return err
}

// plan returns what the town offers as the transaction sees it.
func (t *turn) plan(ctx context.Context) (*plan.Plan, error) {
	revision, err := plan.RevisionOf(ctx, t)
	if err != nil {
		return nil, err
	}
	return t.control.plans.At(ctx, t, revision)
}

// view runs fn on a snapshot.
func (a *Control) view(ctx context.Context, fn func(t *turn) error) error {
	return a.store.View(ctx, func(tx ledger.Tx) error { return fn(a.turn(tx)) })
}
