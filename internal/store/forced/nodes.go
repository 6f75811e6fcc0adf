package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type nodeRows struct {
	rows  ledger.Nodes
	watch *watch
}

func (r nodeRows) Renew(ctx context.Context, id ledger.NodeID, lease time.Duration) (bool, error) {
	return got(ctx, r.watch, "Nodes.Renew", func() (bool, error) { return r.rows.Renew(ctx, id, lease) })
}

func (r nodeRows) Leave(ctx context.Context, id ledger.NodeID) error {
	return ran(ctx, r.watch, "Nodes.Leave", func() error { return r.rows.Leave(ctx, id) })
}

func (r nodeRows) Put(ctx context.Context, id ledger.NodeID, p ledger.Presence) error {
	return ran(ctx, r.watch, "Nodes.Put", func() error { return r.rows.Put(ctx, id, p) })
}

func (r nodeRows) Gone(ctx context.Context, id ledger.NodeID, branch town.BranchID, device town.DeviceID) error {
	return ran(ctx, r.watch, "Nodes.Gone", func() error { return r.rows.Gone(ctx, id, branch, device) })
}

func (r nodeRows) Elsewhere(ctx context.Context, but ledger.NodeID) ([]ledger.Presence, error) {
	return got(ctx, r.watch, "Nodes.Elsewhere", func() ([]ledger.Presence, error) { return r.rows.Elsewhere(ctx, but) })
}

func (r nodeRows) ElsewhereAt(ctx context.Context, but ledger.NodeID, branch town.BranchID) ([]ledger.Presence, error) {
	return got(ctx, r.watch, "Nodes.ElsewhereAt", func() ([]ledger.Presence, error) { return r.rows.ElsewhereAt(ctx, but, branch) })
}
