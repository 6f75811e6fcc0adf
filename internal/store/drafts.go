package store

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type draftRows struct{ *strict }

const draftColumns = `id, owner, branches, edits, version, created_at, changed_at`

func readDraft(scan scan) (ledger.Draft, error) {
	var d ledger.Draft
	var edits string
	err := scan(&d.ID, &d.Owner, items[town.BranchID]{&d.Branches}, &edits, &d.Version, into{&d.Created}, into{&d.Changed})
	d.Edits = []byte(edits)
	return d, err
}

// Insert implements ledger.Drafts.
func (rows draftRows) Insert(ctx context.Context, d ledger.Draft) error {
	return exec(ctx, rows, `insert into drafts (`+draftColumns+`) values ($1, $2, $3, $4, 1, $5, $6)`,
		d.ID, d.Owner, list[town.BranchID](d.Branches), string(d.Edits), instant(d.Created), instant(d.Changed))
}

// Get implements ledger.Drafts.
func (rows draftRows) Get(ctx context.Context, id string) (ledger.Draft, error) {
	return one(ctx, rows, readDraft, `select `+draftColumns+` from drafts where id = $1`, id)
}

// All implements ledger.Drafts.
func (rows draftRows) All(ctx context.Context) ([]ledger.Draft, error) {
	return all(ctx, rows, readDraft, `select `+draftColumns+` from drafts order by changed_at desc, id`)
}

// Update implements ledger.Drafts.
func (rows draftRows) Update(ctx context.Context, d ledger.Draft) error {
	return changed(ctx, rows, ledger.ErrStale, `
		update drafts set branches = $3, edits = $4, version = $2, changed_at = $5 where id = $1 and version = $2 - 1`,
		d.ID, d.Version, list[town.BranchID](d.Branches), string(d.Edits), instant(d.Changed))
}

// Delete implements ledger.Drafts.
func (rows draftRows) Delete(ctx context.Context, id string, version int) error {
	return changed(ctx, rows, ledger.ErrStale, `delete from drafts where id = $1 and version = $2`, id, version)
}

// DeleteBefore implements ledger.Drafts.
func (rows draftRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from drafts where changed_at < $1`, instant(before))
}

type townChangeRows struct{ *strict }

const townChanges = `
	select c.id, c.at, c.actor, c.branches, c.edits, c.undo, c.draft, coalesce(c.undoes, 0), coalesce(u.id, 0)
	from town_changes c left join town_changes u on u.undoes = c.id`

func readTownChange(scan scan) (ledger.TownChange, error) {
	var c ledger.TownChange
	var edits, undo string
	err := scan(&c.ID, into{&c.At}, &c.Actor, items[town.BranchID]{&c.Branches}, &edits, &undo, maybe[string]{&c.Draft}, &c.Undoes, &c.UndoneBy)
	c.Edits, c.Undo = []byte(edits), []byte(undo)
	return c, err
}

// Insert implements ledger.TownChanges.
func (rows townChangeRows) Insert(ctx context.Context, c ledger.TownChange) (int64, error) {
	var undoes any
	if c.Undoes != 0 {
		undoes = c.Undoes
	}
	id, err := one(ctx, rows, value[int64], `
		insert into town_changes (id, at, actor, branches, edits, undo, draft, undoes)
		values ((select coalesce(max(id), 0) + 1 from town_changes), $1, $2, $3, $4, $5, $6, $7)
		on conflict do nothing returning id`,
		instant(c.At), c.Actor, list[town.BranchID](c.Branches), string(c.Edits), string(c.Undo), optional(c.Draft), undoes)
	if errors.Is(err, ledger.ErrNotFound) {
		return 0, ledger.ErrTaken
	}
	return id, err
}

// Get implements ledger.TownChanges.
func (rows townChangeRows) Get(ctx context.Context, id int64) (ledger.TownChange, error) {
	return one(ctx, rows, readTownChange, townChanges+` where c.id = $1`, id)
}

// OfDraft implements ledger.TownChanges.
func (rows townChangeRows) OfDraft(ctx context.Context, draft string) (ledger.TownChange, error) {
	return one(ctx, rows, readTownChange, townChanges+` where c.draft = $1`, draft)
}

// Before implements ledger.TownChanges.
func (rows townChangeRows) Before(ctx context.Context, id int64, limit int) ([]ledger.TownChange, error) {
	return all(ctx, rows, readTownChange, townChanges+` where $1 = 0 or c.id < $1 order by c.id desc limit $2`, id, limit)
}

// DeleteBefore implements ledger.TownChanges.
func (rows townChangeRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from town_changes where at < $1`, instant(before))
}
