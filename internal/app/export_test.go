package app

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Identity is what all nodes of one database have in common.
func (a *App) Identity() string {
	return fmt.Sprintf("epoch %s, secret %x", a.epoch, a.secrets.Keyed("identity", ""))
}

// SameMailbox is sameMailbox.
func SameMailbox(email string) string { return sameMailbox(email) }

// Hasten lets a test wait less for what can't be overwritten. It comes before
// RunOverwrites.
func (a *App) Hasten(within, again time.Duration) {
	a.overwriting.within, a.overwriting.again = within, again
}

// Of returns the newest entries of a branch.
func (tr *Trail) Of(ctx context.Context, actor access.Actor, branch town.BranchID, from, to time.Time, limit int) ([]ledger.AuditEntry, error) {
	p, err := tr.Page(ctx, actor, ledger.AuditFilter{Branch: branch, From: from, To: to}, limit)
	return p.Entries, err
}

// Change lets a test be a use case that does wrong.
type Change = change

// Change runs an update of it.
func (a *App) Change(ctx context.Context, branches []town.BranchID, fn func(*Change) error) error {
	return a.update(ctx, branches, fn)
}

// Record stores events of a branch.
func (c *change) Record(ctx context.Context, branch town.BranchID, events ...ledger.Event) error {
	_, err := c.days.Record(ctx, branch, events...)
	return err
}

// Day reads a branch's day as it stood at the start.
func (c *change) Day(ctx context.Context, branch town.BranchID) error {
	b, err := c.rules.Known(branch)
	if err != nil {
		return err
	}
	_, err = c.days.Today(ctx, b)
	return err
}

// LookAtClock looks at the clocks once, asks every second source, and hears a
// confirmation: what RunTime does all the time.
func (a *App) LookAtClock(ctx context.Context) error {
	w := timeWatch{core: a.core, doubted: a.ClockState().Doubted}
	return w.look(ctx)
}

// Links returns the tokens of all links that wait to be confirmed, in order.
func (a *App) Links(ctx context.Context) ([]string, error) {
	var tokens []string
	err := a.view(ctx, func(v *view) error {
		rows, err := v.Confirmations().Since(ctx, 0)
		for _, row := range rows {
			var what awaited
			if err := a.sealer.openValue(placeOfConfirmation(row), row.KeyDay, row.Body, &what); err != nil {
				return err
			}
			tokens = append(tokens, what.Token)
		}
		return err
	})
	return tokens, err
}
