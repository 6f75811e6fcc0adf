package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type runRows struct{ *strict }

const (
	runColumns  = `id, branch, date, clerk, kind, state, terms, key_date, reason, created_at, mails_at`
	itemColumns = `run, place, ticket, branch, state, note, target, before, version`
)

func readRun(scan scan) (ledger.Run, error) {
	var r ledger.Run
	var terms *ledger.RunTerms
	err := scan(&r.ID, &r.Branch, &r.Date, &r.User, &r.Kind, &r.State, parsed[ledger.RunTerms]{&terms}, &r.KeyDay, &r.Reason,
		into{&r.Created}, into{&r.MailsAt})
	if terms != nil {
		r.Terms = *terms
	}
	return r, err
}

func readRunItem(scan scan) (ledger.RunItem, error) {
	var i ledger.RunItem
	err := scan(&i.Run, &i.Place, &i.Ticket, &i.Branch, &i.State, &i.Note, parsed[ledger.RunTarget]{&i.Target},
		parsed[ledger.RunBefore]{&i.Before}, &i.Version)
	return i, err
}

// Begin implements ledger.Runs.
func (rows runRows) Begin(ctx context.Context, r ledger.Run, items []ledger.RunItem) error {
	err := insert(ctx, rows, `
		insert into runs (`+runColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
		r.ID, r.Branch, r.Date, r.User, r.Kind, r.State, document[ledger.RunTerms]{&r.Terms}, r.KeyDay, r.Reason,
		instant(r.Created), instant(r.MailsAt))
	if err != nil {
		return err
	}
	for _, i := range items {
		err := insert(ctx, rows, `
			insert into run_items (`+itemColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
			r.ID, i.Place, i.Ticket, i.Branch, i.State, i.Note, document[ledger.RunTarget]{i.Target}, document[ledger.RunBefore]{i.Before}, i.Version)
		if err != nil {
			return err
		}
	}
	return nil
}

// ByID implements ledger.Runs.
func (rows runRows) ByID(ctx context.Context, id string) (ledger.Run, error) {
	return one(ctx, rows, readRun, `select `+runColumns+` from runs where id = $1`, id)
}

// Open implements ledger.Runs.
func (rows runRows) Open(ctx context.Context) ([]ledger.Run, error) {
	return all(ctx, rows, readRun, `
		select `+runColumns+` from runs where state in ('running', 'undoing') order by created_at, id`)
}

// Of implements ledger.Runs.
func (rows runRows) Of(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Run, error) {
	return all(ctx, rows, readRun, `
		select `+runColumns+` from runs where branch = $1 and created_at >= $2 order by created_at desc, id`, branch, instant(since))
}

// Turn implements ledger.Runs.
func (rows runRows) Turn(ctx context.Context, r ledger.Run, from ledger.RunState) error {
	return changed(ctx, rows, ledger.ErrStale, `
		update runs set state = $2, mails_at = $3, reason = $4 where id = $1 and state = $5`,
		r.ID, r.State, instant(r.MailsAt), r.Reason, from)
}

// Items implements ledger.Runs.
func (rows runRows) Items(ctx context.Context, run string) ([]ledger.RunItem, error) {
	return all(ctx, rows, readRunItem, `select `+itemColumns+` from run_items where run = $1 order by place`, run)
}

// Item implements ledger.Runs.
func (rows runRows) Item(ctx context.Context, run string, place int) (ledger.RunItem, error) {
	return one(ctx, rows, readRunItem, `select `+itemColumns+` from run_items where run = $1 and place = $2`, run, place)
}

// Left implements ledger.Runs. The newest is the one begun last: an id is drawn
// already when the page is made that can begin it.
func (rows runRows) Left(ctx context.Context, kind ledger.RunKind, note string) ([]ledger.RunItem, error) {
	return all(ctx, rows, readRunItem, `
		select `+itemColumns+` from run_items
		where state = 'left' and note = $2 and exists (
			select 1 from runs own where own.id = run_items.run and own.kind = $1 and own.state = 'done' and not exists (
				select 1 from run_items others join runs newer on newer.id = others.run
				where others.ticket = run_items.ticket and (newer.created_at, newer.id) > (own.created_at, own.id)))
		order by (select created_at from runs own where own.id = run_items.run), run, place`, kind, note)
}

