package store

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type demandRows struct{ *strict }

func readTaken(scan scan) (ledger.Taken, error) {
	var t ledger.Taken
	err := scan(&t.From, &t.Count)
	return t, err
}

// Add implements ledger.Demand.
func (rows demandRows) Add(ctx context.Context, branch town.BranchID, minute ledger.Minute, rush bool) error {
	marked := 0
	if rush {
		marked = 1
	}
	return exec(ctx, rows, `
		insert into demand (branch, minute, taken, rush) values ($1, $2, 1, $3)
		on conflict (branch, minute) do update set
			taken = demand.taken + 1, rush = case when demand.rush > excluded.rush then demand.rush else excluded.rush end`,
		branch, minute, marked)
}

// Minutes implements ledger.Demand.
func (rows demandRows) Minutes(ctx context.Context, branch town.BranchID, after ledger.Minute) ([]ledger.Taken, error) {
	return all(ctx, rows, readTaken, `select minute, taken from demand where branch = $1 and minute > $2 order by minute`, branch, after)
}

// Hours implements ledger.Demand.
func (rows demandRows) Hours(ctx context.Context, branch town.BranchID, from, before ledger.Minute) ([]ledger.Taken, error) {
	return all(ctx, rows, readTaken, `
		select minute / 60 * 60, cast(sum(taken) as bigint) from demand
		where branch = $1 and minute >= $2 and minute < $3
		group by minute / 60 having max(rush) = 0 order by 1`, branch, from, before)
}

// DeleteBefore implements ledger.Demand.
func (rows demandRows) DeleteBefore(ctx context.Context, before ledger.Minute) (int, error) {
	return count(ctx, rows, `delete from demand where minute < $1`, before)
}
