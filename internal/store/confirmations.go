package store

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type confirmationRows struct{ *strict }

const confirmationColumns = `id, hash, purpose, branch, date, key_date, body, expires_at`

func readConfirmation(scan scan) (ledger.Confirmation, error) {
	var c ledger.Confirmation
	err := scan(&c.ID, &c.Hash, &c.Purpose, &c.Branch, &c.Date, &c.KeyDay, &c.Body, into{&c.Expires})
	return c, err
}

// Put implements ledger.Confirmations.
func (rows confirmationRows) Put(ctx context.Context, c ledger.Confirmation) error {
	return exec(ctx, rows, `
		insert into confirmations (`+confirmationColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (id) do update set
			hash = excluded.hash, purpose = excluded.purpose, branch = excluded.branch, date = excluded.date,
			key_date = excluded.key_date, body = excluded.body, expires_at = excluded.expires_at`,
		c.ID, c.Hash, c.Purpose, c.Branch, c.Date, c.KeyDay, c.Body, instant(c.Expires))
}

// ByHash implements ledger.Confirmations.
func (rows confirmationRows) ByHash(ctx context.Context, hash []byte) (ledger.Confirmation, error) {
	return one(ctx, rows, readConfirmation, `select `+confirmationColumns+` from confirmations where hash = $1`, hash)
}

// Since implements ledger.Confirmations.
func (rows confirmationRows) Since(ctx context.Context, date town.Date) ([]ledger.Confirmation, error) {
	return all(ctx, rows, readConfirmation, `select `+confirmationColumns+` from confirmations where date >= $1 order by id`, date)
}

// ByKeyDay implements ledger.Confirmations.
func (rows confirmationRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Confirmation, error) {
	return all(ctx, rows, readConfirmation, `
		select `+confirmationColumns+` from confirmations
		where branch = $1 and key_date between $2 and $3 and id > $4 order by id limit $5`, branch, from, to, after, limit)
}

// Delete implements ledger.Confirmations.
func (rows confirmationRows) Delete(ctx context.Context, id string) error {
	return exec(ctx, rows, `delete from confirmations where id = $1`, id)
}

// DeleteBefore implements ledger.Confirmations.
func (rows confirmationRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return count(ctx, rows, `delete from confirmations where date < $1`, date)
}

// Sweep implements ledger.Confirmations.
func (rows confirmationRows) Sweep(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from confirmations where expires_at < $1`, instant(before))
}

type countRows struct{ *strict }

// Add implements ledger.Counts.
func (rows countRows) Add(ctx context.Context, hash []byte, date town.Date) (int, error) {
	return one(ctx, rows, value[int], `
		insert into counts (hash, date, n) values ($1, $2, 1)
		on conflict (hash) do update set n = counts.n + 1 returning n`, hash, date)
}

// Of implements ledger.Counts.
func (rows countRows) Of(ctx context.Context, hash []byte) (int, error) {
	n, err := one(ctx, rows, value[int], `select n from counts where hash = $1`, hash)
	if errors.Is(err, ledger.ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// DeleteBefore implements ledger.Counts.
func (rows countRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return count(ctx, rows, `delete from counts where date < $1`, date)
}
