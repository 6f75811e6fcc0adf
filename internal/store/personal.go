package store

import (
	"context"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

type personalRows struct{ *ledger }

// Put implements app.PersonalRows.
func (rows personalRows) Put(ctx context.Context, s app.Sealed) error {
	return exec(ctx, rows, `
		insert into personal (ticket, branch, date, email, body) values ($1, $2, $3, $4, $5)
		on conflict (ticket) do update set
			branch = excluded.branch, date = excluded.date, email = excluded.email, body = excluded.body`,
		s.Ticket, s.Branch, s.Date, s.Email, s.Body)
}

// Get implements app.PersonalRows.
func (rows personalRows) Get(ctx context.Context, ticket town.TicketID) (app.Sealed, error) {
	return one(ctx, rows, func(scan scan) (app.Sealed, error) {
		var s app.Sealed
		err := scan(&s.Ticket, &s.Branch, &s.Date, &s.Email, &s.Body)
		return s, err
	}, `select ticket, branch, date, email, body from personal where ticket = $1`, ticket)
}

// ByEmail implements app.PersonalRows.
func (rows personalRows) ByEmail(ctx context.Context, email []byte) ([]town.TicketID, error) {
	return all(ctx, rows, value[town.TicketID], `select ticket from personal where email = $1 order by ticket`, email)
}

// Delete implements app.PersonalRows.
func (rows personalRows) Delete(ctx context.Context, ticket town.TicketID) error {
	return exec(ctx, rows, `delete from personal where ticket = $1`, ticket)
}

// DeleteBefore implements app.PersonalRows.
func (rows personalRows) DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error) {
	return count(ctx, rows, `delete from personal where branch = $1 and date < $2`, branch, date)
}
