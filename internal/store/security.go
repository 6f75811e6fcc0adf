package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
)

type securityRows struct{ *strict }

// Put implements ledger.Security.
func (rows securityRows) Put(ctx context.Context, e ledger.SecurityEvent) error {
	return exec(ctx, rows, `
		insert into security (at, event, account, actor, way, detail, times) values ($1, $2, $3, $4, $5, $6, $7)`,
		instant(e.At), e.Name, e.Account, e.Actor, e.Way, e.Detail, e.Times)
}

// Last implements ledger.Security.
func (rows securityRows) Last(ctx context.Context, limit int) ([]ledger.SecurityEvent, error) {
	return all(ctx, rows, func(scan scan) (ledger.SecurityEvent, error) {
		var e ledger.SecurityEvent
		err := scan(&e.ID, into{&e.At}, &e.Name, &e.Account, &e.Actor, &e.Way, &e.Detail, &e.Times)
		return e, err
	}, `select id, at, event, account, actor, way, detail, times from security order by at desc, id desc limit $1`, limit)
}

// DeleteBefore implements ledger.Security.
func (rows securityRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from security where at < $1`, instant(before))
}
