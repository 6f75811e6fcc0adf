package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Draft is a change of the town that isn't made yet: edits, in the order in which
// they are made.
type Draft struct {
	ID               string
	Owner            town.UserID
	Edits            []catalogue.Noted
	Version          int // names what was looked at
	Created, Changed time.Time
}

// MaxEdits is how many edits a draft holds.
const MaxEdits = 100

var (
	errDraft        = problem.New(problem.NotFound, "draft.unknown")
	errStale        = problem.New(problem.Conflict, "draft.changed")
	errNoEdits      = problem.New(problem.Conflict, "draft.empty")
	errTooManyEdits = problem.New(problem.Conflict, "draft.too_many")
)

// Preview is what a draft would do. It is computed, never stored.
type Preview struct {
	Draft     Draft
	Shown     Shown                // names what stands there and whom it concerns
	Compared  Shown                // names what stands there alone
	Here      []catalogue.Standing // what stands where each edit changes something
	Obstacles []Obstacle           // edits that can't be made; the rest of this is without them
	Concerned []daybook.Unfit      // what would no longer fit and does now, by branch and start
	Weeks     []WeekOfPlaces
	Shut      []ShutDate // that an edit would open, and that stay closed
}

// Drafts are changes of the town that are gathered, looked at, and made together.
type Drafts struct{ *core }

// New begins a draft of an actor with its first edits. Errors: Forbidden for
// whoever doesn't manage their branches; those of the edits.
func (ds *Drafts) New(ctx context.Context, actor access.Actor, edits ...catalogue.Edit) (Draft, error) {
	id, err := ds.secrets.ID()
	if err != nil {
		return Draft{}, err
	}
	var d Draft
	err = ds.write(ctx, nil, func(v *view) error {
		d = Draft{ID: id, Owner: town.UserID(actor.Name()), Version: 1, Created: v.now, Changed: v.now}
		if d.Edits, err = v.noted(actor, nil, edits); err != nil {
			return err
		}
		return v.Drafts().Insert(ctx, d.row())
	})
	return d, err
}

// Add adds edits to a draft. Errors: as of Drafts.New; NotFound "draft.unknown".
func (ds *Drafts) Add(ctx context.Context, actor access.Actor, id string, edits ...catalogue.Edit) (Draft, error) {
	return ds.change(ctx, actor, id, 0, func(v *view, d *Draft) (err error) {
		d.Edits, err = v.noted(actor, d.Edits, edits)
		return err
	})
}

// RemoveEdit takes one edit out of a draft as it was looked at. Errors:
// NotFound; Conflict "draft.changed".
func (ds *Drafts) RemoveEdit(ctx context.Context, actor access.Actor, id string, version, at int) (Draft, error) {
	return ds.change(ctx, actor, id, version, func(_ *view, d *Draft) error {
		if at < 0 || at >= len(d.Edits) {
			return errDraft
		}
		d.Edits = slices.Delete(d.Edits, at, at+1)
		return nil
	})
}

// ReplaceEdit puts an edit in the place of one of a draft as it was looked at.
// Errors: as of RemoveEdit and New.
func (ds *Drafts) ReplaceEdit(ctx context.Context, actor access.Actor, id string, version, at int, edit catalogue.Edit) (Draft, error) {
	return ds.change(ctx, actor, id, version, func(v *view, d *Draft) (err error) {
		if at < 0 || at >= len(d.Edits) {
			return errDraft
		}
		d.Edits, err = v.noted(actor, slices.Delete(slices.Clone(d.Edits), at, at+1), []catalogue.Edit{edit})
		return err
	})
}

// LookAgain has the edits of a draft be made over what stands now, which the person
// has seen beside what they had seen before: compared names it. Errors: as of
// Drafts.RemoveEdit; Conflict "edit.unseen" where it has changed again.
func (ds *Drafts) LookAgain(ctx context.Context, actor access.Actor, id string, version int, compared Shown) (Draft, error) {
	return ds.change(ctx, actor, id, version, func(v *view, d *Draft) error {
		j := v.edited(d.Edits)
		if err := compared.still(shownOf(d.Edits, j.here, nil)); err != nil {
			return err
		}
		after := j.before
		for i := range d.Edits {
			seen := d.Edits[i].Seen(&after)
			d.Edits[i].Saw = &seen
			if next, err := after.Edited(d.Edits[i].Edit); err == nil {
				after = next
			}
		}
		return nil
	})
}

