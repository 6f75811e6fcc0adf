package store

import "context"

type metaRows struct{ *ledger }

// Get implements app.MetaRows.
func (rows metaRows) Get(ctx context.Context, key string) (string, error) {
	return one(ctx, rows, value[string], `select value from meta where name = $1`, key)
}

// Add implements app.MetaRows. Whoever comes second waits for the first to
// commit.
func (rows metaRows) Add(ctx context.Context, key, value string) error {
	return exec(ctx, rows, `insert into meta (name, value) values ($1, $2) on conflict do nothing`, key, value)
}

// Set implements app.MetaRows.
func (rows metaRows) Set(ctx context.Context, key, value string) error {
	return exec(ctx, rows, `
		insert into meta (name, value) values ($1, $2)
		on conflict (name) do update set value = excluded.value`, key, value)
}
