package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func auditRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.AuditEntry{
		At: at, Branch: markt, Actor: "meier", Action: "audit.called", Ticket: "t1", Number: 417, Room: "platz-1", Detail: "waiting called",
	}
	bare := ledger.AuditEntry{At: at.Add(time.Minute), Actor: "server", Action: "audit.started"}
	same := full
	same.Action = "audit.recalled"
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Audit().Put(ctx, full), tx.Audit().Put(ctx, bare), tx.Audit().Put(ctx, same))
	})
	meant := func(f ledger.AuditFilter, limit int) []ledger.AuditEntry {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.AuditEntry, error) {
			return tx.Audit().Of(ctx, f, limit)
		})
	}
	unnumbered := func(found []ledger.AuditEntry) []ledger.AuditEntry {
		for i := range found {
			if found[i].ID == 0 {
				t.Error("entry without id")
			}
			found[i].ID = 0
		}
		return found
	}
	of := func(branch town.BranchID, from, to time.Time, limit int) []ledger.AuditEntry {
		return unnumbered(meant(ledger.AuditFilter{Branch: branch, From: from, To: to}, limit))
	}
	equal(t, "of branch", of(markt, at, at.Add(time.Hour), 10), []ledger.AuditEntry{same, full})
	equal(t, "newest", of(markt, at, at.Add(time.Hour), 1), []ledger.AuditEntry{same})
	equal(t, "of none", of("", at, at.Add(time.Hour), 10), []ledger.AuditEntry{bare})
	equal(t, "end excluded", of("", at, bare.At, 10), []ledger.AuditEntry(nil))
	whole := ledger.AuditFilter{Branch: markt, House: true, From: at, To: at.Add(time.Hour)}
	equal(t, "with the house's", unnumbered(meant(whole, 10)), []ledger.AuditEntry{bare, same, full})
	next, pages := whole, []ledger.AuditEntry(nil)
	for range 4 { // one by one, of which the last finds nothing
		for _, e := range meant(next, 1) {
			next.Before = ledger.AuditPosition{At: e.At, ID: e.ID}
			pages = append(pages, e)
		}
	}
	equal(t, "page by page", unnumbered(pages), []ledger.AuditEntry{bare, same, full})
	for name, f := range map[string]ledger.AuditFilter{
		"of a number": {Number: 417}, "of somebody": {Actor: "meier"},
	} {
		f.Branch, f.House, f.From, f.To = whole.Branch, true, whole.From, whole.To
		equal(t, name, unnumbered(meant(f, 10)), []ledger.AuditEntry{same, full})
	}
	done := whole
	done.Action = full.Action
	equal(t, "of a kind", unnumbered(meant(done, 10)), []ledger.AuditEntry{full})
	equal(t, "kinds", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.AuditKinds, error) {
		return tx.Audit().Kinds(ctx, whole)
	}),
		ledger.AuditKinds{Actors: []string{"meier", "server"}, Actions: []string{"audit.called", "audit.recalled", "audit.started"}})
	equal(t, "of a ticket", unnumbered(view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.AuditEntry, error) {
		return tx.Audit().OfTicket(ctx, "t1")
	})), []ledger.AuditEntry{full, same})
	var deleted int
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		deleted, err = tx.Audit().DeleteBefore(ctx, bare.At)
		return err
	})
	equal(t, "deleted", deleted, 2)
}

func securityRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.SecurityEvent{At: at, Name: "sign_in_refused", Account: "anna", Actor: "bert", Way: "password", Detail: "wrong", Times: 3}
	bare := ledger.SecurityEvent{At: at.Add(time.Second), Name: "right_refused", Times: 1}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Security().Put(ctx, full), tx.Security().Put(ctx, bare))
	})
	last := func(limit int) []ledger.SecurityEvent {
		all := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.SecurityEvent, error) {
			return tx.Security().Last(ctx, limit)
		})
		for i := range all {
			all[i].ID = 0
		}
		return all
	}
	equal(t, "all", last(10), []ledger.SecurityEvent{bare, full})
	equal(t, "the newest", last(1), []ledger.SecurityEvent{bare})
	swept := 0
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		swept, err = tx.Security().DeleteBefore(ctx, bare.At)
		return err
	})
	equal(t, "swept", swept, 1)
	equal(t, "left", last(10), []ledger.SecurityEvent{bare})
}
