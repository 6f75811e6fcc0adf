package storetest

import (
	"context"
	"errors"
	"testing"

	"aufruf/internal/ledger"
)

func metaRoundTrip(t *testing.T, s ledger.Store) {
	get := func(key string) func(context.Context, ledger.Tx) (string, error) {
		return func(ctx context.Context, tx ledger.Tx) (string, error) { return tx.Meta().Get(ctx, key) }
	}
	missing(t, s, "unset", get("epoch"))
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Meta().Set(ctx, "epoch", "a"), tx.Meta().Set(ctx, "epoch", "b"))
	})
	equal(t, "set", view(t, s, get("epoch")), "b")
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Meta().Add(ctx, "epoch", "c"), tx.Meta().Add(ctx, "secret", "d"))
	})
	equal(t, "there already", view(t, s, get("epoch")), "b")
	equal(t, "added", view(t, s, get("secret")), "d")
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Meta().Delete(ctx, "secret"), tx.Meta().Delete(ctx, "none"))
	})
	missing(t, s, "deleted", get("secret"))
}