// Drop throws a draft away. Errors: as of Drafts.RemoveEdit.
func (ds *Drafts) Drop(ctx context.Context, actor access.Actor, id string, version int) error {
	return ds.write(ctx, nil, func(v *view) error {
		d, err := v.draft(ctx, actor, id, version)
		if err != nil {
			return err
		}
		return stale(v.Drafts().Delete(ctx, d.ID, d.Version))
	})
}

// All returns the drafts whose branches are all an actor's to manage, the last
// changed first. Errors: Forbidden for whoever
// manages nothing.
func (ds *Drafts) All(ctx context.Context, actor access.Actor) ([]Draft, error) {
	if !actor.AtLeast(ledger.RoleManager) {
		return nil, access.ErrForbidden
	}
	var drafts []Draft
	err := ds.view(ctx, func(v *view) error {
		rows, err := v.Drafts().All(ctx)
		if err != nil {
			return fmt.Errorf("read drafts: %w", err)
		}
		drafts = nil
		for _, row := range rows {
			d, err := draftOf(row)
			if err != nil {
				return err
			}
			if d.seenBy(actor) {
				drafts = append(drafts, d)
			}
		}
		return nil
	})
	return drafts, err
}

// Preview returns what a draft would do now. Errors: NotFound "draft.unknown".
func (ds *Drafts) Preview(ctx context.Context, actor access.Actor, id string) (p Preview, err error) {
	err = ds.view(ctx, func(v *view) error {
		d, err := v.draft(ctx, actor, id, 0)
		if err != nil {
			return err
		}
		p, err = v.preview(ctx, d)
		return err
	})
	return p, err
}

func (v *view) preview(ctx context.Context, d Draft) (Preview, error) {
	j := v.edited(d.Edits)
	p := Preview{Draft: d, Obstacles: j.obstacles, Compared: shownOf(d.Edits, j.here, nil), Here: j.here}
	branches := slices.DeleteFunc(branchesOf(d.Edits), func(id town.BranchID) bool { return v.rules.Branches[id] == nil })
	then, err := v.rules.Following(v.rules.Revision, &j.after, branches)
	if err != nil {
		return p, err
	}
	if p.Concerned, err = v.newlyUnfitAfter(ctx, then, d.Edits); err != nil {
		return p, err
	}
	p.Shown, p.Shut = shownOf(d.Edits, j.here, p.Concerned), v.shutDates(then, d.Edits)
	p.Weeks, err = v.weeksOfPlaces(ctx, then, branches)
	return p, err
}

// Applied is what came of a draft.
type Applied struct {
	Change    int64           // in the history
	Concerned []daybook.Unfit // what no longer fits since; nil where it was made before
}

// Apply makes the change that a draft is, whole or not at all, judged anew;
// again it only says what it has become. Errors: Forbidden; NotFound; Conflict
// "draft.changed" for another version than that which was looked at,
// "edit.overwriting" where something else stands than was seen, "edit.unseen" where
// the preview has become another; those of the edits.
func (ds *Drafts) Apply(ctx context.Context, actor access.Actor, id string, version int, shown Shown) (Applied, error) {
	if made, err := ds.madeBefore(ctx, actor, id); err == nil || !errors.Is(err, ledger.ErrNotFound) {
		return made, err
	}
	branches, err := ds.branches(ctx, actor, id)
	if err != nil {
		return Applied{}, err
	}
	var result Applied
	err = ds.update(ctx, branches, func(c *change) error {
		d, err := c.draft(ctx, actor, id, version)
		if err != nil {
			return err
		}
		if err := mayApply(actor, d, branches); err != nil {
			return err
		}
		done, err := c.apply(ctx, actor, d.Edits, shown, ledger.TownChange{Draft: d.ID})
		if err != nil {
			return err
		}
		result = Applied{Change: done.change, Concerned: done.concerned}
		if err := stale(c.Drafts().Delete(ctx, d.ID, d.Version)); err != nil {
			return err
		}
		return c.auditChange(ctx, actor, "changed", done.change, branches)
	})
	if err == nil {
		ds.wishing.signal()
	}
	return result, err
}

func mayApply(actor access.Actor, d Draft, held []town.BranchID) error {
	switch {
	case len(d.Edits) == 0:
		return errNoEdits
	case !slices.Equal(branchesOf(d.Edits), held):
		return errStale
	}
	return mayEdit(actor, d.Edits)
}

