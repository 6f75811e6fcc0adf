package forced

import (
	"context"
	"errors"

	"aufruf/internal/app"
)

// forcedTx is a transaction whose row sets pass points.
type forcedTx struct {
	app.Tx
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
	return errors.Is(err, app.ErrNotFound) || errors.Is(err, app.ErrStale) || errors.Is(err, app.ErrTaken)
}

// ran passes a point and runs an operation that returns nothing.
func ran(ctx context.Context, w *watch, point string, run func() error) error {
	if err := w.at(ctx, point); err != nil {
		return err
	}
	defer w.store.ended()
	return run()
}

// got passes a point and runs an operation that returns one value.
func got[T any](ctx context.Context, w *watch, point string, run func() (T, error)) (T, error) {
	if err := w.at(ctx, point); err != nil {
		var none T
		return none, err
	}
	defer w.store.ended()
	return run()
}

// gotBoth passes a point and runs an operation that returns two.
func gotBoth[A, B any](ctx context.Context, w *watch, point string, run func() (A, B, error)) (A, B, error) {
	if err := w.at(ctx, point); err != nil {
		var a A
		var b B
		return a, b, err
	}
	defer w.store.ended()
	return run()
}
