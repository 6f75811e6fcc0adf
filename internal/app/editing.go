package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Obstacle is why an edit can't be made as it was meant.
type Obstacle struct {
	At   int                 // of the edits, from 0
	Err  error               // it can't be made over what stands there now; nil: it can
	Saw  *catalogue.Standing // what was seen, where something else stands there now
	Here catalogue.Standing  // what stands there now
}

// errOverwriting: somebody changed what an edit changes since it was looked at.
var errOverwriting = problem.New(problem.Conflict, "edit.overwriting")

// branchesOf returns the branches that edits touch, each once and in order.
func branchesOf(edits []catalogue.Noted) []town.BranchID {
	var ids []town.BranchID
	for _, e := range edits {
		ids = append(ids, e.Place().Branch)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// mayEdit decides whether an actor may make edits: all of their branches are its
// own.
func mayEdit(actor access.Actor, edits []catalogue.Noted) error {
	for _, id := range branchesOf(edits) {
		if err := actor.MayManage(id); err != nil {
			return err
		}
	}
	return nil
}

// judged is what edits would make of the catalogue.
type judged struct {
	before, after catalogue.Catalogue
	here          []catalogue.Standing // what stands where each of them changes something
	obstacles     []Obstacle
}

// edited makes edits one after another, and says what stands in the way of them;
// each that can't be made is left out.
func (v *view) edited(edits []catalogue.Noted) judged {
	before := *v.rules.Catalogue
	for _, id := range branchesOf(edits) {
		if b, known := v.rules.Branches[id]; known {
			before = before.WithoutOver(id, b.Today(v.now))
		}
	}
	j := judged{before: before, after: before}
	for i, e := range edits {
		here := e.Seen(&j.after)
		j.here = append(j.here, here)
		next, err := j.after.Edited(e.Edit)
		if e.Saw != nil && !here.Same(*e.Saw) {
			j.obstacles = append(j.obstacles, Obstacle{At: i, Err: err, Saw: e.Saw, Here: here})
			continue
		}
		if err != nil {
			j.obstacles = append(j.obstacles, Obstacle{At: i, Err: err})
			continue
		}
		j.after = next
	}
	return j
}

// inTheWay is the first obstacle as an error.
func inTheWay(obstacles []Obstacle) error {
	if len(obstacles) == 0 {
		return nil
	}
	return cmp.Or(obstacles[0].Err, error(errOverwriting))
}

// applied is what edits have made of the town.
type applied struct {
	change    int64 // in the history
	concerned []daybook.Unfit
}

// apply makes edits in a transaction that holds their branches, and writes them
// into the history: done says of which draft, or what it undoes. What they concern
// is judged anew. Errors: Conflict "edit.overwriting", "edit.unseen" where something
// else is there than was shown; those of the edits.
func (c *change) apply(ctx context.Context, actor access.Actor, edits []catalogue.Noted, shown Shown, done ledger.TownChange) (applied, error) {
	if err := c.holdRules(ctx); err != nil {
		return applied{}, err
	}
	j := c.edited(edits)
	if err := inTheWay(j.obstacles); err != nil {
		return applied{}, err
	}
	branches := branchesOf(edits)
	done.At, done.Actor = c.now, actor.Name()
	if done.Undoes == 0 {
		done.Branches = branches
	}
	done.Edits = catalogue.EncodeEdits(edits)
	done.Undo = catalogue.EncodeEdits(undoing(&j.before, &j.after, branches))
	id, err := c.TownChanges().Insert(ctx, done)
	if err != nil {
		return applied{}, err
	}
	if err := c.putBranches(ctx, j.after, branches); err != nil {
		return applied{}, err
	}
	concerned, err := c.newlyUnfitAfter(ctx, c.next, edits)
	return applied{id, concerned}, cmp.Or(err, shown.still(shownOf(edits, j.here, concerned)))
}

// editNow makes one edit at once, and writes the trail. What stands there already,
// as after a button was pressed twice, is no change.
func (co *core) editNow(ctx context.Context, actor access.Actor, e catalogue.Edit, shown Shown, trail ledger.AuditEntry) error {
	edits := []catalogue.Noted{{Edit: e}}
	err := co.update(ctx, []town.BranchID{e.Place().Branch}, func(c *change) error {
		if err := c.holdRules(ctx); err != nil {
			return err
		}
		if j := c.edited(edits); len(j.obstacles) == 0 && !j.changes(e.Place().Branch) {
			return nil
		}
		if _, err := c.apply(ctx, actor, edits, shown, ledger.TownChange{}); err != nil {
			return err
		}
		trail.At, trail.Actor = c.now, actor.Name()
		return c.Audit().Put(ctx, trail)
	})
	if err == nil {
		co.wishing.signal()
	}
	return err
}

// changes reports whether edits make anything else of a branch.
func (j *judged) changes(branch town.BranchID) bool {
	before, _ := catalogue.EncodeBranch(&j.before, branch)
	after, _ := catalogue.EncodeBranch(&j.after, branch)
	return !bytes.Equal(before.Body, after.Body)
}

// undoing returns the edits that take back what differs.
func undoing(before, after *catalogue.Catalogue, branches []town.BranchID) []catalogue.Noted {
	var back []catalogue.Noted
	for _, id := range branches {
		if patches := catalogue.Between(before, after, id); len(patches) > 0 {
			back = append(back, catalogue.Noted{Edit: catalogue.Restore{Branch: id, Patches: patches}})
		}
	}
	return back
}

// holdRules keeps others from changing the catalogue until the transaction ends,
// and decides by what it is then: whoever changes other branches meanwhile isn't
// kept off by ours.
func (c *change) holdRules(ctx context.Context) error {
	revision, err := c.Meta().Hold(ctx, plan.MetaCatalogue)
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return fmt.Errorf("hold catalogue: %w", err)
	}
	if revision == c.rules.Revision {
		return nil
	}
	c.rules, err = c.core.plans.At(ctx, c, revision)
	return err
}

// putBranches stores a catalogue in which some branches changed, and tells these.
func (c *change) putBranches(ctx context.Context, after catalogue.Catalogue, branches []town.BranchID) error {
	id, err := c.core.secrets.ID()
	if err != nil {
		return err
	}
	revision := plan.NextRevision(c.rules.Revision, id)
	if c.next, err = c.rules.Following(revision, &after, branches); err != nil {
		return err
	}
	if err := c.Meta().Set(ctx, plan.MetaCatalogue, revision); err != nil {
		return fmt.Errorf("set catalogue revision: %w", err)
	}
	for _, branch := range branches {
		document, ok := catalogue.EncodeBranch(&after, branch)
		if !ok {
			return plan.ErrBranch
		}
		if err := c.Catalogue().Put(ctx, document); err != nil {
			return fmt.Errorf("store branch %s: %w", branch, err)
		}
		if _, err := c.days.Record(ctx, branch, ledger.Event{Kind: ledger.EventCatalogue}); err != nil {
			return err
		}
	}
	return nil
}

// newlyUnfitAfter returns the appointments that fit by the plan that holds and not
// by the one that edits make, by branch and start: only where they touch something.
func (v *view) newlyUnfitAfter(ctx context.Context, then *plan.Plan, edits []catalogue.Noted) ([]daybook.Unfit, error) {
	var all []daybook.Unfit
	for _, id := range branchesOf(edits) {
		b, known := then.Branches[id]
		if !known {
			continue
		}
		from, to := catalogue.NoEnd, town.Date(0)
		for _, e := range edits {
			if first, last := e.Dates(); e.Place().Branch == id {
				from, to = min(from, first), max(to, last)
			}
		}
		unfit, err := v.newlyUnfit(ctx, then, id, from, min(to, b.Today(v.now).AddDays(daybook.FarAway)))
		if err != nil {
			return nil, err
		}
		all = append(all, unfit...)
	}
	return all, nil
}
