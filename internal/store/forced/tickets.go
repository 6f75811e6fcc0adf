package forced

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type ticketRows struct {
	rows  ledger.Tickets
	watch *watch
}

func (r ticketRows) Insert(ctx context.Context, t queue.Ticket) error {
	return ran(ctx, r.watch, "Tickets.Insert", func() error { return r.rows.Insert(ctx, t) })
}

func (r ticketRows) Update(ctx context.Context, t queue.Ticket) error {
	return ran(ctx, r.watch, "Tickets.Update", func() error { return r.rows.Update(ctx, t) })
}

func (r ticketRows) ByID(ctx context.Context, id town.TicketID) (queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ByID", func() (queue.Ticket, error) { return r.rows.ByID(ctx, id) })
}

func (r ticketRows) ByToken(ctx context.Context, hash []byte) (queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ByToken", func() (queue.Ticket, error) { return r.rows.ByToken(ctx, hash) })
}

func (r ticketRows) ByNumber(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ByNumber", func() (queue.Ticket, error) { return r.rows.ByNumber(ctx, branch, date, number) })
}

func (r ticketRows) DatesOf(ctx context.Context, branch town.BranchID, from town.Date, number town.Number) ([]town.Date, error) {
	return got(ctx, r.watch, "Tickets.DatesOf", func() ([]town.Date, error) { return r.rows.DatesOf(ctx, branch, from, number) })
}

func (r ticketRows) OfDay(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.OfDay", func() ([]queue.Ticket, error) { return r.rows.OfDay(ctx, branch, date) })
}

func (r ticketRows) Spans(ctx context.Context, branch town.BranchID, from, to town.Date) ([]ledger.OfficeSpan, error) {
	return got(ctx, r.watch, "Tickets.Spans", func() ([]ledger.OfficeSpan, error) { return r.rows.Spans(ctx, branch, from, to) })
}

func (r ticketRows) Between(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.Between", func() ([]queue.Ticket, error) { return r.rows.Between(ctx, branch, from, to) })
}

func (r ticketRows) ServedBetween(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ServedBetween", func() ([]queue.Ticket, error) { return r.rows.ServedBetween(ctx, branch, from, to) })
}
