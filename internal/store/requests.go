package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
)

type requestRows struct{ *strict }

// Get implements ledger.Requests.
func (rows requestRows) Get(ctx context.Context, scope string, key []byte) (ledger.Request, error) {
	return one(ctx, rows, func(scan scan) (ledger.Request, error) {
		var r ledger.Request
		err := scan(&r.Scope, &r.Key, &r.Digest, &r.Answer, into{&r.At})
		return r, err
	}, `select scope, hash, digest, answer, at from requests where scope = $1 and hash = $2`, scope, key)
}

// Put implements ledger.Requests.
func (rows requestRows) Put(ctx context.Context, r ledger.Request) error {
	return insert(ctx, rows, `
		insert into requests (scope, hash, digest, answer, at) values ($1, $2, $3, $4, $5)
		on conflict do nothing`, r.Scope, r.Key, r.Digest, r.Answer, instant(r.At))
}

// Move implements ledger.Requests.
func (rows requestRows) Move(ctx context.Context, from, to time.Time, by time.Duration) error {
	return exec(ctx, rows, `update requests set at = at + $3 where at between $1 and $2`,
		instant(from), instant(to), by.Microseconds())
}

// DeleteBefore implements ledger.Requests.
func (rows requestRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from requests where at < $1`, instant(before))
}
