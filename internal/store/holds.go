package store

import (
	"context"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

type holdRows struct{ *ledger }

const holdColumns = `hash, branch, office, date, items, starts_at, ends_at, online, expires_at, extended, origin`

func readHold(scan scan) (app.Hold, error) {
	var h app.Hold
	err := scan(&h.Hash, &h.Branch, &h.Office, &h.Date, items[town.Item]{&h.Items}, into{&h.Start}, into{&h.End},
		&h.Online, into{&h.Expires}, &h.Extended, &h.Origin)
	return h, err
}

// Insert implements app.HoldRows.
func (rows holdRows) Insert(ctx context.Context, h app.Hold) error {
	return insert(ctx, rows, `
		insert into holds (`+holdColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict do nothing`,
		h.Hash, h.Branch, h.Office, h.Date, list[town.Item](h.Items), instant(h.Start), instant(h.End),
		h.Online, instant(h.Expires), h.Extended, h.Origin)
}

// ByHash implements app.HoldRows.
func (rows holdRows) ByHash(ctx context.Context, hash []byte) (app.Hold, error) {
	return one(ctx, rows, readHold, `select `+holdColumns+` from holds where hash = $1`, hash)
}

// Extend implements app.HoldRows.
func (rows holdRows) Extend(ctx context.Context, hash []byte, expires time.Time, extended int) error {
	return changed(ctx, rows, app.ErrNotFound, `update holds set extended = $3, expires_at = $2 where hash = $1`,
		hash, instant(expires), extended)
}

// Delete implements app.HoldRows.
func (rows holdRows) Delete(ctx context.Context, hash []byte) error {
	return exec(ctx, rows, `delete from holds where hash = $1`, hash)
}

// Spans implements app.HoldRows.
func (rows holdRows) Spans(ctx context.Context, branch town.BranchID, from, to town.Date, now time.Time) ([]app.OfficeSpan, error) {
	return all(ctx, rows, readHoldSpan, `
		select office, date, starts_at, ends_at, online, expires_at, items = '[]' from holds
		where branch = $1 and date between $2 and $3 and expires_at > $4`, branch, from, to, instant(now))
}

// Live implements app.HoldRows.
func (rows holdRows) Live(ctx context.Context, origin []byte, now time.Time) (int, error) {
	return one(ctx, rows, value[int], `select count(*) from holds where origin = $1 and expires_at > $2`, origin, instant(now))
}

// Ending implements app.HoldRows.
func (rows holdRows) Ending(ctx context.Context, branch town.BranchID, after, until time.Time) ([]app.Hold, error) {
	return all(ctx, rows, readHold, `
		select `+holdColumns+` from holds
		where branch = $1 and expires_at > $2 and expires_at <= $3 order by hash`, branch, instant(after), instant(until))
}

// Sweep implements app.HoldRows.
func (rows holdRows) Sweep(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from holds where expires_at < $1`, instant(before))
}
