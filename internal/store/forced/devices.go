package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type deviceRows struct {
	rows  ledger.Devices
	watch *watch
}

func (r deviceRows) Insert(ctx context.Context, d ledger.Device) error {
	return ran(ctx, r.watch, "Devices.Insert", func() error { return r.rows.Insert(ctx, d) })
}

func (r deviceRows) Saw(ctx context.Context, id town.DeviceID, at time.Time, sound, program string) error {
	return ran(ctx, r.watch, "Devices.Saw", func() error { return r.rows.Saw(ctx, id, at, sound, program) })
}

func (r deviceRows) Showed(ctx context.Context, id town.DeviceID, at time.Time) error {
	return ran(ctx, r.watch, "Devices.Showed", func() error { return r.rows.Showed(ctx, id, at) })
}

func (r deviceRows) Revoke(ctx context.Context, id town.DeviceID) error {
	return ran(ctx, r.watch, "Devices.Revoke", func() error { return r.rows.Revoke(ctx, id) })
}

func (r deviceRows) ByID(ctx context.Context, id town.DeviceID) (ledger.Device, error) {
	return got(ctx, r.watch, "Devices.ByID", func() (ledger.Device, error) { return r.rows.ByID(ctx, id) })
}

func (r deviceRows) ByName(ctx context.Context, name string) (ledger.Device, error) {
	return got(ctx, r.watch, "Devices.ByName", func() (ledger.Device, error) { return r.rows.ByName(ctx, name) })
}

func (r deviceRows) ByHash(ctx context.Context, hash []byte) (ledger.Device, error) {
	return got(ctx, r.watch, "Devices.ByHash", func() (ledger.Device, error) { return r.rows.ByHash(ctx, hash) })
}

func (r deviceRows) All(ctx context.Context) ([]ledger.Device, error) {
	return got(ctx, r.watch, "Devices.All", func() ([]ledger.Device, error) { return r.rows.All(ctx) })
}
