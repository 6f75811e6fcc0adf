package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func roomRoundTrip(t *testing.T, s ledger.Store) {
	paused := func(branch town.BranchID) []ledger.Pause {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Pause, error) { return tx.Rooms().Paused(ctx, branch) })
	}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(
			tx.Rooms().SetPaused(ctx, markt, "platz-2", "meier", at),
			tx.Rooms().SetPaused(ctx, markt, "platz-1", "meier", at),
			tx.Rooms().SetPaused(ctx, markt, "platz-1", "adler", at.Add(time.Hour)),
		)
	})
	equal(t, "paused", paused(markt), []ledger.Pause{{Room: "platz-1", At: at.Add(time.Hour)}, {Room: "platz-2", At: at}})
	equal(t, "elsewhere", paused(nerchau), nil)
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Rooms().ClearPaused(ctx, markt, "platz-1"), tx.Rooms().ClearPaused(ctx, markt, "platz-9"))
	})
	equal(t, "resumed", paused(markt), []ledger.Pause{{Room: "platz-2", At: at}})
}
