package storetest

import (
	"context"
	"errors"
	"testing"

	"aufruf/internal/ledger"
)

func demandRoundTrip(t *testing.T, s ledger.Store) {
	const hour = ledger.Minute(483_000 * ledger.MinuteOfHour)
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		add := func(minute ledger.Minute, rush bool) error { return tx.Demand().Add(ctx, markt, minute, rush) }
		return errors.Join(
			add(hour, false), add(hour, false), add(hour+59, false), add(hour+60, false), add(hour+61, true), add(hour+61, false),
			add(hour+120, false), tx.Demand().Add(ctx, nerchau, hour, false),
		)
	})
	minutes := func(after ledger.Minute) []ledger.Taken {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Taken, error) {
			return tx.Demand().Minutes(ctx, markt, after)
		})
	}
	equal(t, "minutes", minutes(hour), []ledger.Taken{{From: hour + 59, Count: 1}, {From: hour + 60, Count: 1}, {From: hour + 61, Count: 2}, {From: hour + 120, Count: 1}})
	hours := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Taken, error) {
		return tx.Demand().Hours(ctx, markt, hour, hour+121)
	})
	equal(t, "hours without a rush", hours, []ledger.Taken{{From: hour, Count: 3}, {From: hour + 120, Count: 1}})
	var gone int
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) (err error) {
		gone, err = tx.Demand().DeleteBefore(ctx, hour+60)
		return err
	})
	equal(t, "gone", gone, 3)
	equal(t, "left", minutes(hour), []ledger.Taken{{From: hour + 60, Count: 1}, {From: hour + 61, Count: 2}, {From: hour + 120, Count: 1}})
}
