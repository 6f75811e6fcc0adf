package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type numberRows struct{ *strict }

// Take implements ledger.Numbers.
func (rows numberRows) Take(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error) {
	n, err := count(ctx, rows, `
		insert into numbers (branch, date, number, given_at) values ($1, $2, $3, $4)
		on conflict do nothing`, branch, date, number, instant(at))
	return n == 1, err
}

// Retake implements ledger.Numbers.
func (rows numberRows) Retake(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error) {
	n, err := count(ctx, rows, `
		update numbers set given_at = $4, returned_at = null, returned_by = null
		where branch = $1 and date = $2 and number = $3 and returned_at is not null`, branch, date, number, instant(at))
	return n == 1, err
}

// Return implements ledger.Numbers.
func (rows numberRows) Return(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update numbers set returned_at = $4, returned_by = $5 where branch = $1 and date = $2 and number = $3`,
		branch, date, number, instant(at), by)
}

// Reclaim implements ledger.Numbers.
func (rows numberRows) Reclaim(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) (bool, error) {
	n, err := count(ctx, rows, `
		update numbers set given_at = $4, returned_at = null, returned_by = null
		where branch = $1 and date = $2 and number = $3 and returned_at is not null and returned_by = $5`, branch, date, number, instant(at), by)
	return n == 1, err
}

// Given implements ledger.Numbers.
func (rows numberRows) Given(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Given, error) {
	return one(ctx, rows, readGiven, `
		select coalesce(string_agg(number || case when returned_at is null then '+' else '-' end, ''), '')
		from numbers where branch = $1 and date = $2`, branch, date)
}

// readGiven reads all numbers of a day as one text, "417+100-": every booking
// reads them, and a row for each would take long. Minus: returned.
func readGiven(scan scan) ([]queue.Given, error) {
	var text string
	if err := scan(&text); err != nil {
		return nil, err
	}
	const digits, length = 3, 4
	given := make([]queue.Given, 0, len(text)/length)
	for ; len(text) >= length; text = text[length:] {
		number, err := town.ParseNumber(text[:digits])
		if err != nil {
			return nil, err
		}
		given = append(given, queue.Given{Number: number, Returned: text[digits] == '-'})
	}
	return given, nil
}
