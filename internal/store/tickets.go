package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

type ticketRows struct{ *strict }

const ticketColumns = `id, version, branch, date, number, kind, items, starts_at, ends_at, online, overbooked,
	language, created_at, position, sort_at, priority, checked_in_at, office, state, room, only_room, clerk,
	calls, call_seq, called_at, started_at, ended_at, outcome, before, token_hash, revision, visits, kept, path, channel`

// columnsOf returns a ticket's values in the order of ticketColumns.
func columnsOf(t queue.Ticket) []any {
	return []any{
		t.ID, t.Version, t.Branch, t.Date, t.Number, t.Kind, list[town.Item](t.Items), instant(t.Start), instant(t.End), t.Online, t.Overbooked,
		t.Language, instant(t.Created), t.Order, instant(t.SortAt), t.Priority, instant(t.CheckedIn), t.Office, t.State, optional(t.Room), optional(t.OnlyRoom), optional(t.User),
		t.Calls, t.CallSeq, instant(t.CalledAt), instant(t.StartedAt), instant(t.EndedAt), optional(t.Outcome), document[queue.Earlier]{t.Before}, t.TokenHash, t.Revision, list[queue.Visit](t.Visits), t.Kept, list[queue.Moment](t.Path), optional(t.Channel),
	}
}

func readTicket(scan scan) (queue.Ticket, error) {
	var t queue.Ticket
	err := scan(
		&t.ID, &t.Version, &t.Branch, &t.Date, &t.Number, &t.Kind, items[town.Item]{&t.Items}, into{&t.Start}, into{&t.End}, &t.Online, &t.Overbooked,
		&t.Language, into{&t.Created}, &t.Order, into{&t.SortAt}, &t.Priority, into{&t.CheckedIn}, &t.Office, &t.State, maybe[town.RoomID]{&t.Room}, maybe[town.RoomID]{&t.OnlyRoom}, maybe[town.UserID]{&t.User},
		&t.Calls, &t.CallSeq, into{&t.CalledAt}, into{&t.StartedAt}, into{&t.EndedAt}, maybe[queue.Outcome]{&t.Outcome}, parsed[queue.Earlier]{&t.Before}, &t.TokenHash, &t.Revision, items[queue.Visit]{&t.Visits}, &t.Kept, items[queue.Moment]{&t.Path}, maybe[queue.Channel]{&t.Channel},
	)
	return t, err
}