// madeBefore returns what a draft has become. Errors: ledger.ErrNotFound where
// nothing has; Forbidden.
func (ds *Drafts) madeBefore(ctx context.Context, actor access.Actor, id string) (made Applied, err error) {
	err = ds.view(ctx, func(v *view) error {
		row, err := v.TownChanges().OfDraft(ctx, id)
		if err != nil {
			return err
		}
		made.Change = row.ID
		return mayAll(actor, row.Branches)
	})
	return made, err
}

func (ds *Drafts) branches(ctx context.Context, actor access.Actor, id string) (branches []town.BranchID, err error) {
	err = ds.view(ctx, func(v *view) error {
		d, err := v.draft(ctx, actor, id, 0)
		branches = branchesOf(d.Edits)
		return err
	})
	return branches, err
}

// auditChange writes a change of the town into the trail of each branch.
func (c *change) auditChange(ctx context.Context, actor access.Actor, action string, id int64, branches []town.BranchID) error {
	for _, branch := range branches {
		entry := ledger.AuditEntry{At: c.now, Branch: branch, Actor: actor.Name(), Action: action, Detail: fmt.Sprint(id)}
		if err := c.Audit().Put(ctx, entry); err != nil {
			return fmt.Errorf("write audit trail: %w", err)
		}
	}
	return nil
}

// change has alter change a draft; version 0 is whatever it is.
func (ds *Drafts) change(ctx context.Context, actor access.Actor, id string, version int, alter func(v *view, d *Draft) error) (d Draft, err error) {
	err = ds.write(ctx, nil, func(v *view) error {
		if d, err = v.draft(ctx, actor, id, version); err != nil {
			return err
		}
		if err := alter(v, &d); err != nil {
			return err
		}
		d.Version++
		d.Changed = v.now
		return stale(v.Drafts().Update(ctx, d.row()))
	})
	return d, err
}

// draft reads a draft that an actor may see, in the version that it looked at.
func (v *view) draft(ctx context.Context, actor access.Actor, id string, version int) (Draft, error) {
	row, err := v.Drafts().Get(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) {
		return Draft{}, errDraft
	}
	if err != nil {
		return Draft{}, fmt.Errorf("read draft: %w", err)
	}
	d, err := draftOf(row)
	switch {
	case err != nil:
		return Draft{}, err
	case !d.seenBy(actor):
		return Draft{}, errDraft
	case version != 0 && version != d.Version:
		return Draft{}, errStale
	}
	return d, nil
}

// noted returns edits with more of them, each with what stands now, after those
// before it, where it changes something.
func (v *view) noted(actor access.Actor, edits []catalogue.Noted, more []catalogue.Edit) ([]catalogue.Noted, error) {
	after := v.edited(edits).after
	for _, e := range more {
		if err := actor.MayManage(e.Place().Branch); err != nil {
			return nil, err
		}
		seen := e.Seen(&after)
		next, err := after.Edited(e)
		if err != nil {
			return nil, v.inDraft(e, err)
		}
		if err := v.checkLimits(e); err != nil {
			return nil, err
		}
		after = next
		edits = append(edits, catalogue.Noted{Edit: e, Saw: &seen})
	}
	if len(edits) > MaxEdits {
		return nil, errTooManyEdits
	}
	return edits, nil
}

// seenBy reports whether an actor may see a draft: whoever manages all of its
// branches now, its owner too. One that says nothing is its owner's alone.
func (d *Draft) seenBy(actor access.Actor) bool {
	if len(d.Edits) == 0 {
		return actor.Name() == string(d.Owner)
	}
	return mayEdit(actor, d.Edits) == nil
}

func (d *Draft) row() ledger.Draft {
	return ledger.Draft{
		ID: d.ID, Owner: d.Owner, Edits: catalogue.EncodeEdits(d.Edits), Version: d.Version,
		Created: d.Created, Changed: d.Changed, Branches: branchesOf(d.Edits),
	}
}

func draftOf(row ledger.Draft) (Draft, error) {
	edits, err := catalogue.DecodeEdits(row.Edits)
	if err != nil {
		return Draft{}, fmt.Errorf("draft %s: %w", row.ID, err)
	}
	return Draft{ID: row.ID, Owner: row.Owner, Edits: edits, Version: row.Version, Created: row.Created, Changed: row.Changed}, nil
}

func stale(err error) error {
	if errors.Is(err, ledger.ErrStale) {
		return errStale
	}
	return err
}

func mayAll(actor access.Actor, branches []town.BranchID) error {
	for _, id := range branches {
		if err := actor.MayManage(id); err != nil {
			return err
		}
	}
	return nil
}
