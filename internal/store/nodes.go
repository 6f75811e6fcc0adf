package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type nodeRows struct{ *strict }

// Renew implements ledger.Nodes. What is left of nodes that ended long ago goes.
func (rows nodeRows) Renew(ctx context.Context, id ledger.NodeID, lease time.Duration) (bool, error) {
	renewed, err := count(ctx, rows, `
		update nodes set expires = database_micros() + $2
		where id = $1 and expires > database_micros()`, id, lease.Microseconds())
	if err != nil || renewed > 0 {
		return renewed > 0, err
	}
	err = exec(ctx, rows, `delete from nodes where id = $1 or expires < database_micros() - $2`, id, time.Hour.Microseconds())
	if err != nil {
		return false, err
	}
	return false, exec(ctx, rows, `
		insert into nodes (id, expires) values ($1, database_micros() + $2)
		on conflict (id) do update set expires = excluded.expires`, id, lease.Microseconds())
}

// Leave implements ledger.Nodes.
func (rows nodeRows) Leave(ctx context.Context, id ledger.NodeID) error {
	return exec(ctx, rows, `delete from nodes where id = $1`, id)
}

// Put implements ledger.Nodes.
func (rows nodeRows) Put(ctx context.Context, id ledger.NodeID, p ledger.Presence) error {
	return exec(ctx, rows, `
		insert into presences (node, branch, device, name, offices, sound, since_at, twice_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (node, branch, device) do update set
			name = excluded.name, offices = excluded.offices, sound = excluded.sound, since_at = excluded.since_at, twice_at = excluded.twice_at`,
		id, p.Branch, p.Device, p.Name, list[town.OfficeID](p.Offices), p.Sound, instant(p.Since), instant(p.Twice))
}

// Gone implements ledger.Nodes.
func (rows nodeRows) Gone(ctx context.Context, id ledger.NodeID, branch town.BranchID, device town.DeviceID) error {
	return exec(ctx, rows, `delete from presences where node = $1 and branch = $2 and device = $3`, id, branch, device)
}

// elsewhere selects the screens of nodes that run but for $1.
const elsewhere = `
	select branch, device, name, offices, sound, since_at, twice_at
	from presences join nodes on nodes.id = presences.node
	where nodes.id <> $1 and nodes.expires > database_micros()`

// Elsewhere implements ledger.Nodes.
func (rows nodeRows) Elsewhere(ctx context.Context, but ledger.NodeID) ([]ledger.Presence, error) {
	return all(ctx, rows, readPresence, elsewhere+` order by branch, device, nodes.id`, but)
}

// ElsewhereAt implements ledger.Nodes.
func (rows nodeRows) ElsewhereAt(ctx context.Context, but ledger.NodeID, branch town.BranchID) ([]ledger.Presence, error) {
	return all(ctx, rows, readPresence, elsewhere+` and presences.branch = $2 order by device, nodes.id`, but, branch)
}

func readPresence(scan scan) (ledger.Presence, error) {
	var p ledger.Presence
	err := scan(&p.Branch, &p.Device, &p.Name, items[town.OfficeID]{&p.Offices}, &p.Sound, into{&p.Since}, into{&p.Twice})
	return p, err
}
