package store

import (
	"context"
	"fmt"
	"strings"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type personalRows struct{ *strict }

// Put implements ledger.Personal.
func (rows personalRows) Put(ctx context.Context, s ledger.Sealed) error {
	return exec(ctx, rows, `
		insert into personal (`+personalColumns+`) values ($1, $2, $3, $4, $5, $6)
		on conflict (ticket) do update set
			branch = excluded.branch, date = excluded.date, email = excluded.email, body = excluded.body, key_date = excluded.key_date`,
		s.Ticket, s.Branch, s.Date, s.Email, s.Body, s.KeyDay)
}

const personalColumns = `ticket, branch, date, email, body, key_date`

func readSealed(scan scan) (ledger.Sealed, error) {
	var s ledger.Sealed
	err := scan(&s.Ticket, &s.Branch, &s.Date, &s.Email, &s.Body, &s.KeyDay)
	return s, err
}

// Get implements ledger.Personal.
func (rows personalRows) Get(ctx context.Context, ticket town.TicketID) (ledger.Sealed, error) {
	return one(ctx, rows, readSealed, `select `+personalColumns+` from personal where ticket = $1`, ticket)
}

// WithEmail implements ledger.Personal.
func (rows personalRows) WithEmail(ctx context.Context, since town.Date) ([]ledger.Sealed, error) {
	return all(ctx, rows, readSealed, `
		select `+personalColumns+` from personal where email is not null and date >= $1 order by ticket`, since)
}

// ByKeyDay implements ledger.Personal.
func (rows personalRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]ledger.Sealed, error) {
	return all(ctx, rows, readSealed, `
		select `+personalColumns+` from personal where branch = $1 and key_date between $2 and $3 and ticket > $4
		order by ticket limit $5`,
		branch, from, to, after, limit)
}

// OfDates implements ledger.Personal.
func (rows personalRows) OfDates(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]ledger.Sealed, error) {
	return all(ctx, rows, readSealed, `
		select `+personalColumns+` from personal where branch = $1 and date between $2 and $3 and ticket > $4
		order by ticket limit $5`,
		branch, from, to, after, limit)
}

// ByEmail implements ledger.Personal.
func (rows personalRows) ByEmail(ctx context.Context, hashes [][]byte) ([]town.TicketID, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	places, values := make([]string, len(hashes)), make([]any, len(hashes))
	for i, hash := range hashes {
		places[i], values[i] = fmt.Sprintf("$%d", i+1), hash
	}
	return all(ctx, rows, value[town.TicketID],
		`select ticket from personal where email in (`+strings.Join(places, ", ")+`) order by ticket`, values...)
}

// Delete implements ledger.Personal.
func (rows personalRows) Delete(ctx context.Context, ticket town.TicketID) error {
	return exec(ctx, rows, `delete from personal where ticket = $1`, ticket)
}

// DeleteBefore implements ledger.Personal.
func (rows personalRows) DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error) {
	return count(ctx, rows, `delete from personal where branch = $1 and date < $2`, branch, date)
}
