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
	err := exec(ctx, rows, `
		insert into deliveries (branch, call_seq, device, shown, sound, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (branch, call_seq, device) do update set
			shown = coalesce(deliveries.shown, excluded.shown), sound = coalesce(deliveries.sound, excluded.sound)`,
		d.Branch, d.Call, d.Device, d.Shown, optional(d.Sound), instant(d.At))
	if err != nil || d.In == nil {
		return err
	}
	return exec(ctx, rows, `
		update deliveries set due = database_micros() + $4 where branch = $1 and call_seq = $2 and device = $3`,
		d.Branch, d.Call, d.Device, d.In.Microseconds())
}

const selectDeliveries = `
	select branch, call_seq, device, shown, sound, at, due - database_micros() from deliveries
	where branch = $1 and `

func readDelivery(scan scan) (ledger.Delivery, error) {
	var d ledger.Delivery
	var left *int64
	err := scan(&d.Branch, &d.Call, &d.Device, &d.Shown, maybe[string]{&d.Sound}, into{&d.At}, &left)
	if left != nil {
		in := time.Duration(*left) * time.Microsecond
		d.In = &in
	}
	return d, err
}

// Of implements ledger.Deliveries.
func (rows deliveryRows) Of(ctx context.Context, branch town.BranchID, call town.Seq) ([]ledger.Delivery, error) {
	return all(ctx, rows, readDelivery, selectDeliveries+`call_seq = $2 order by device`, branch, call)
}

// From implements ledger.Deliveries.
func (rows deliveryRows) From(ctx context.Context, branch town.BranchID, call town.Seq) ([]ledger.Delivery, error) {
	return all(ctx, rows, readDelivery, selectDeliveries+`call_seq >= $2 order by call_seq, device`, branch, call)
}

// Late implements ledger.Deliveries.
func (rows deliveryRows) Late(ctx context.Context, branch town.BranchID, call town.Seq, at time.Time) error {
	return exec(ctx, rows, `insert into late_calls (branch, call_seq, at) values ($1, $2, $3) on conflict do nothing`, branch, call, instant(at))
}

// IsLate implements ledger.Deliveries.
func (rows deliveryRows) IsLate(ctx context.Context, branch town.BranchID, call town.Seq) (bool, error) {
	n, err := one(ctx, rows, value[int], `select count(*) from late_calls where branch = $1 and call_seq = $2`, branch, call)
	return n > 0, err
}

// DeleteBefore implements ledger.Deliveries.
func (rows deliveryRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	if err := exec(ctx, rows, `delete from late_calls where at < $1`, instant(before)); err != nil {
		return 0, err
	}
	return count(ctx, rows, `delete from deliveries where at < $1`, instant(before))
}
