package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type auditRows struct{ *strict }

// Put implements ledger.Audit.
func (rows auditRows) Put(ctx context.Context, e ledger.AuditEntry) error {
	return exec(ctx, rows, `
		insert into audit (at, branch, actor, action, ticket, number, room, detail)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		instant(e.At), e.Branch, e.Actor, e.Action, e.Ticket, noNumber(e.Number), e.Room, e.Detail)
}

const auditColumns = `select id, at, branch, actor, action, ticket, coalesce(number, 0), room, detail from audit`

func scanAudit(scan scan) (ledger.AuditEntry, error) {
	var e ledger.AuditEntry
	err := scan(&e.ID, into{&e.At}, &e.Branch, &e.Actor, &e.Action, &e.Ticket, &e.Number, &e.Room, &e.Detail)
	return e, err
}

// Of implements ledger.Audit.
func (rows auditRows) Of(ctx context.Context, f ledger.AuditFilter, limit int) ([]ledger.AuditEntry, error) {
	before := f.Before
	if before == (ledger.AuditPosition{}) {
		before.At = f.To
	}
	return all(ctx, rows, scanAudit, auditColumns+meantEntries+`
		and (at < $8 or at = $8 and id < $9) order by at desc, id desc limit $10`,
		append(meant(f), instant(before.At), before.ID, limit)...)
}

const meantEntries = ` where branch in ($1, $2) and at >= $3 and at < $4
		and ($5 = 0 or number = $5) and ($6 = '' or actor = $6) and ($7 = '' or action = $7)`

// meant are the arguments of meantEntries.
func meant(f ledger.AuditFilter) []any {
	also := f.Branch
	if f.House {
		also = ""
	}
	return []any{f.Branch, also, instant(f.From), instant(f.To), int64(f.Number), f.Actor, f.Action}
}

// Kinds implements ledger.Audit.
func (rows auditRows) Kinds(ctx context.Context, f ledger.AuditFilter) (k ledger.AuditKinds, err error) {
	read := func(scan scan) (text string, err error) { return text, scan(&text) }
	k.Actors, err = all(ctx, rows, read, `select distinct actor from audit`+meantEntries+` order by actor`, meant(f)...)
	if err != nil {
		return k, err
	}
	k.Actions, err = all(ctx, rows, read, `select distinct action from audit`+meantEntries+` order by action`, meant(f)...)
	return k, err
}

// OfTicket implements ledger.Audit.
func (rows auditRows) OfTicket(ctx context.Context, ticket town.TicketID) ([]ledger.AuditEntry, error) {
	return all(ctx, rows, scanAudit, auditColumns+` where ticket = $1 order by at, id`, ticket)
}

// DeleteBefore implements ledger.Audit.
func (rows auditRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from audit where at < $1`, instant(before))
}

// noNumber is NULL for an entry that concerns no number.
func noNumber(n town.Number) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}
