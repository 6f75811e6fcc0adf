package app

import (
	"cmp"
	"context"
	"time"

	"aufruf/internal/clock"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/repeat"
	"aufruf/internal/town"
)

// A transaction begins in one of three ways: view looks, update changes branches
// that it holds, and write changes the rest. Each has one instant.

// view is one transaction as a use case sees it: its rows, its one instant, and
// the rules that it decides by. What happens in a transaction is a method of it.
type view struct {
	ledger.Tx
	core  *core
	at    clock.Instant
	now   time.Time // at.Wall
	rules *plan.Plan
	// sealsWithOurs: the keys were compared since the transaction holds its
	// branches. Once is enough: whoever begins a new chain waits for them.
	sealsWithOurs bool
}

// change is a view that changes branches which it holds.
type change struct {
	view
	days *daybook.Update // what the view reads and writes through
	run  string          // that the update is a step of; its mails wait for it
	next *plan.Plan      // what the rules are once this is committed; nil: as they were
	// durable runs after the commit; nothing of it can fail.
	durable []func()
}

// view runs fn on one consistent snapshot, and decides by the newest rules that
// are known. What a reserved time's end has made true is so before it is read.
func (co *core) view(ctx context.Context, fn func(v *view) error) error {
	co.settleDue(ctx)
	return co.look(ctx, fn)
}

// look is view for whoever settles.
func (co *core) look(ctx context.Context, fn func(v *view) error) error {
	return co.store.View(ctx, func(tx ledger.Tx) error { return fn(viewOf(co, tx)) })
}

// write runs fn in a transaction that changes nothing of what branches tell:
// people, mails, deliveries, what is known of persons. fn may run again.
func (co *core) write(ctx context.Context, branches []town.BranchID, fn func(v *view) error) error {
	return co.store.Update(ctx, branches, func(tx ledger.Tx) error { return fn(viewOf(co, tx)) })
}

func viewOf(co *core, tx ledger.Tx) *view {
	at := co.time.Now().Truncated()
	return &view{Tx: tx, core: co, at: at, now: at.Wall, rules: co.plans.Now()}
}

// day returns a branch's day as the transaction sees it.
func (v *view) day(ctx context.Context, b *plan.Branch, date town.Date) (*daybook.Day, error) {
	return v.core.memory.Day(ctx, v, b, date, v.now)
}

// whenDurable has fn run once the update is committed. Nothing that can fail
// belongs there: the change stands, and whoever is told otherwise does it again.
func (c *change) whenDurable(fn func()) { c.durable = append(c.durable, fn) }

// update runs fn in a transaction that holds the branches, and tells the world
// afterwards. fn may run again. Ends of reserved times are settled before.
func (co *core) update(ctx context.Context, branches []town.BranchID, fn func(c *change) error) error {
	co.settleDue(ctx)
	return co.settled(ctx, branches, fn)
}

// settled is update for whoever settles.
func (co *core) settled(ctx context.Context, branches []town.BranchID, fn func(c *change) error) error {
	return repeat.UntilAnswered(func() error { return co.updateOnce(ctx, branches, fn) })
}

func (co *core) updateOnce(ctx context.Context, branches []town.BranchID, fn func(c *change) error) error {
	var done *change
	err := co.store.Update(ctx, branches, func(tx ledger.Tx) error {
		c, err := co.begin(ctx, tx, branches)
		if err != nil {
			return err
		}
		done = c
		if err := fn(c); err != nil {
			return err
		}
		return c.days.Keep()
	})
	if err != nil {
		return err
	}
	co.plans.Learn(cmp.Or(done.next, done.rules)) // first: whoever sees its position decides by its rules
	for _, fn := range done.durable {
		fn()
	}
	done.days.Committed(func(branch town.BranchID, events []ledger.Event) {
		if follow := co.follower.Load(); follow != nil {
			(*follow)(branch, events)
		}
		co.hints.Publish(ctx, branch)
	})
	return nil
}

func (co *core) begin(ctx context.Context, tx ledger.Tx, branches []town.BranchID) (*change, error) {
	mark, err := co.secrets.Mark()
	if err != nil {
		return nil, err
	}
	at := co.time.Now().Truncated()
	days, revision, err := co.memory.Begin(ctx, tx, branches, at, mark)
	if err != nil {
		return nil, err
	}
	if revision == "" {
		if revision, err = plan.RevisionOf(ctx, tx); err != nil {
			return nil, err
		}
	}
	rules, err := co.plans.At(ctx, tx, revision)
	return &change{view: view{Tx: days, core: co, at: at, now: at.Wall, rules: rules}, days: days}, err
}
