package app

import (
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Report stores what screens reported of calls, merged per device and call, and
// hints to other nodes.
func (a *App) Report(ctx context.Context, reports []ledger.Delivery) error {
	reports = slices.SortedStableFunc(slices.Values(reports), inOrder)
	err := a.write(ctx, nil, func(v *view) error {
		shown := map[town.DeviceID]time.Time{}
		for _, r := range reports {
			if err := v.Deliveries().Put(ctx, r); err != nil {
				return fmt.Errorf("store report: %w", err)
			}
			if r.Shown != nil {
				shown[r.Device] = r.At
			}
		}
		return noteShown(ctx, v, shown)
	})
	if err != nil || !a.Nodes.Shared() {
		return err
	}
	for _, branch := range reportedAt(reports) {
		a.hints.Publish(ctx, branch)
	}
	return nil
}

func reportedAt(reports []ledger.Delivery) []town.BranchID {
	var branches []town.BranchID
	for _, r := range reports { // in order
		if len(branches) == 0 || branches[len(branches)-1] != r.Branch {
			branches = append(branches, r.Branch)
		}
	}
	return branches
}

// inOrder is the order in which reports are stored, so that two nodes that store
// some of the same calls at once never wait for each other.
func inOrder(x, y ledger.Delivery) int {
	return cmp.Or(cmp.Compare(x.Branch, y.Branch), cmp.Compare(x.Call, y.Call), cmp.Compare(x.Device, y.Device))
}

// noteShown keeps when each screen last showed a call. In order: another node
// may note the same screens at the same moment.
func noteShown(ctx context.Context, tx ledger.Tx, shown map[town.DeviceID]time.Time) error {
	for _, id := range slices.Sorted(maps.Keys(shown)) {
		if err := tx.Devices().Showed(ctx, id, shown[id]); err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return fmt.Errorf("note screen: %w", err)
		}
	}
	return nil
}

// Deliveries returns the reports about a call.
func (a *App) Deliveries(ctx context.Context, branch town.BranchID, call town.Seq) ([]ledger.Delivery, error) {
	var reports []ledger.Delivery
	err := a.view(ctx, func(v *view) (err error) {
		reports, err = v.Deliveries().Of(ctx, branch, call)
		return err
	})
	return reports, err
}
