package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type takingRows struct {
	rows  ledger.Takings
	watch *watch
}

func (r takingRows) Put(ctx context.Context, takings ...ledger.Taking) error {
	return ran(ctx, r.watch, "Takings.Put", func() error { return r.rows.Put(ctx, takings...) })
}

func (r takingRows) Live(ctx context.Context, hash []byte, besides []byte, now time.Time) (int, error) {
	return got(ctx, r.watch, "Takings.Live", func() (int, error) { return r.rows.Live(ctx, hash, besides, now) })
}

func (r takingRows) Made(ctx context.Context, hash []byte, after time.Time) (int, error) {
	return got(ctx, r.watch, "Takings.Made", func() (int, error) { return r.rows.Made(ctx, hash, after) })
}

func (r takingRows) OfDate(ctx context.Context, date town.Date, from time.Time) ([]ledger.Taking, error) {
	return got(ctx, r.watch, "Takings.OfDate", func() ([]ledger.Taking, error) { return r.rows.OfDate(ctx, date, from) })
}

func (r takingRows) Tickets(ctx context.Context, date town.Date, from time.Time) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Takings.Tickets", func() ([]queue.Ticket, error) { return r.rows.Tickets(ctx, date, from) })
}

func (r takingRows) Sweep(ctx context.Context, date town.Date, before time.Time) (int, error) {
	return got(ctx, r.watch, "Takings.Sweep", func() (int, error) { return r.rows.Sweep(ctx, date, before) })
}
