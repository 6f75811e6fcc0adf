package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type deviceRows struct{ *strict }

const deviceColumns = `id, name, kind, branch, offices, hash, revoked, created_at, seen_at, shown_at, sound, program`

func readDevice(scan scan) (ledger.Device, error) {
	var d ledger.Device
	err := scan(&d.ID, &d.Name, &d.Kind, &d.Branch, items[town.OfficeID]{&d.Offices}, &d.Hash, &d.Revoked,
		into{&d.Created}, into{&d.Seen}, into{&d.Shown}, &d.Sound, &d.Program)
	return d, err
}

// Insert implements ledger.Devices.
func (rows deviceRows) Insert(ctx context.Context, d ledger.Device) error {
	return insert(ctx, rows, `
		insert into devices (`+deviceColumns+`, folded) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, lower($2))
		on conflict do nothing`,
		d.ID, d.Name, d.Kind, d.Branch, list[town.OfficeID](d.Offices), d.Hash, d.Revoked,
		instant(d.Created), instant(d.Seen), instant(d.Shown), d.Sound, d.Program)
}

// Saw implements ledger.Devices.
func (rows deviceRows) Saw(ctx context.Context, id town.DeviceID, at time.Time, sound, program string) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update devices set seen_at = $2,
			sound = case when $3 = '' then sound else $3 end, program = case when $4 = '' then program else $4 end
		where id = $1`, id, instant(at), sound, program)
}

// Showed implements ledger.Devices.
func (rows deviceRows) Showed(ctx context.Context, id town.DeviceID, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `update devices set shown_at = $2 where id = $1`, id, instant(at))
}

// Revoke implements ledger.Devices.
func (rows deviceRows) Revoke(ctx context.Context, id town.DeviceID) error {
	return changed(ctx, rows, ledger.ErrNotFound, `update devices set revoked = true where id = $1`, id)
}

// ByID implements ledger.Devices.
func (rows deviceRows) ByID(ctx context.Context, id town.DeviceID) (ledger.Device, error) {
	return one(ctx, rows, readDevice, `select `+deviceColumns+` from devices where id = $1`, id)
}

// ByName implements ledger.Devices.
func (rows deviceRows) ByName(ctx context.Context, name string) (ledger.Device, error) {
	return one(ctx, rows, readDevice, `select `+deviceColumns+` from devices where name = $1`, name)
}

// ByHash implements ledger.Devices.
func (rows deviceRows) ByHash(ctx context.Context, hash []byte) (ledger.Device, error) {
	return one(ctx, rows, readDevice, `select `+deviceColumns+` from devices where hash = $1`, hash)
}

// All implements ledger.Devices.
func (rows deviceRows) All(ctx context.Context) ([]ledger.Device, error) {
	return all(ctx, rows, readDevice, `select `+deviceColumns+` from devices order by name`)
}
