package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// Imported says what an import did.
type Imported struct {
	Changes        []catalogue.Change
	Concerned      []daybook.Unfit // all that no longer fit then, those of before too; by branch and start
	UnspokenLabels []UnspokenLabel
	Cramped        []catalogue.Cramped // what screens shorten
	TakenBack      []TownChange        // changes of the browser, or a part of each, the newest first
}

// Import merges a catalogue file into what is there. A file with mistakes
// changes nothing; the mistakes are returned, those within the file and those
// against what is there in one go.
func (tn *Town) Import(ctx context.Context, file catalogue.File) (Imported, []catalogue.Mistake, error) {
	result, mistakes, err := tn.importFile(ctx, file)
	if err != nil {
		return Imported{}, nil, fmt.Errorf("import: %w", err)
	}
	tn.wishing.signal()
	return result, mistakes, nil
}

// TryImport tells what Import would do, and changes nothing.
func (tn *Town) TryImport(ctx context.Context, file catalogue.File) (result Imported, mistakes []catalogue.Mistake, err error) {
	err = tn.view(ctx, func(v *view) error {
		merged, changes, wrong := v.rules.Catalogue.Merge(file)
		if mistakes = wrong; len(mistakes) > 0 {
			return nil
		}
		rules, err := plan.New(v.rules.Revision, &merged)
		if err != nil {
			return err
		}
		result = Imported{Changes: changes, UnspokenLabels: unspokenLabels(&merged), Cramped: merged.Cramped()}
		if result.TakenBack, err = v.takenBack(ctx, v.rules.Catalogue, &merged); err != nil {
			return err
		}
		result.Concerned, err = v.unfitBy(ctx, rules)
		return err
	})
	if err != nil {
		return Imported{}, nil, fmt.Errorf("try import: %w", err)
	}
	return result, mistakes, nil
}

func (tn *Town) importFile(ctx context.Context, file catalogue.File) (result Imported, mistakes []catalogue.Mistake, err error) {
	err = tn.update(ctx, branchesAfter(tn.plans.Now(), file), func(c *change) error {
		result = Imported{}
		var merged catalogue.Catalogue
		merged, result.Changes, mistakes = c.rules.Catalogue.Merge(file)
		if len(mistakes) > 0 {
			return nil
		}
		result.UnspokenLabels, result.Cramped = unspokenLabels(&merged), merged.Cramped()
		var err error
		if result.TakenBack, err = c.takenBack(ctx, c.rules.Catalogue, &merged); err != nil {
			return err
		}
		if err := c.noteImport(ctx, &merged, result.TakenBack); err != nil {
			return err
		}
		if err := c.replaceCatalogue(ctx, merged); err != nil {
			return err
		}
		result.Concerned, err = c.unfitBy(ctx, cmp.Or(c.next, c.rules))
		return err
	})
	return result, mistakes, err
}

// noteImport writes into the history of the town which branches a file changes, and
// what it takes back. New branches have no history yet.
func (c *change) noteImport(ctx context.Context, merged *catalogue.Catalogue, back []TownChange) error {
	done := ledger.TownChange{At: c.now, Actor: (access.Actor{Kind: access.Maintenance}).Name(), Undo: catalogue.EncodeEdits(nil)}
	var edits []catalogue.Noted
	for _, id := range c.rules.EveryBranch() {
		if len(catalogue.Between(c.rules.Catalogue, merged, id)) == 0 {
			continue
		}
		note := catalogue.Imported{Branch: id}
		for _, change := range back {
			if slices.Contains(change.Branches, id) {
				note.TakesBack = append(note.TakesBack, int(change.ID))
			}
		}
		done.Branches, edits = append(done.Branches, id), append(edits, catalogue.Noted{Edit: note})
	}
	if len(edits) == 0 {
		return nil
	}
	done.Edits = catalogue.EncodeEdits(edits)
	_, err := c.TownChanges().Insert(ctx, done)
	return err
}

// replaceCatalogue stores what differs of a catalogue, and tells of it.
func (c *change) replaceCatalogue(ctx context.Context, with catalogue.Catalogue) error {
	documents, changed, err := c.putCatalogue(ctx, c.rules.Catalogue, with)
	if err != nil || !changed {
		return err
	}
	return c.announceCatalogue(ctx, documents)
}

// branchesAfter returns the branches that are there and those that the file adds.
func branchesAfter(p *plan.Plan, file catalogue.File) []town.BranchID {
	merged, _, _ := p.Catalogue.Merge(file)
	ids := make([]town.BranchID, len(merged.Branches))
	for i := range merged.Branches {
		ids[i] = merged.Branches[i].ID
	}
	return ids
}

// putCatalogue stores the documents that differ, deletes those that are gone, and
// returns all there are with whether any changed.
func (c *change) putCatalogue(ctx context.Context, before *catalogue.Catalogue, after catalogue.Catalogue) (documents []catalogue.Document, changed bool, err error) {
	old, err := catalogue.Encode(*before)
	if err != nil {
		return nil, false, fmt.Errorf("encode catalogue: %w", err)
	}
	known, gone := map[string][]byte{}, map[string]catalogue.Document{}
	for _, d := range old {
		known[fmt.Sprint(d.Kind, " ", d.ID, " ", d.Position)] = d.Body
		gone[fmt.Sprint(d.Kind, " ", d.ID)] = d
	}
	documents, err = catalogue.Encode(after)
	if err != nil {
		return nil, false, fmt.Errorf("encode catalogue: %w", err)
	}
	for _, d := range documents {
		delete(gone, fmt.Sprint(d.Kind, " ", d.ID))
		if body, ok := known[fmt.Sprint(d.Kind, " ", d.ID, " ", d.Position)]; ok && bytes.Equal(body, d.Body) {
			continue
		}
		changed = true
		if err := c.Catalogue().Put(ctx, d); err != nil {
			return nil, false, fmt.Errorf("store %s %s: %w", d.Kind, d.ID, err)
		}
	}
	for _, d := range gone {
		changed = true
		if err := c.Catalogue().Delete(ctx, d.Kind, d.ID); err != nil {
			return nil, false, fmt.Errorf("delete %s %s: %w", d.Kind, d.ID, err)
		}
	}
	return documents, changed, nil
}

// announceCatalogue gives a catalogue, as its documents say it, a new revision
// and tells every branch. Once it is committed it is what this node knows.
func (c *change) announceCatalogue(ctx context.Context, documents []catalogue.Document) error {
	id, err := c.core.secrets.ID()
	if err != nil {
		return err
	}
	revision := plan.NextRevision(c.rules.Revision, id)
	if err := c.Meta().Set(ctx, plan.MetaCatalogue, revision); err != nil {
		return fmt.Errorf("set catalogue revision: %w", err)
	}
	rules, err := plan.ReadPlan(revision, documents)
	if err != nil {
		return err
	}
	c.next = rules
	for i := range rules.Catalogue.Branches {
		b := rules.Branches[rules.Catalogue.Branches[i].ID]
		if _, err := c.days.Record(ctx, b.ID, ledger.Event{Kind: ledger.EventCatalogue}); err != nil {
			return err
		}
	}
	return nil
}
