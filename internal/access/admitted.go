package access

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// metaAccess names the present state of everybody's rights in the database.
const metaAccess = "access"

// Admitted is who was let in at one moment.
type Admitted struct {
	Sessions map[string]Actor // by Proof, of those that were asked for
	Devices  map[town.DeviceID]ledger.Device
}

// Admitted looks who is let in now: all devices, and of the sessions those that
// are named by their proof. Who is missing in the answer has no rights any more.
func (a *Control) Admitted(ctx context.Context, sessions []string) (Admitted, error) {
	var in Admitted
	err := a.view(ctx, func(t *turn) error {
		in = Admitted{Sessions: map[string]Actor{}, Devices: map[town.DeviceID]ledger.Device{}}
		devices, err := t.Devices().All(ctx)
		if err != nil {
			return fmt.Errorf("read devices: %w", err)
		}
		for _, d := range devices {
			if !d.Revoked {
				in.Devices[d.ID] = d
			}
		}
		for _, proof := range sessions {
			actor, err := t.staffOf(ctx, []byte(proof))
			switch {
			case err == nil:
				in.Sessions[proof] = actor
			case !errors.Is(err, errSignIn) && !errors.Is(err, ledger.ErrNotFound):
				return fmt.Errorf("read session: %w", err)
			}
		}
		return nil
	})
	return in, err
}

// Revision names the present state of everybody's rights: while it stays the
// same, nobody's ended but by time.
func (a *Control) Revision(ctx context.Context) (string, error) {
	var revision string
	err := a.view(ctx, func(t *turn) (err error) {
		revision, err = t.Meta().Get(ctx, metaAccess)
		return err
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return "", nil
	}
	return revision, err
}

// touchAccess notes that somebody's rights changed, so that open connections
// are looked at again.
func (t *turn) touchAccess(ctx context.Context) error {
	revision, err := t.control.secrets.ID()
	if err != nil {
		return err
	}
	return t.Meta().Set(ctx, metaAccess, revision)
}