// PutItem implements ledger.Runs.
func (rows runRows) PutItem(ctx context.Context, i ledger.RunItem) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update run_items set state = $3, note = $4, target = $5, before = $6, version = $7 where run = $1 and place = $2`,
		i.Run, i.Place, i.State, i.Note, document[ledger.RunTarget]{i.Target}, document[ledger.RunBefore]{i.Before}, i.Version)
}

// DeleteBefore implements ledger.Runs.
func (rows runRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	err := exec(ctx, rows, `delete from run_items where run in (select id from runs where created_at < $1)`, instant(before))
	if err != nil {
		return 0, err
	}
	return count(ctx, rows, `delete from runs where created_at < $1`, instant(before))
}

type reservationRows struct{ *strict }

const reservationColumns = `ticket, run, branch, office, date, number, items, starts_at, ends_at, hold, until_at, moves, position, created_at`

func readReservation(scan scan) (ledger.Reservation, error) {
	var r ledger.Reservation
	err := scan(&r.Ticket, &r.Run, &r.Branch, &r.Office, &r.Date, &r.Number, items[town.Item]{&r.Items}, into{&r.Start}, into{&r.End}, &r.Hold, into{&r.Until},
		&r.Moves, &r.Order, into{&r.Created})
	return r, err
}

// Put implements ledger.Reservations.
func (rows reservationRows) Put(ctx context.Context, r ledger.Reservation) error {
	return exec(ctx, rows, `
		insert into reservations (`+reservationColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		on conflict (ticket) do update set
			run = excluded.run, branch = excluded.branch, office = excluded.office, date = excluded.date, number = excluded.number,
			items = excluded.items, starts_at = excluded.starts_at, ends_at = excluded.ends_at, hold = excluded.hold, until_at = excluded.until_at,
			moves = excluded.moves, position = excluded.position, created_at = excluded.created_at`,
		r.Ticket, r.Run, r.Branch, r.Office, r.Date, r.Number, list[town.Item](r.Items), instant(r.Start), instant(r.End), r.Hold, instant(r.Until),
		r.Moves, r.Order, instant(r.Created))
}

// Of implements ledger.Reservations.
func (rows reservationRows) Of(ctx context.Context, ticket town.TicketID) (ledger.Reservation, error) {
	return one(ctx, rows, readReservation, `select `+reservationColumns+` from reservations where ticket = $1`, ticket)
}

// On implements ledger.Reservations.
func (rows reservationRows) On(ctx context.Context, branch town.BranchID, from, to town.Date) ([]ledger.Reservation, error) {
	return all(ctx, rows, readReservation, `
		select `+reservationColumns+` from reservations
		where branch = $1 and date between $2 and $3 and hold is not null order by starts_at, ticket`, branch, from, to)
}

// For implements ledger.Reservations.
func (rows reservationRows) For(ctx context.Context, branch town.BranchID) ([]ledger.Reservation, error) {
	return all(ctx, rows, readReservation, `
		select `+reservationColumns+` from reservations
		where ticket in (select id from tickets where branch = $1 and state = 'booked') order by until_at, ticket`, branch)
}

// Due implements ledger.Reservations.
func (rows reservationRows) Due(ctx context.Context, now time.Time, limit int) ([]ledger.Reservation, error) {
	return all(ctx, rows, readReservation, `
		select `+reservationColumns+` from reservations
		where hold is not null and until_at <= $1 order by until_at, ticket limit $2`, instant(now), limit)
}

// Next implements ledger.Reservations.
func (rows reservationRows) Next(ctx context.Context) (time.Time, error) {
	return one(ctx, rows, func(scan scan) (time.Time, error) {
		var at time.Time
		err := scan(into{&at})
		return at, err
	}, `select min(until_at) from reservations where hold is not null`)
}

// Branches implements ledger.Reservations.
func (rows reservationRows) Branches(ctx context.Context) ([]town.BranchID, error) {
	return all(ctx, rows, value[town.BranchID], `select distinct branch from reservations where hold is not null order by branch`)
}

// Delete implements ledger.Reservations.
func (rows reservationRows) Delete(ctx context.Context, ticket town.TicketID) error {
	return exec(ctx, rows, `delete from reservations where ticket = $1`, ticket)
}

// DeleteBefore implements ledger.Reservations.
func (rows reservationRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return count(ctx, rows, `delete from reservations where date < $1 and hold is null`, date)
}
