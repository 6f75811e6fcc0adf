package forced

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type figureRows struct {
	rows  ledger.Figures
	watch *watch
}

func (r figureRows) Put(ctx context.Context, branch town.BranchID, day ledger.FigureDay) error {
	return ran(ctx, r.watch, "Figures.Put", func() error { return r.rows.Put(ctx, branch, day) })
}

func (r figureRows) Days(ctx context.Context, branch town.BranchID, from, to town.Date) ([]ledger.FigureDay, error) {
	return got(ctx, r.watch, "Figures.Days", func() ([]ledger.FigureDay, error) { return r.rows.Days(ctx, branch, from, to) })
}

func (r figureRows) Unpacked(ctx context.Context, branch town.BranchID, before town.Date, limit int) ([]town.Date, error) {
	return got(ctx, r.watch, "Figures.Unpacked", func() ([]town.Date, error) { return r.rows.Unpacked(ctx, branch, before, limit) })
}

func (r figureRows) Tickets(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Figures.Tickets", func() ([]queue.Ticket, error) { return r.rows.Tickets(ctx, branch, from, to) })
}
