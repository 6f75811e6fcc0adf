package forced

import (
	"context"
	"errors"

	"aufruf/internal/ledger"
)

// forcedTx is a transaction whose row sets pass points.
type forcedTx struct {
	ledger.Tx
	watch *watch
}

// watch belongs to one transaction, as one run of fn.
type watch struct {
	store     *Store
	swallowed error // the first failure that was forced
}

func (w *watch) at(ctx context.Context, point string) error {
	if w.swallowed != nil {
		return w.swallowed
	}
	err := w.store.at(ctx, point)
	if err != nil && !isAnswer(err) {
		w.swallowed = err
	}
	return err
}

func isAnswer(err error) bool {
	return errors.Is(err, ledger.ErrNotFound) || errors.Is(err, ledger.ErrStale) || errors.Is(err, ledger.ErrTaken)
}

// ran runs an operation that returns nothing, between its points.
func ran(ctx context.Context, w *watch, point string, run func() error) error {
	if err := w.at(ctx, point); err != nil {
		return err
	}
	if err := run(); err != nil {
		return err
	}
	return w.at(ctx, point+done)
}

// got runs an operation that returns one value, between its points.
func got[T any](ctx context.Context, w *watch, point string, run func() (T, error)) (T, error) {
	var none, value T
	err := ran(ctx, w, point, func() (err error) {
		value, err = run()
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}

// gotBoth runs an operation that returns two, between its points.
func gotBoth[A, B any](ctx context.Context, w *watch, point string, run func() (A, B, error)) (A, B, error) {
	type both struct {
		a A
		b B
	}
	found, err := got(ctx, w, point, func() (f both, err error) {
		f.a, f.b, err = run()
		return f, err
	})
	return found.a, found.b, err
}
