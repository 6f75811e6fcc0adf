package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func lateCallRoundTrip(t *testing.T, s ledger.Store) {
	in := time.Hour
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(
			tx.Deliveries().Put(ctx, ledger.Delivery{Branch: markt, Call: 4, Device: "d1", At: at, In: &in}),
			tx.Deliveries().Put(ctx, ledger.Delivery{Branch: markt, Call: 5, Device: "d1", At: at}),
			tx.Deliveries().Late(ctx, markt, 5, at), tx.Deliveries().Late(ctx, markt, 5, at.Add(time.Second)),
		)
	})
	from := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Delivery, error) {
		return tx.Deliveries().From(ctx, markt, 4)
	})
	if len(from) != 2 || from[0].Call != 4 || from[1].Call != 5 || from[1].In != nil {
		t.Fatalf("got %+v, want the reports of calls 4 and 5", from)
	}
	if left := from[0].In; left == nil || *left > in || *left < in-time.Minute {
		t.Errorf("got %v left, want nearly %v", left, in)
	}
	late := func(call town.Seq) bool {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (bool, error) { return tx.Deliveries().IsLate(ctx, markt, call) })
	}
	equal(t, "late", []bool{late(4), late(5)}, []bool{false, true})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Deliveries().DeleteBefore(ctx, at.Add(time.Minute))
		return err
	})
	equal(t, "late once swept", late(5), false)
}

func nodeRoundTrip(t *testing.T, s ledger.Store) {
	const one, two = ledger.NodeID("one"), ledger.NodeID("two")
	renew := func(id ledger.NodeID, lease time.Duration) (went bool) {
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
			went, err = tx.Nodes().Renew(ctx, id, lease)
			return err
		})
		return went
	}
	equal(t, "the first lease", []bool{renew(one, time.Hour), renew(two, time.Hour)}, []bool{false, false})
	equal(t, "renewed", renew(one, time.Hour), true)
	full := ledger.Presence{Branch: markt, Device: "d1", Name: "Foyer", Offices: []town.OfficeID{"standesamt"}, Sound: "played", Since: at, Twice: at.Add(time.Second)}
	bare := ledger.Presence{Branch: nerchau, Device: "d2", Name: "Flur", Since: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		before := full
		before.Name, before.Offices, before.Sound, before.Twice = "", nil, "", time.Time{}
		return errors.Join(tx.Nodes().Put(ctx, one, before), tx.Nodes().Put(ctx, one, full), tx.Nodes().Put(ctx, one, bare), tx.Nodes().Put(ctx, two, bare))
	})
	elsewhere := func(but ledger.NodeID) []ledger.Presence {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Presence, error) {
			return tx.Nodes().Elsewhere(ctx, but)
		})
	}
	equal(t, "seen from the second", elsewhere(two), []ledger.Presence{full, bare})
	equal(t, "seen from the first", elsewhere(one), []ledger.Presence{bare})
	equal(t, "of a branch", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Presence, error) {
		return tx.Nodes().ElsewhereAt(ctx, two, nerchau)
	}), []ledger.Presence{bare})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Nodes().Gone(ctx, one, markt, "d1") })
	equal(t, "without one that went", elsewhere(two), []ledger.Presence{bare})
	equal(t, "renewed to end at once", renew(one, 0), true)
	equal(t, "of a node whose lease is over", elsewhere(two), nil)
	equal(t, "renewed too late", renew(one, time.Hour), false)
	equal(t, "of a node that begins anew", elsewhere(two), nil)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Nodes().Leave(ctx, two) })
	equal(t, "of a node that left", elsewhere(one), nil)
}
