package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// TownChange is a change of the town that was made in the browser.
type TownChange struct {
	ID       int64
	At       time.Time
	Actor    string
	Branches []town.BranchID
	Edits    []catalogue.Noted
	// Elsewhere: it changes branches too that aren't the reader's, and Edits leaves
	// that out.
	Elsewhere bool
	Undoes    int64 // the change that it takes back; 0: none
	UndoneBy  int64 // the change that took it back; 0: none
}

var (
	errChange = problem.New(problem.NotFound, "change.unknown")
	errUndone = problem.New(problem.Conflict, "change.undone")
)

// historyTime is how long changes of the town are kept.
const historyTime = 400 * 24 * time.Hour

// History returns changes before one (0: the newest), of which an actor manages
// a branch, the newest first, and whether there are older ones. Errors: Forbidden
// for whoever manages nothing.
func (tn *Town) History(ctx context.Context, actor access.Actor, before int64, limit int) (changes []TownChange, more bool, err error) {
	if !actor.AtLeast(ledger.RoleManager) {
		return nil, false, access.ErrForbidden
	}
	err = tn.view(ctx, func(v *view) error {
		for changes, more = nil, false; ; {
			rows, err := v.TownChanges().Before(ctx, before, limit+1)
			if err != nil {
				return fmt.Errorf("read changes: %w", err)
			}
			for _, row := range rows {
				before = row.ID
				if !slices.ContainsFunc(row.Branches, func(id town.BranchID) bool { return actor.MayManage(id) == nil }) {
					continue
				}
				if len(changes) == limit {
					more = true
					return nil
				}
				read, err := townChangeOf(row)
				if err != nil {
					return err
				}
				changes = append(changes, read.seenBy(actor))
			}
			if len(rows) <= limit {
				return nil
			}
		}
	})
	return changes, more, err
}

// seenBy returns a change without what it changes at branches that aren't an actor's
// to manage.
func (t TownChange) seenBy(actor access.Actor) TownChange {
	foreign := func(id town.BranchID) bool { return actor.MayManage(id) != nil }
	t.Elsewhere = slices.ContainsFunc(t.Branches, foreign)
	t.Edits = slices.DeleteFunc(t.Edits, func(e catalogue.Noted) bool { return foreign(e.Place().Branch) })
	return t
}

// TryUndo returns a change and what taking it back would do, and changes nothing.
// Errors: as of Town.Undo.
func (tn *Town) TryUndo(ctx context.Context, actor access.Actor, id int64) (change TownChange, p Preview, err error) {
	err = tn.view(ctx, func(v *view) error {
		row, back, err := v.undoOf(ctx, actor, id)
		if err != nil {
			return err
		}
		if change, err = townChangeOf(row); err != nil {
			return err
		}
		p, err = v.preview(ctx, Draft{Edits: back})
		return cmp.Or(err, inTheWay(p.Obstacles))
	})
	return change, p, err
}

// Undo takes a change back, as a change of its own: everything else that
// happened since stays. Errors: Forbidden for whoever doesn't manage all of its
// branches; NotFound "change.unknown"; Conflict "change.undone",
// "edit.contradicted" where what it did was changed again, "edit.unseen" where the
// preview has become another.
func (tn *Town) Undo(ctx context.Context, actor access.Actor, id int64, shown Shown) (Applied, error) {
	var branches []town.BranchID
	err := tn.view(ctx, func(v *view) error {
		row, _, err := v.undoOf(ctx, actor, id)
		branches = row.Branches
		return err
	})
	if err != nil {
		return Applied{}, err
	}
	var result Applied
	err = tn.update(ctx, branches, func(c *change) error {
		_, back, err := c.undoOf(ctx, actor, id)
		if err != nil {
			return err
		}
		done, err := c.apply(ctx, actor, back, shown, ledger.TownChange{Undoes: id, Branches: branches})
		if errors.Is(err, ledger.ErrTaken) {
			return errUndone
		}
		if err != nil {
			return err
		}
		result = Applied{Change: done.change, Concerned: done.concerned}
		return c.auditChange(ctx, actor, "change_undone", id, branches)
	})
	if err == nil {
		tn.wishing.signal()
	}
	return result, err
}

// undoOf returns a change and the edits that take it back.
func (v *view) undoOf(ctx context.Context, actor access.Actor, id int64) (row ledger.TownChange, back []catalogue.Noted, err error) {
	row, err = v.TownChanges().Get(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) {
		return row, nil, errChange
	}
	if err != nil {
		return row, nil, fmt.Errorf("read change: %w", err)
	}
	if err := mayAll(actor, row.Branches); err != nil {
		return row, nil, err
	}
	if row.UndoneBy != 0 {
		return row, nil, errUndone
	}
	change, err := townChangeOf(row)
	if err != nil {
		return row, nil, err
	}
	if slices.ContainsFunc(change.Edits, func(e catalogue.Noted) bool { return e.Kind() == catalogue.KindImported }) {
		return row, nil, catalogue.ErrImported
	}
	back, err = catalogue.DecodeEdits(row.Undo)
	return row, back, err
}

func townChangeOf(row ledger.TownChange) (TownChange, error) {
	edits, err := catalogue.DecodeEdits(row.Edits)
	if err != nil {
		return TownChange{}, fmt.Errorf("change %d: %w", row.ID, err)
	}
	return TownChange{
		ID: row.ID, At: row.At, Actor: row.Actor, Branches: row.Branches, Edits: edits, Undoes: row.Undoes, UndoneBy: row.UndoneBy,
	}, nil
}

// takenBack returns the changes of the browser of which less stands in a catalogue
// than in the one before it, the newest first.
func (v *view) takenBack(ctx context.Context, before, after *catalogue.Catalogue) ([]TownChange, error) {
	rows, err := v.TownChanges().Before(ctx, 0, maxHistory)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	var back []TownChange
	for _, row := range rows {
		if row.UndoneBy != 0 {
			continue
		}
		undo, err := catalogue.DecodeEdits(row.Undo)
		if err != nil {
			return nil, fmt.Errorf("change %d: %w", row.ID, err)
		}
		if !slices.ContainsFunc(undo, func(e catalogue.Noted) bool { return lessStands(e.Edit, before, after) }) {
			continue
		}
		change, err := townChangeOf(row)
		if err != nil {
			return nil, err
		}
		back = append(back, change)
	}
	return back, nil
}

// maxHistory is how many changes an import compares with.
const maxHistory = 5000

func lessStands(e catalogue.Edit, before, after *catalogue.Catalogue) bool {
	restore, ok := e.(catalogue.Restore)
	return ok && restore.Stands(after) < restore.Stands(before)
}
