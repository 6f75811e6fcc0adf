package main

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"aufruf/internal/client"
	"aufruf/internal/wire"
)

// away is how many screens lose their server.
const away = 1000

// measureReturn kills the server while many screens hang on it, starts it
// again, and takes the time from its being ready until each has its board.
func measureReturn(ctx context.Context, b *bench) error {
	for range b.runs {
		h, err := b.openServer(ctx)
		if err != nil {
			return err
		}
		back, err := h.restart(ctx)
		if err := errors.Join(err, h.close()); err != nil {
			return err
		}
		b.table.figure("server back to board, median of 1000 screens", "ms", "").add(percentile(back, 0.5))
		b.table.figure("server back to board, last of 1000 screens", "ms", "≤ 2,000 ms").add(percentile(back, 1))
	}
	return nil
}

func (h *benchServer) restart(ctx context.Context) ([]time.Duration, error) {
	screens, err := client.New(h.server.URL, client.Fixed(h.screens), "")
	if err != nil {
		return nil, err
	}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	group, ctx := errgroup.WithContext(ctx)
	boards := make(chan time.Time, away)
	for range away {
		group.Go(func() error {
			err := client.NewDisplay(screens, branch, returning{boards}).Run(ctx)
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		})
	}
	if _, err := boardsOfAll(ctx, boards); err != nil {
		return nil, errors.Join(err, group.Wait())
	}
	h.server.Kill()
	if err := h.server.Start(ctx); err != nil {
		return nil, err
	}
	ready := time.Now()
	came, err := boardsOfAll(ctx, boards)
	leave()
	if err := errors.Join(err, group.Wait()); err != nil {
		return nil, err
	}
	var back []time.Duration
	for _, at := range came {
		back = append(back, max(0, at.Sub(ready)))
	}
	return back, nil
}

func boardsOfAll(ctx context.Context, boards <-chan time.Time) ([]time.Time, error) {
	var came []time.Time
	for len(came) < away {
		select {
		case at := <-boards:
			came = append(came, at)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return came, nil
}

// returning is a screen that only notes when it has its board.
type returning struct{ boards chan<- time.Time }

func (r returning) OnBoard(wire.Board)   { r.boards <- time.Now() }
func (returning) OnConnected()           {}
func (returning) OnDisconnected(error)   {}
func (returning) OnCall(wire.ScreenCall) {}
func (returning) OnClear(wire.Clear)     {}
func (returning) OnLook(wire.Look)       {}
func (returning) OnTest(wire.Test)       {}
func (returning) OnToday(wire.Today)     {}
func (returning) OnClock(wire.Clock)     {}
