package storetest

import (
	"context"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func eventRoundTrip(t *testing.T, s ledger.Store) {
	call := ledger.Event{
		At: at, Kind: ledger.EventCall, Ticket: "t1", Number: 417, Office: "buergerbuero", Room: "platz-1", Label: "Platz 1",
		Again: true, Call: 5, Screens: 2, Pickup: true, Dates: []town.Date{day, day.AddDays(1)},
	}
	bare := ledger.Event{At: at.Add(time.Minute), Kind: ledger.EventQueue}
	late := ledger.Event{At: at.Add(time.Hour), Kind: ledger.EventClear, Number: 100}
	var got, more []ledger.Event
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) (err error) {
		got, err = tx.Events().Append(ctx, markt, call, bare)
		if err != nil {
			return err
		}
		more, err = tx.Events().Append(ctx, markt, late)
		return err
	})
	call.Branch, call.Seq = markt, 1
	bare.Branch, bare.Seq = markt, 2
	late.Branch, late.Seq = markt, 3
	equal(t, "numbered", append(got, more...), []ledger.Event{call, bare, late})
	after := func(seq town.Seq, limit int) []ledger.Event {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Event, error) {
			return tx.Events().After(ctx, markt, seq, limit)
		})
	}
	equal(t, "all", after(0, 10), []ledger.Event{call, bare, late})
	equal(t, "after 1", after(1, 1), []ledger.Event{bare})
	equal(t, "after the last", after(3, 10), []ledger.Event(nil))
	equal(t, "calls", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Event, error) {
		return tx.Events().Calls(ctx, markt, at)
	}), []ledger.Event{call, late})
	equal(t, "later calls", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Event, error) {
		return tx.Events().Calls(ctx, markt, at.Add(time.Microsecond))
	}), []ledger.Event{late})
	last := func(branch town.BranchID) func(context.Context, ledger.Tx) (town.Seq, error) {
		return func(ctx context.Context, tx ledger.Tx) (town.Seq, error) { return tx.Events().Last(ctx, branch) }
	}
	equal(t, "last", view(t, s, last(markt)), 3)
	equal(t, "last of a quiet branch", view(t, s, last(nerchau)), 0)
	missing(t, s, "last of no branch", last("nowhere"))
	refused(t, s, "append to no branch", ledger.ErrNotFound, []town.BranchID{"nowhere"}, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Events().Append(ctx, "nowhere", bare)
		return err
	})
	err := s.Update(t.Context(), []town.BranchID{nerchau}, func(tx ledger.Tx) error {
		_, err := tx.Events().Append(t.Context(), markt, bare)
		return err
	})
	if err == nil {
		t.Error("append without holding the branch: got no error")
	}

	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Events().DeleteBefore(ctx, bare.At)
		return err
	})
	equal(t, "kept", after(0, 10), []ledger.Event{bare, late})
	addBranch(t, s, markt)
	equal(t, "last after all this", view(t, s, last(markt)), 3)
}

func deliveryRoundTrip(t *testing.T, s ledger.Store) {
	shown := 12
	first := ledger.Delivery{Branch: markt, Call: 1, Device: "d2", Shown: &shown, At: at}
	put := func(reports ...ledger.Delivery) {
		t.Helper()
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
			for _, report := range reports {
				if err := tx.Deliveries().Put(ctx, report); err != nil {
					return err
				}
			}
			return nil
		})
	}
	of := func(call town.Seq) []ledger.Delivery {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Delivery, error) {
			return tx.Deliveries().Of(ctx, markt, call)
		})
	}
	other := ledger.Delivery{Branch: markt, Call: 1, Device: "d1", Sound: "blocked", At: at}
	put(first, other, ledger.Delivery{Branch: markt, Call: 2, Device: "d1", At: at.Add(time.Hour)})
	equal(t, "as reported", of(1), []ledger.Delivery{other, first})
	again := 99
	put(ledger.Delivery{Branch: markt, Call: 1, Device: "d2", Shown: &again, Sound: "played", At: at.Add(time.Second)},
		ledger.Delivery{Branch: markt, Call: 1, Device: "d1", Shown: &again, Sound: "played", At: at.Add(time.Second)})
	first.Sound, other.Shown = "played", &again
	equal(t, "merged", of(1), []ledger.Delivery{other, first})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Deliveries().DeleteBefore(ctx, at.Add(time.Minute))
		return err
	})
	equal(t, "swept", []int{len(of(1)), len(of(2))}, []int{0, 1})
}
