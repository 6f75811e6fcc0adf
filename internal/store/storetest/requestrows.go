package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
)

func requestRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Request{Scope: "command meier", Key: []byte{1, 2}, Digest: []byte{3}, Answer: []byte{4}, At: at}
	bare := ledger.Request{Scope: "command adler", Key: []byte{1, 2}, Digest: []byte{5}, At: at.Add(time.Hour)}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Requests().Put(ctx, full), tx.Requests().Put(ctx, bare))
	})
	get := func(r ledger.Request) func(context.Context, ledger.Tx) (ledger.Request, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Request, error) {
			return tx.Requests().Get(ctx, r.Scope, r.Key)
		}
	}
	equal(t, "full", view(t, s, get(full)), full)
	equal(t, "bare", view(t, s, get(bare)), bare)
	missing(t, s, "unknown key", get(ledger.Request{Scope: full.Scope, Key: []byte{9}}))
	refused(t, s, "same key", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Requests().Put(ctx, full) })
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Requests().Move(ctx, bare.At, bare.At, 24*time.Hour)
	})
	bare.At = bare.At.Add(24 * time.Hour)
	equal(t, "moved", view(t, s, get(bare)), bare)
	equal(t, "not moved", view(t, s, get(full)), full)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Requests().DeleteBefore(ctx, at.Add(time.Minute))
		return err
	})
	missing(t, s, "swept", get(full))
	equal(t, "kept", view(t, s, get(bare)), bare)
}
