package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

var errDevice = problem.New(problem.NotFound, "device.unknown")

// maxDeviceName is the longest name of a device, in characters.
const maxDeviceName = 60

// AddDevice creates a screen or kiosk and returns its token, which is shown
// only now. Errors: Invalid; NotFound for branch and offices; Conflict
// "device.exists".
func (a *App) AddDevice(ctx context.Context, d ledger.Device) (string, error) {
	token, err := a.drawToken()
	if err != nil {
		return "", err
	}
	d.Hash = hash(token)
	err = a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		_, err := a.insertDevice(ctx, tx, Actor{Kind: Maintenance}, d, "device_added")
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// insertDevice stores a device whose token's hash is set. Errors as of
// AddDevice; "pairing.unknown" for a token that is a device's already.
func (a *App) insertDevice(ctx context.Context, tx ledger.Tx, actor Actor, d ledger.Device, action string) (ledger.Device, error) {
	d.Name = strings.TrimSpace(d.Name)
	if err := a.checkDevice(d); err != nil {
		return ledger.Device{}, err
	}
	id, err := a.drawID()
	if err != nil {
		return ledger.Device{}, err
	}
	d.ID, d.Created = town.DeviceID(id), a.clock()
	if err := tx.Devices().Insert(ctx, d); err != nil {
		return ledger.Device{}, notInserted(ctx, tx, d, err)
	}
	return d, tx.Audit().Put(ctx, ledger.AuditEntry{At: d.Created, Actor: actor.Name(), Action: action, Detail: d.Name})
}

// notInserted says whether a device's name or its token is used already.
func notInserted(ctx context.Context, tx ledger.Tx, d ledger.Device, cause error) error {
	if !errors.Is(cause, ledger.ErrTaken) {
		return cause
	}
	_, err := tx.Devices().ByHash(ctx, d.Hash)
	switch {
	case err == nil:
		return errCode
	case errors.Is(err, ledger.ErrNotFound):
		return problem.New(problem.Conflict, "device.exists").With("name", d.Name)
	}
	return fmt.Errorf("read device: %w", err)
}

func (a *App) checkDevice(d ledger.Device) error {
	if d.Name == "" || utf8.RuneCountInString(d.Name) > maxDeviceName || strings.ContainsFunc(d.Name, unprintable) {
		return problem.Field("name", "device.name")
	}
	if d.Kind != ledger.DeviceDisplay && d.Kind != ledger.DeviceKiosk {
		return problem.Field("kind", "device.kind")
	}
	b, err := a.plan.Load().branch(d.Branch)
	if err != nil {
		return err
	}
	for _, id := range d.Offices {
		if _, ok := b.offices[id]; !ok {
			return errOffice.With("office", string(id))
		}
	}
	return nil
}

// RevokeDevice takes a device's rights by name or id; its connection ends.
// Errors: NotFound.
func (a *App) RevokeDevice(ctx context.Context, name string) error {
	return a.revokeDevice(ctx, Actor{Kind: Maintenance}, name)
}

func (a *App) revokeDevice(ctx context.Context, actor Actor, name string) error {
	err := a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		actor, err := a.proveAgain(ctx, tx, actor)
		if err != nil {
			return err
		}
		d, err := tx.Devices().ByName(ctx, name)
		if errors.Is(err, ledger.ErrNotFound) {
			d, err = tx.Devices().ByID(ctx, town.DeviceID(name))
		}
		if err != nil {
			return err
		}
		if err := actor.MayManage(d.Branch); err != nil {
			return err
		}
		if err := tx.Devices().Revoke(ctx, d.ID); err != nil {
			return err
		}
		if err := a.auditAdmin(ctx, tx, actor, "device_revoked", d.Name); err != nil {
			return err
		}
		return a.touchAccess(ctx, tx)
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return errDevice
	}
	return err
}

// Devices returns all devices, ordered by name.
func (a *App) Devices(ctx context.Context) ([]ledger.Device, error) {
	var devices []ledger.Device
	err := a.store.View(ctx, func(tx ledger.Tx) (err error) {
		devices, err = tx.Devices().All(ctx)
		return err
	})
	return devices, err
}

// DeviceSeen notes that a device is connected, and what it says of itself.
// Empty texts leave what is on record.
func (a *App) DeviceSeen(ctx context.Context, id town.DeviceID, sound, program string) error {
	return a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		return tx.Devices().Saw(ctx, id, a.clock(), sound, program)
	})
}

// Report stores what screens reported of calls, merged per device and call.
func (a *App) Report(ctx context.Context, reports []ledger.Delivery) error {
	reports = slices.SortedStableFunc(slices.Values(reports), inOrder)
	return a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		shown := map[town.DeviceID]time.Time{}
		for _, r := range reports {
			if err := tx.Deliveries().Put(ctx, r); err != nil {
				return fmt.Errorf("store report: %w", err)
			}
			if r.Shown != nil {
				shown[r.Device] = r.At
			}
		}
		return noteShown(ctx, tx, shown)
	})
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
	err := a.store.View(ctx, func(tx ledger.Tx) (err error) {
		reports, err = tx.Deliveries().Of(ctx, branch, call)
		return err
	})
	return reports, err
}
