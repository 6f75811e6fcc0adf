package app

import (
	"context"
	"errors"
	"slices"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// TestSound has one screen of a branch sound once, or each of them where
// device is empty, and returns the position under which they report. Errors: as
// of Actor.MayDesk; NotFound "device.unknown".
func (a *App) TestSound(ctx context.Context, actor access.Actor, branch town.BranchID, device town.DeviceID) (seq town.Seq, err error) {
	if err := actor.MayDesk(branch); err != nil {
		return 0, err
	}
	if _, err := a.plans.Now().Known(branch); err != nil {
		return 0, err
	}
	err = a.update(ctx, []town.BranchID{branch}, func(c *change) error {
		if device != "" {
			d, err := c.Devices().ByID(ctx, device)
			if errors.Is(err, ledger.ErrNotFound) || err == nil && (d.Branch != branch || d.Kind != ledger.DeviceDisplay || d.Revoked) {
				return access.ErrDevice
			}
			if err != nil {
				return err
			}
		}
		events, err := c.days.Record(ctx, branch, ledger.Event{Kind: ledger.EventSound, Device: device})
		if err == nil {
			seq = events[0].Seq
		}
		return err
	})
	return seq, err
}

// Sounds reports whether an event asks a device to sound for a test.
func Sounds(e ledger.Event, device town.DeviceID) bool {
	return e.Kind == ledger.EventSound && slices.Contains([]town.DeviceID{"", device}, e.Device)
}
