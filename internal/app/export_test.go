package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Identity is what all nodes of one database have in common.
func (a *App) Identity() string {
	return fmt.Sprintf("epoch %s, secret %x", a.epoch, a.secrets.Keyed("identity", ""))
}

// Hasten lets a test wait less for what can't be overwritten. It comes before
// RunOverwrites.
func (a *App) Hasten(within, again time.Duration) {
	a.overwriting.within, a.overwriting.again = within, again
}

// DrawID lets a test look at ids.
func (a *App) DrawID() (string, error) { return a.secrets.ID() }

// Change lets a test be a use case that does wrong.
type Change = change

// Change runs an update of it.
func (a *App) Change(ctx context.Context, branches []town.BranchID, fn func(*Change) error) error {
	return a.update(ctx, branches, fn)
}

// Record stores events of a branch.
func (c *change) Record(ctx context.Context, branch town.BranchID, events ...ledger.Event) error {
	_, err := c.record(ctx, branch, events...)
	return err
}

// Day reads a branch's day as it stood at the start.
func (c *change) Day(ctx context.Context, branch town.BranchID) error {
	b, err := c.rules.known(branch)
	if err != nil {
		return err
	}
	_, err = c.today(ctx, b)
	return err
}

// GivenAway is what memory knows to be given away at a branch, and what the
// rows say, in one order. Followed is false where memory is behind.
func (a *App) GivenAway(ctx context.Context, branch town.BranchID) (memory, rows []ledger.OfficeSpan, followed bool, err error) {
	err = a.store.View(ctx, func(tx ledger.Tx) error {
		at, err := tx.Events().Position(ctx, branch)
		if err != nil {
			return err
		}
		known := a.free.known(branch)
		if followed = known.is(at); !followed {
			return nil
		}
		read := &givenAway{offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
		if err := read.fill(ctx, tx, branch, known.from, known.from.AddDays(400), a.instant().Trusted); err != nil {
			return err
		}
		memory, rows = known.listed(a.instant().Trusted), read.listed(a.instant().Trusted)
		return nil
	})
	return memory, rows, followed, err
}

func (g *givenAway) listed(now time.Time) []ledger.OfficeSpan {
	listed := []ledger.OfficeSpan{}
	for office, days := range g.offices {
		for date, spans := range days {
			for _, span := range spans {
				if span.Expires == 0 || now.Unix() < span.Expires {
					listed = append(listed, ledger.OfficeSpan{Office: office, Date: date, Span: span})
				}
			}
		}
	}
	slices.SortFunc(listed, func(a, b ledger.OfficeSpan) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return listed
}

// LookAtClock looks at the clocks once, asks every second source, and hears a
// confirmation: what RunTime does all the time.
func (a *App) LookAtClock(ctx context.Context) error {
	w := timeWatch{app: a, doubted: a.ClockState().Doubted}
	return w.look(ctx)
}