// Insert implements ledger.Tickets.
func (rows ticketRows) Insert(ctx context.Context, t queue.Ticket) error {
	return insert(ctx, rows, `
		insert into tickets (`+ticketColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
			$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
		on conflict do nothing`, columnsOf(t)...)
}

// Update implements ledger.Tickets. Nearly every update leaves a ticket where
// and when it is; then no index of these columns is written.
func (rows ticketRows) Update(ctx context.Context, t queue.Ticket) error {
	const progress = `
		version = $2, kind = $6, items = $7, overbooked = $11, language = $12, created_at = $13, sort_at = $15,
		priority = $16, checked_in_at = $17, office = $18, state = $19, room = $20, only_room = $21, clerk = $22,
		calls = $23, call_seq = $24, called_at = $25, started_at = $26, ended_at = $27, outcome = $28,
		before = $29, revision = $31, visits = $32, kept = $33, path = $34, channel = $35`
	columns := columnsOf(t)
	err := changed(ctx, rows, ledger.ErrStale, `
		update tickets set `+progress+`
		where id = $1 and version = $2 - 1 and branch = $3 and date = $4 and number = $5
			and starts_at is not distinct from $8 and ends_at is not distinct from $9 and online = $10
			and position = $14 and token_hash is not distinct from $30`, columns...)
	if !errors.Is(err, ledger.ErrStale) {
		return err
	}
	return changed(ctx, rows, ledger.ErrStale, `
		update tickets set `+progress+`, branch = $3, date = $4, number = $5, starts_at = $8, ends_at = $9,
			online = $10, position = $14, token_hash = $30
		where id = $1 and version = $2 - 1`, columns...)
}

// ByID implements ledger.Tickets.
func (rows ticketRows) ByID(ctx context.Context, id town.TicketID) (queue.Ticket, error) {
	return one(ctx, rows, readTicket, `select `+ticketColumns+` from tickets where id = $1`, id)
}

// ByToken implements ledger.Tickets.
func (rows ticketRows) ByToken(ctx context.Context, hash []byte) (queue.Ticket, error) {
	return one(ctx, rows, readTicket, `select `+ticketColumns+` from tickets where token_hash = $1`, hash)
}

// ByNumber implements ledger.Tickets.
func (rows ticketRows) ByNumber(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error) {
	return one(ctx, rows, readTicket, `
		select `+ticketColumns+` from tickets where branch = $1 and date = $2 and number = $3
		order by state = 'cancelled', position desc, id limit 1`, branch, date, number)
}

// OfDay implements ledger.Tickets.
func (rows ticketRows) OfDay(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Ticket, error) {
	return all(ctx, rows, readTicket, `
		select `+ticketColumns+` from tickets where branch = $1 and date = $2 order by position, id`, branch, date)
}

// Spans implements ledger.Tickets.
func (rows ticketRows) Spans(ctx context.Context, branch town.BranchID, from, to town.Date) ([]ledger.OfficeSpan, error) {
	spans, err := all(ctx, rows, readAppointmentSpans, `
		select office, date, online,
			string_agg(((starts_at + 999999) / 1000000) || ' ' || ((ends_at + 999999) / 1000000) || ';', '')
		from tickets
		where branch = $1 and date between $2 and $3 and kind = 'appointment' and state <> 'cancelled'
		group by date, office, online`, branch, from, to)
	return slices.Concat(spans...), err
}

// readAppointmentSpans reads office, date, whether it is online, and the starts
// and ends of all such appointments as one text. Every booking reads its day; a
// row for each appointment would take most of its time.
func readAppointmentSpans(scan scan) ([]ledger.OfficeSpan, error) {
	var span ledger.OfficeSpan
	var times string
	if err := scan(&span.Office, &span.Date, &span.Online, &times); err != nil {
		return nil, err
	}
	spans := make([]ledger.OfficeSpan, 0, strings.Count(times, ";"))
	for one := range strings.SplitSeq(strings.TrimSuffix(times, ";"), ";") {
		from, to, _ := strings.Cut(one, " ")
		var fromErr, toErr error
		span.From, fromErr = strconv.ParseInt(from, 10, 64)
		span.To, toErr = strconv.ParseInt(to, 10, 64)
		if err := cmp.Or(fromErr, toErr); err != nil {
			return nil, err
		}
		spans = append(spans, span)
	}
	return spans, nil
}

// DatesOf implements ledger.Tickets.
func (rows ticketRows) DatesOf(ctx context.Context, branch town.BranchID, from town.Date, number town.Number) ([]town.Date, error) {
	return all(ctx, rows, value[town.Date], `
		select date from tickets
		where branch = $1 and date >= $2 and number = $3 and state <> 'cancelled' and kind = 'appointment'
		order by date`, branch, from, number)
}

// Between implements ledger.Tickets.
func (rows ticketRows) Between(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return all(ctx, rows, readTicket, `
		select `+ticketColumns+` from tickets
		where branch = $1 and date between $2 and $3 and kind = 'appointment' and state <> 'cancelled'
		order by starts_at nulls last, position, id`, branch, from, to)
}

// ServedBetween implements ledger.Tickets.
func (rows ticketRows) ServedBetween(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return all(ctx, rows, readTicket, `
		select `+ticketColumns+` from tickets
		where branch = $1 and date between $2 and $3 and state = 'done' and outcome = 'served'
		order by date, position, id`, branch, from, to)
}
