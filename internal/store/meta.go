package store

import "context"

type metaRows struct{ *strict }

// Get implements ledger.Meta.
func (rows metaRows) Get(ctx context.Context, key string) (string, error) {
	return one(ctx, rows, value[string], `select value from meta where name = $1`, key)
}

// Add implements ledger.Meta. Whoever comes second waits for the first to
// commit.
func (rows metaRows) Add(ctx context.Context, key, value string) error {
	return exec(ctx, rows, `insert into meta (name, value) values ($1, $2) on conflict do nothing`, key, value)
}

// Set implements ledger.Meta.
func (rows metaRows) Set(ctx context.Context, key, value string) error {
	return exec(ctx, rows, `
		insert into meta (name, value) values ($1, $2)
		on conflict (name) do update set value = excluded.value`, key, value)
}

// Hold implements ledger.Meta.
func (rows metaRows) Hold(ctx context.Context, key string) (string, error) {
	return one(ctx, rows, value[string], `update meta set value = value where name = $1 returning value`, key)
}

// Delete implements ledger.Meta.
func (rows metaRows) Delete(ctx context.Context, key string) error {
	return exec(ctx, rows, `delete from meta where name = $1`, key)
}
