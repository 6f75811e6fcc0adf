package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type takingRows struct{ *strict }

// Put implements ledger.Takings.
func (rows takingRows) Put(ctx context.Context, takings ...ledger.Taking) error {
	for _, t := range takings {
		hold := t.Hold
		if hold == nil {
			hold = []byte{}
		}
		err := exec(ctx, rows, `
			insert into takings (hash, hold, ticket, date, at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			t.Hash, hold, t.Ticket, t.Date, instant(t.At))
		if err != nil {
			return err
		}
	}
	return nil
}

// Live implements ledger.Takings.
func (rows takingRows) Live(ctx context.Context, hash []byte, besides []byte, now time.Time) (int, error) {
	if besides == nil {
		besides = []byte{}
	}
	return one(ctx, rows, value[int], `
		select (
			select count(*) from takings join holds on holds.hash = takings.hold
			where takings.hash = $1 and takings.hold <> $2 and holds.expires_at > $3
		) + (
			select count(*) from takings join tickets on tickets.id = takings.ticket
			where takings.hash = $1 and tickets.date = takings.date and tickets.state <> 'cancelled'
		)`, hash, besides, instant(now))
}

// Made implements ledger.Takings.
func (rows takingRows) Made(ctx context.Context, hash []byte, after time.Time) (int, error) {
	return one(ctx, rows, value[int], `select count(*) from takings where hash = $1 and ticket <> '' and at > $2`, hash, instant(after))
}

const takenFrom = ` from takings where date = $1 and ticket <> '' and at >= $2`

// OfDate implements ledger.Takings.
func (rows takingRows) OfDate(ctx context.Context, date town.Date, from time.Time) ([]ledger.Taking, error) {
	read := func(scan scan) (ledger.Taking, error) {
		taken := ledger.Taking{Date: date}
		err := scan(&taken.Hash, &taken.Ticket, into{&taken.At})
		return taken, err
	}
	return all(ctx, rows, read, `select hash, ticket, at`+takenFrom+` order by ticket, hash`, date, instant(from))
}

// Tickets implements ledger.Takings.
func (rows takingRows) Tickets(ctx context.Context, date town.Date, from time.Time) ([]queue.Ticket, error) {
	return all(ctx, rows, readTicket, `select `+ticketColumns+` from tickets where id in (select ticket`+takenFrom+`)
		order by created_at, id`, date, instant(from))
}

// Sweep implements ledger.Takings.
func (rows takingRows) Sweep(ctx context.Context, date town.Date, before time.Time) (int, error) {
	return count(ctx, rows, `
		delete from takings where date < $1 or at < $2 and not exists (
			select 1 from holds where holds.hash = takings.hold
		) and not exists (
			select 1 from tickets where tickets.id = takings.ticket and tickets.state <> 'cancelled' and tickets.date = takings.date
		)`, date, instant(before))
}
