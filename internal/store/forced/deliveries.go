package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type deliveryRows struct {
	rows  ledger.Deliveries
	watch *watch
}

func (r deliveryRows) Put(ctx context.Context, d ledger.Delivery) error {
	return ran(ctx, r.watch, "Deliveries.Put", func() error { return r.rows.Put(ctx, d) })
}

func (r deliveryRows) Of(ctx context.Context, branch town.BranchID, call town.Seq) ([]ledger.Delivery, error) {
	return got(ctx, r.watch, "Deliveries.Of", func() ([]ledger.Delivery, error) { return r.rows.Of(ctx, branch, call) })
}

func (r deliveryRows) From(ctx context.Context, branch town.BranchID, call town.Seq) ([]ledger.Delivery, error) {
	return got(ctx, r.watch, "Deliveries.From", func() ([]ledger.Delivery, error) { return r.rows.From(ctx, branch, call) })
}

func (r deliveryRows) Late(ctx context.Context, branch town.BranchID, call town.Seq, at time.Time) error {
	return ran(ctx, r.watch, "Deliveries.Late", func() error { return r.rows.Late(ctx, branch, call, at) })
}

func (r deliveryRows) IsLate(ctx context.Context, branch town.BranchID, call town.Seq) (bool, error) {
	return got(ctx, r.watch, "Deliveries.IsLate", func() (bool, error) { return r.rows.IsLate(ctx, branch, call) })
}

func (r deliveryRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Deliveries.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}
