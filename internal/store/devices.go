package store

import (
	"context"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

type deviceRows struct{ *ledger }

const deviceColumns = `id, name, kind, branch, offices, hash, revoked, created_at, seen_at, shown_at, sound, program`

func readDevice(scan scan) (app.Device, error) {
	var d app.Device
	err := scan(&d.ID, &d.Name, &d.Kind, &d.Branch, items[town.OfficeID]{&d.Offices}, &d.Hash, &d.Revoked,
		into{&d.Created}, into{&d.Seen}, into{&d.Shown}, &d.Sound, &d.Program)
	return d, err
}

// Insert implements app.DeviceRows.
func (rows deviceRows) Insert(ctx context.Context, d app.Device) error {
	return insert(ctx, rows, `
		insert into devices (`+deviceColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict do nothing`,
		d.ID, d.Name, d.Kind, d.Branch, list[town.OfficeID](d.Offices), d.Hash, d.Revoked,
		instant(d.Created), instant(d.Seen), instant(d.Shown), d.Sound, d.Program)
}

// Saw implements app.DeviceRows.
func (rows deviceRows) Saw(ctx context.Context, id town.DeviceID, at time.Time, sound, program string) error {
	return changed(ctx, rows, app.ErrNotFound, `
		update devices set seen_at = $2,
			sound = case when $3 = '' then sound else $3 end, program = case when $4 = '' then program else $4 end
		where id = $1`, id, instant(at), sound, program)
}

// Showed implements app.DeviceRows.
func (rows deviceRows) Showed(ctx context.Context, id town.DeviceID, at time.Time) error {
	return changed(ctx, rows, app.ErrNotFound, `update devices set shown_at = $2 where id = $1`, id, instant(at))
}

// Revoke implements app.DeviceRows.
func (rows deviceRows) Revoke(ctx context.Context, id town.DeviceID) error {
	return changed(ctx, rows, app.ErrNotFound, `update devices set revoked = true where id = $1`, id)
}

// ByID implements app.DeviceRows.
func (rows deviceRows) ByID(ctx context.Context, id town.DeviceID) (app.Device, error) {
	return one(ctx, rows, readDevice, `select `+deviceColumns+` from devices where id = $1`, id)
}

// ByName implements app.DeviceRows.
func (rows deviceRows) ByName(ctx context.Context, name string) (app.Device, error) {
	return one(ctx, rows, readDevice, `select `+deviceColumns+` from devices where name = $1`, name)
}

// ByHash implements app.DeviceRows.
func (rows deviceRows) ByHash(ctx context.Context, hash []byte) (app.Device, error) {
	return one(ctx, rows, readDevice, `select `+deviceColumns+` from devices where hash = $1`, hash)
}

// All implements app.DeviceRows.
func (rows deviceRows) All(ctx context.Context) ([]app.Device, error) {
	return all(ctx, rows, readDevice, `select `+deviceColumns+` from devices order by name`)
}
