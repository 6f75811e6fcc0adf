package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// EventsAfter returns a branch's events after a position, in order, at most
// limit, and notes how far it looked.
func (a *App) EventsAfter(ctx context.Context, branch town.BranchID, after town.Seq, limit int) ([]ledger.Event, error) {
	var events []ledger.Event
	err := a.view(ctx, func(v *view) (err error) {
		events, err = v.Events().After(ctx, branch, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	if len(events) > 0 {
		a.memory.Saw(branch, events[len(events)-1].Seq)
	}
	return events, nil
}

// TailStart returns where a branch stands, for whoever follows its events from
// there on, and the calls since an instant whose people are still waited for
// and which no screen has reported: nobody may be left who expects that.
// Errors: ErrNotFound for an unknown branch.
func (a *App) TailStart(ctx context.Context, branch town.BranchID, from time.Time) (town.Seq, []ledger.Event, error) {
	var seq town.Seq
	var unreported []ledger.Event
	err := a.view(ctx, func(v *view) (err error) {
		if seq, err = v.Events().Last(ctx, branch); err != nil {
			return fmt.Errorf("read position: %w", err)
		}
		if err = a.Alarms.remember(ctx, branch, v); err != nil {
			return err
		}
		unreported, err = unreportedCalls(ctx, v, branch, from)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	a.memory.Saw(branch, seq)
	return seq, unreported, nil
}

func unreportedCalls(ctx context.Context, tx ledger.Tx, branch town.BranchID, from time.Time) ([]ledger.Event, error) {
	events, err := tx.Events().Calls(ctx, branch, from)
	if err != nil {
		return nil, fmt.Errorf("read calls: %w", err)
	}
	var unreported []ledger.Event
	for _, call := range fullBoard(boardCalls(events, nil)) {
		if call.Cleared {
			continue
		}
		reports, err := tx.Deliveries().Of(ctx, branch, call.Seq)
		if err != nil {
			return nil, fmt.Errorf("read reports: %w", err)
		}
		if !slices.ContainsFunc(reports, func(d ledger.Delivery) bool { return d.Shown != nil }) {
			unreported = append(unreported, call.Event)
		}
	}
	return unreported, nil
}
