package app

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// auditTime is how long the audit trail is kept.
const auditTime = 30 * 24 * time.Hour

// audit notes who did what to which number. A citizen acts without a name.
func (c *change) audit(ctx context.Context, actor access.Actor, action string, t queue.Ticket) error {
	name := actor.Name()
	if name == "" {
		name = "citizen"
	}
	err := c.Audit().Put(ctx, ledger.AuditEntry{
		At: c.now, Branch: t.Branch, Actor: name, Action: action,
		Ticket: t.ID, Number: t.Number, Room: t.Room, Detail: string(t.State),
	})
	if err != nil {
		return fmt.Errorf("write audit trail: %w", err)
	}
	return nil
}

// Trail returns a branch's audit trail, newest first. Errors: Forbidden for
// whoever isn't its manager.
func (a *App) Trail(ctx context.Context, actor access.Actor, branch town.BranchID, from, to time.Time, limit int) ([]ledger.AuditEntry, error) {
	if !actor.In(branch) || !actor.AtLeast(ledger.RoleManager) {
		return nil, access.ErrForbidden
	}
	var entries []ledger.AuditEntry
	err := a.view(ctx, func(v *view) (err error) {
		entries, err = v.Audit().Of(ctx, branch, from, to, limit)
		return err
	})
	return entries, err
}
