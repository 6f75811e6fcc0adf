package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type holdRows struct{ *strict }

const holdColumns = `hash, branch, office, date, items, starts_at, ends_at, online, expires_at, extended, origin, browser`

func readHold(scan scan) (ledger.Hold, error) {
	var h ledger.Hold
	err := scan(&h.Hash, &h.Branch, &h.Office, &h.Date, items[town.Item]{&h.Items}, into{&h.Start}, into{&h.End},
		&h.Online, into{&h.Expires}, &h.Extended, &h.Origin, &h.Browser)
	return h, err
}

// Insert implements ledger.Holds.
func (rows holdRows) Insert(ctx context.Context, h ledger.Hold) error {
	return insert(ctx, rows, `
		insert into holds (`+holdColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict do nothing`,
		h.Hash, h.Branch, h.Office, h.Date, list[town.Item](h.Items), instant(h.Start), instant(h.End),
		h.Online, instant(h.Expires), h.Extended, h.Origin, h.Browser)
}

// ByHash implements ledger.Holds.
func (rows holdRows) ByHash(ctx context.Context, hash []byte) (ledger.Hold, error) {
	return one(ctx, rows, readHold, `select `+holdColumns+` from holds where hash = $1`, hash)
}

// Extend implements ledger.Holds.
func (rows holdRows) Extend(ctx context.Context, hash []byte, expires time.Time, extended int) error {
	return changed(ctx, rows, ledger.ErrNotFound, `update holds set extended = $3, expires_at = $2 where hash = $1`,
		hash, instant(expires), extended)
}

// Delete implements ledger.Holds.
func (rows holdRows) Delete(ctx context.Context, hash []byte) error {
	return exec(ctx, rows, `delete from holds where hash = $1`, hash)
}

// Spans implements ledger.Holds.
func (rows holdRows) Spans(ctx context.Context, branch town.BranchID, from, to town.Date, now time.Time) ([]ledger.OfficeSpan, error) {
	return all(ctx, rows, readHoldSpan, `
		select office, date, starts_at, ends_at, online, expires_at, items = '[]' from holds
		where branch = $1 and date between $2 and $3 and expires_at > $4`, branch, from, to, instant(now))
}

// Live implements ledger.Holds.
func (rows holdRows) Live(ctx context.Context, origin []byte, now time.Time) (int, error) {
	return one(ctx, rows, value[int], `select count(*) from holds where origin = $1 and expires_at > $2`, origin, instant(now))
}

// Offered implements ledger.Holds.
func (rows holdRows) Offered(ctx context.Context, now time.Time) ([]ledger.Hold, error) {
	return all(ctx, rows, readHold, `
		select `+holdColumns+` from holds
		where hash in (select hold from wishes where hold is not null) and expires_at > $1 order by hash`, instant(now))
}

// LiveOfBrowser implements ledger.Holds.
func (rows holdRows) LiveOfBrowser(ctx context.Context, browser []byte, now time.Time) (int, error) {
	return one(ctx, rows, value[int], `select count(*) from holds where browser = $1 and expires_at > $2`, browser, instant(now))
}

// Ending implements ledger.Holds.
func (rows holdRows) Ending(ctx context.Context, branch town.BranchID, after, until time.Time) ([]ledger.Hold, error) {
	return all(ctx, rows, readHold, `
		select `+holdColumns+` from holds
		where branch = $1 and expires_at > $2 and expires_at <= $3 order by hash`, branch, instant(after), instant(until))
}

// DropOrigins implements ledger.Holds.
func (rows holdRows) DropOrigins(ctx context.Context) error {
	return exec(ctx, rows, `update holds set origin = null, browser = null`)
}

// Sweep implements ledger.Holds.
func (rows holdRows) Sweep(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from holds where expires_at < $1`, instant(before))
}
