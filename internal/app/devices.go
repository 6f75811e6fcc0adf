package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

var errDevice = problem.New(problem.NotFound, "device.unknown")

// maxDeviceName is the longest name of a device, in characters.
const maxDeviceName = 60

// AddDevice creates a screen or kiosk and returns its token, which is shown
// only now. Errors: Invalid; NotFound for branch and offices; Conflict
// "device.exists".
func (a *App) AddDevice(ctx context.Context, d Device) (string, error) {
	token, err := a.drawToken()
	if err != nil {
		return "", err
	}
	d.Hash = hash(token)
	if _, err := a.insertDevice(ctx, Actor{Kind: Maintenance}, d, "device_added"); err != nil {
		return "", err
	}
	return token, nil
}

// insertDevice stores a device whose token's hash is set. Errors as of
// AddDevice.
func (a *App) insertDevice(ctx context.Context, actor Actor, d Device, action string) (Device, error) {
	d.Name = strings.TrimSpace(d.Name)
	if err := a.checkDevice(d); err != nil {
		return Device{}, err
	}
	id, err := a.drawID()
	if err != nil {
		return Device{}, err
	}
	d.ID, d.Created = town.DeviceID(id), a.clock()
	err = a.store.Update(ctx, nil, func(tx Tx) error {
		if err := tx.Devices().Insert(ctx, d); err != nil {
			return err
		}
		return tx.Audit().Put(ctx, AuditEntry{At: d.Created, Actor: actor.Name(), Action: action, Detail: d.Name})
	})
	if errors.Is(err, ErrTaken) {
		return Device{}, problem.New(problem.Conflict, "device.exists").With("name", d.Name)
	}
	return d, err
}

func (a *App) checkDevice(d Device) error {
	if d.Name == "" || utf8.RuneCountInString(d.Name) > maxDeviceName || strings.ContainsFunc(d.Name, unprintable) {
		return problem.Field("name", "device.name")
	}
	if d.Kind != DeviceDisplay && d.Kind != DeviceKiosk {
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
	err := a.store.Update(ctx, nil, func(tx Tx) error {
		d, err := tx.Devices().ByName(ctx, name)
		if errors.Is(err, ErrNotFound) {
			d, err = tx.Devices().ByID(ctx, town.DeviceID(name))
		}
		if err != nil {
			return err
		}
		if err := actor.MayManage(d.Branch); err != nil {
			return err
		}
		d.Revoked = true
		if err := tx.Devices().Update(ctx, d); err != nil {
			return err
		}
		if err := a.auditAdmin(ctx, tx, actor, "device_revoked", d.Name); err != nil {
			return err
		}
		return a.touchAccess(ctx, tx)
	})
	if errors.Is(err, ErrNotFound) {
		return errDevice
	}
	return err
}

// Devices returns all devices, ordered by name.
func (a *App) Devices(ctx context.Context) ([]Device, error) {
	var devices []Device
	err := a.store.View(ctx, func(tx Tx) (err error) {
		devices, err = tx.Devices().All(ctx)
		return err
	})
	return devices, err
}

// DeviceSeen notes that a device is connected, and what it says of itself.
// Empty texts leave what is on record.
func (a *App) DeviceSeen(ctx context.Context, id town.DeviceID, sound, program string) error {
	return a.store.Update(ctx, nil, func(tx Tx) error {
		d, err := tx.Devices().ByID(ctx, id)
		if err != nil {
			return fmt.Errorf("read device: %w", err)
		}
		d.Seen = a.clock()
		if sound != "" {
			d.Sound = sound
		}
		if program != "" {
			d.Program = program
		}
		return tx.Devices().Update(ctx, d)
	})
}

// Report stores what screens reported of calls, merged per device and call.
func (a *App) Report(ctx context.Context, reports []Delivery) error {
	return a.store.Update(ctx, nil, func(tx Tx) error {
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

// noteShown keeps when each screen last showed a call.
func noteShown(ctx context.Context, tx Tx, shown map[town.DeviceID]time.Time) error {
	for id, at := range shown {
		d, err := tx.Devices().ByID(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read device: %w", err)
		}
		d.Shown = at
		if err := tx.Devices().Update(ctx, d); err != nil {
			return fmt.Errorf("note screen: %w", err)
		}
	}
	return nil
}

// Deliveries returns the reports about a call.
func (a *App) Deliveries(ctx context.Context, branch town.BranchID, call town.Seq) ([]Delivery, error) {
	var reports []Delivery
	err := a.store.View(ctx, func(tx Tx) (err error) {
		reports, err = tx.Deliveries().Of(ctx, branch, call)
		return err
	})
	return reports, err
}
