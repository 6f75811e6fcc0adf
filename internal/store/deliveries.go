package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type deliveryRows struct{ *strict }

// Put implements ledger.Deliveries.
func (rows deliveryRows) Put(ctx context.Context, d ledger.Delivery) error {
	return exec(ctx, rows, `
		insert into deliveries (branch, call_seq, device, shown, sound, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (branch, call_seq, device) do update set
			shown = coalesce(deliveries.shown, excluded.shown), sound = coalesce(deliveries.sound, excluded.sound)`,
		d.Branch, d.Call, d.Device, d.Shown, optional(d.Sound), instant(d.At))
}

// Of implements ledger.Deliveries.
func (rows deliveryRows) Of(ctx context.Context, branch town.BranchID, call town.Seq) ([]ledger.Delivery, error) {
	return all(ctx, rows, func(scan scan) (ledger.Delivery, error) {
		var d ledger.Delivery
		err := scan(&d.Branch, &d.Call, &d.Device, &d.Shown, maybe[string]{&d.Sound}, into{&d.At})
		return d, err
	}, `select branch, call_seq, device, shown, sound, at from deliveries
		where branch = $1 and call_seq = $2 order by device`, branch, call)
}

// DeleteBefore implements ledger.Deliveries.
func (rows deliveryRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from deliveries where at < $1`, instant(before))
}
