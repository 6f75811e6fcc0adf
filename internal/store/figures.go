package store

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type figureRows struct{ *strict }

func readFigureDay(scan scan) (ledger.FigureDay, error) {
	var d ledger.FigureDay
	err := scan(&d.Date, &d.Body)
	return d, err
}

// Put implements ledger.Figures.
func (rows figureRows) Put(ctx context.Context, branch town.BranchID, day ledger.FigureDay) error {
	if err := exec(ctx, rows, `
		insert into figure_days (branch, date, body) values ($1, $2, $3)
		on conflict (branch, date) do nothing`, branch, day.Date, day.Body); err != nil {
		return err
	}
	return exec(ctx, rows, `update tickets set path = '[]' where branch = $1 and date = $2 and path <> '[]'`, branch, day.Date)
}

// Days implements ledger.Figures.
func (rows figureRows) Days(ctx context.Context, branch town.BranchID, from, to town.Date) ([]ledger.FigureDay, error) {
	return all(ctx, rows, readFigureDay, `
		select date, body from figure_days where branch = $1 and date between $2 and $3 order by date`, branch, from, to)
}

// Unpacked implements ledger.Figures.
func (rows figureRows) Unpacked(ctx context.Context, branch town.BranchID, before town.Date, limit int) ([]town.Date, error) {
	return all(ctx, rows, value[town.Date], `
		select distinct date from tickets
		where branch = $1 and date < $2
			and date > coalesce((select max(date) from figure_days where branch = $1), '')
		order by date limit $3`, branch, before, limit)
}

// Tickets implements ledger.Figures.
func (rows figureRows) Tickets(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return all(ctx, rows, readTicket, `
		select `+ticketColumns+` from tickets
		where branch = $1 and date between $2 and $3 order by date, position, id`, branch, from, to)
}
