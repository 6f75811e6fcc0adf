package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// ErrDevice: a device of that name or id doesn't exist.
var ErrDevice = problem.New(problem.NotFound, "device.unknown")

// maxDeviceName is the longest name of a device, in characters.
const maxDeviceName = 60

// AddDevice creates a screen or kiosk and returns its token, which is shown
// only now. Errors: Invalid; NotFound for branch and offices; Conflict
// "device.exists".
func (a *Control) AddDevice(ctx context.Context, d ledger.Device) (string, error) {
	token, err := a.secrets.Token()
	if err != nil {
		return "", err
	}
	d.Hash = secrets.Hash(token)
	err = a.updateAt(ctx, []town.BranchID{d.Branch}, func(t *turn) error {
		_, err := t.insertDevice(ctx, Actor{Kind: Maintenance}, d, EventDeviceAdded)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// insertDevice stores a device whose token's hash is set. Errors as of
// AddDevice; "pairing.unknown" for a token that is a device's already.
func (t *turn) insertDevice(ctx context.Context, actor Actor, d ledger.Device, action string) (ledger.Device, error) {
	d.Name = strings.Join(strings.Fields(d.Name), " ") // lists have one line for each
	if err := t.checkDevice(ctx, d); err != nil {
		return ledger.Device{}, err
	}
	id, err := t.control.secrets.ID()
	if err != nil {
		return ledger.Device{}, err
	}
	d.ID, d.Created = town.DeviceID(id), t.now
	if err := t.Devices().Insert(ctx, d); err != nil {
		return ledger.Device{}, t.notInserted(ctx, d, err)
	}
	return d, t.auditDevice(ctx, actor, action, d.Name)
}

// notInserted says whether a device's name or its token is used already.
func (t *turn) notInserted(ctx context.Context, d ledger.Device, cause error) error {
	if !errors.Is(cause, ledger.ErrTaken) {
		return cause
	}
	_, err := t.Devices().ByHash(ctx, d.Hash)
	switch {
	case err == nil:
		return errCode
	case errors.Is(err, ledger.ErrNotFound):
		return problem.New(problem.Conflict, "device.exists").With("name", d.Name)
	}
	return fmt.Errorf("read device: %w", err)
}

func (t *turn) checkDevice(ctx context.Context, d ledger.Device) error {
	if !town.Visible(d.Name) || utf8.RuneCountInString(d.Name) > maxDeviceName || strings.ContainsFunc(d.Name, town.Unprintable) {
		return problem.Field("name", "device.name")
	}
	if d.Kind != ledger.DeviceDisplay && d.Kind != ledger.DeviceKiosk {
		return problem.Field("kind", "device.kind")
	}
	offered, err := t.plan(ctx)
	if err != nil {
		return err
	}
	b, err := offered.Branch(d.Branch)
	if errors.Is(err, plan.ErrBranch) {
		return plan.ErrBranch.With("branch", string(d.Branch))
	}
	if err != nil {
		return err
	}
	for _, id := range d.Offices {
		if _, ok := b.PlanOf[id]; !ok {
			return plan.ErrOffice.With("office", string(id))
		}
	}
	return nil
}

// RevokeDevice takes a device's rights by name or id; its connection ends.
// Errors: NotFound.
func (a *Control) RevokeDevice(ctx context.Context, name string) error {
	return a.revokeDevice(ctx, Actor{Kind: Maintenance}, name)
}

func (a *Control) revokeDevice(ctx context.Context, actor Actor, name string) error {
	err := a.update(ctx, func(t *turn) error {
		actor, err := t.proveAgain(ctx, actor)
		if err != nil {
			return err
		}
		d, err := t.Devices().ByName(ctx, name)
		if errors.Is(err, ledger.ErrNotFound) {
			d, err = t.Devices().ByID(ctx, town.DeviceID(name))
		}
		if err != nil {
			return err
		}
		if err := actor.MayManage(d.Branch); err != nil {
			return err
		}
		if err := t.Devices().Revoke(ctx, d.ID); err != nil {
			return err
		}
		if err := t.auditDevice(ctx, actor, EventDeviceRevoked, d.Name); err != nil {
			return err
		}
		return t.touchAccess(ctx)
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return ErrDevice
	}
	return err
}

// Devices returns all devices, ordered by name.
func (a *Control) Devices(ctx context.Context) ([]ledger.Device, error) {
	var devices []ledger.Device
	err := a.view(ctx, func(t *turn) (err error) {
		devices, err = t.Devices().All(ctx)
		return err
	})
	return devices, err
}

// DeviceSeen notes that a device is connected, and what it says of itself.
// Empty texts leave what is on record.
func (a *Control) DeviceSeen(ctx context.Context, id town.DeviceID, sound, program string) error {
	return a.update(ctx, func(t *turn) error {
		return t.Devices().Saw(ctx, id, t.now, sound, program)
	})
}
