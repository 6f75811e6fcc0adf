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

// Of implements ledger.Audit.
func (rows auditRows) Of(ctx context.Context, branch town.BranchID, from, to time.Time, limit int) ([]ledger.AuditEntry, error) {
	return all(ctx, rows, func(scan scan) (ledger.AuditEntry, error) {
		var e ledger.AuditEntry
		err := scan(&e.ID, into{&e.At}, &e.Branch, &e.Actor, &e.Action, &e.Ticket, &e.Number, &e.Room, &e.Detail)
		return e, err
	}, `select id, at, branch, actor, action, ticket, coalesce(number, 0), room, detail from audit
		where branch = $1 and at >= $2 and at < $3 order by at desc, id desc limit $4`,
		branch, instant(from), instant(to), limit)
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
