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

// auditName is how the trail calls an actor. A citizen acts without a name; whoever
// shows a weak token may be anybody who has the slip, staff too.
func auditName(actor access.Actor) string {
	switch {
	case actor.Kind != access.Citizen:
		return actor.Name()
	case actor.BySlip:
		return "slip"
	}
	return "citizen"
}

// audit notes who did what to which number.
func (v *view) audit(ctx context.Context, actor access.Actor, action string, t queue.Ticket) error {
	err := v.Audit().Put(ctx, ledger.AuditEntry{
		At: v.now, Branch: t.Branch, Actor: auditName(actor), Action: action,
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
