package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// TrailPage is a part of the trail, the newest entries first.
type TrailPage struct {
	Entries []ledger.AuditEntry
	More    bool              // there are older ones
	Kinds   ledger.AuditKinds // who and what there is, whatever the filter
}

// Trail is who did what.
type Trail struct{ *core }

// Page returns a part of a branch's audit trail, and for whoever manages all
// branches what concerns none. It says whether there is more. Errors: Forbidden
// for whoever isn't the branch's manager.
func (tr *Trail) Page(ctx context.Context, actor access.Actor, f ledger.AuditFilter, limit int) (TrailPage, error) {
	if err := actor.MayManage(f.Branch); err != nil {
		return TrailPage{}, err
	}
	f.House = actor.MayManage("") == nil
	var p TrailPage
	err := tr.view(ctx, func(v *view) (err error) {
		if p.Entries, err = v.Audit().Of(ctx, f, limit+1); err != nil {
			return err
		}
		all := f
		all.Number, all.Actor, all.Action = 0, "", ""
		p.Kinds, err = v.Audit().Kinds(ctx, all)
		return err
	})
	if len(p.Entries) > limit {
		p.Entries, p.More = p.Entries[:limit], true
	}
	return p, err
}

// History returns all that was done with a number of a day, on whichever day, the
// oldest first: what happened at branches that the actor manages. Errors:
// Forbidden; NotFound "number.unknown".
func (tr *Trail) History(ctx context.Context, actor access.Actor, branch town.BranchID, date town.Date, number town.Number) ([]ledger.AuditEntry, error) {
	if err := actor.MayManage(branch); err != nil {
		return nil, err
	}
	var entries []ledger.AuditEntry
	err := tr.view(ctx, func(v *view) error {
		t, err := v.Tickets().ByNumber(ctx, branch, date, number)
		if errors.Is(err, ledger.ErrNotFound) {
			return errNoSuchNumber
		}
		if err != nil {
			return fmt.Errorf("read number: %w", err)
		}
		entries, err = v.Audit().OfTicket(ctx, t.ID)
		return err
	})
	return slices.DeleteFunc(entries, func(e ledger.AuditEntry) bool { return actor.MayManage(e.Branch) != nil }), err
}
