package store

import (
	"context"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type wishRows struct{ *strict }

const wishColumns = `id, hash, branches, items, weekdays, time_from, time_to, until, branch, body, created_at, offered_at, hold, key_date, lapsed`

func readWish(scan scan) (ledger.Wish, error) {
	var w ledger.Wish
	err := scan(&w.ID, &w.Hash, items[town.BranchID]{&w.Branches}, items[town.Item]{&w.Items}, items[time.Weekday]{&w.Weekdays},
		&w.From, &w.To, &w.Until, &w.Branch, &w.Body, into{&w.Created}, into{&w.Offered}, &w.Hold, &w.KeyDay, &w.Lapsed)
	return w, err
}

// Put implements ledger.Wishes.
func (rows wishRows) Put(ctx context.Context, w ledger.Wish) error {
	return exec(ctx, rows, `
		insert into wishes (`+wishColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (id) do update set
			hash = excluded.hash, branches = excluded.branches, items = excluded.items, weekdays = excluded.weekdays,
			time_from = excluded.time_from, time_to = excluded.time_to, until = excluded.until, branch = excluded.branch,
			body = excluded.body, created_at = excluded.created_at, offered_at = excluded.offered_at, hold = excluded.hold,
			key_date = excluded.key_date, lapsed = excluded.lapsed`,
		w.ID, w.Hash, list[town.BranchID](w.Branches), list[town.Item](w.Items), list[time.Weekday](w.Weekdays),
		w.From, w.To, w.Until, w.Branch, w.Body, instant(w.Created), instant(w.Offered), w.Hold, w.KeyDay, w.Lapsed)
}

// ByHash implements ledger.Wishes.
func (rows wishRows) ByHash(ctx context.Context, hash []byte) (ledger.Wish, error) {
	return one(ctx, rows, readWish, `select `+wishColumns+` from wishes where hash = $1`, hash)
}

// Open implements ledger.Wishes.
func (rows wishRows) Open(ctx context.Context, today town.Date) ([]ledger.Wish, error) {
	return all(ctx, rows, readWish, `
		select `+wishColumns+` from wishes where until >= $1 order by created_at, id`, today)
}

// ByKeyDay implements ledger.Wishes.
func (rows wishRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Wish, error) {
	return all(ctx, rows, readWish, `
		select `+wishColumns+` from wishes where branch = $1 and key_date between $2 and $3 and id > $4 order by id limit $5`,
		branch, from, to, after, limit)
}

// Branches implements ledger.Wishes.
func (rows wishRows) Branches(ctx context.Context, today town.Date) ([]town.BranchID, error) {
	lists, err := all(ctx, rows, func(scan scan) (ids []town.BranchID, err error) {
		err = scan(items[town.BranchID]{&ids})
		return ids, err
	}, `select distinct branches from wishes where until >= $1`, today)
	ids := slices.Concat(lists...)
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// Delete implements ledger.Wishes.
func (rows wishRows) Delete(ctx context.Context, id string) error {
	return exec(ctx, rows, `delete from wishes where id = $1`, id)
}

// DeleteBefore implements ledger.Wishes.
func (rows wishRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return count(ctx, rows, `delete from wishes where until < $1`, date)
}
