package app

import (
	"bytes"
	"context"
	"fmt"

	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Imported says what an import did.
type Imported struct {
	Changes  []catalogue.Change
	Affected []queue.Ticket // live appointments of what was retired
	Unsaid   []Unsaid
}

// Import merges a catalogue file into what is there. A file with mistakes
// changes nothing; the mistakes are returned.
func (a *App) Import(ctx context.Context, file catalogue.File) (Imported, []catalogue.Mistake, error) {
	var result Imported
	var mistakes []catalogue.Mistake
	branches := a.branchesAfter(file)
	err := a.update(ctx, branches, func(c *change) error {
		result = Imported{}
		var merged catalogue.Catalogue
		merged, result.Changes, mistakes = c.rules.catalogue.Merge(file)
		if len(mistakes) > 0 {
			return nil
		}
		result.Unsaid = unsaid(&merged)
		changed, err := c.putCatalogue(ctx, c.rules.catalogue, merged)
		if err != nil || !changed {
			return err
		}
		return a.announceCatalogue(ctx, c, &merged, &result)
	})
	if err != nil {
		return Imported{}, nil, fmt.Errorf("import: %w", err)
	}
	err = a.reload(ctx)
	a.wishing.signal() // only now: wishes are offered by the rules that were read
	return result, mistakes, err
}

// branchesAfter returns the branches that are there and those that the file adds.
func (a *App) branchesAfter(file catalogue.File) []town.BranchID {
	merged, _, _ := a.plan.Load().catalogue.Merge(file)
	ids := make([]town.BranchID, len(merged.Branches))
	for i := range merged.Branches {
		ids[i] = merged.Branches[i].ID
	}
	return ids
}

// putCatalogue stores the documents that differ and reports whether any did.
func (c *change) putCatalogue(ctx context.Context, before *catalogue.Catalogue, after catalogue.Catalogue) (bool, error) {
	old, err := catalogue.Encode(*before)
	if err != nil {
		return false, fmt.Errorf("encode catalogue: %w", err)
	}
	known := map[string][]byte{}
	for _, d := range old {
		known[fmt.Sprint(d.Kind, " ", d.ID, " ", d.Position)] = d.Body
	}
	documents, err := catalogue.Encode(after)
	if err != nil {
		return false, fmt.Errorf("encode catalogue: %w", err)
	}
	changed := false
	for _, d := range documents {
		if body, ok := known[fmt.Sprint(d.Kind, " ", d.ID, " ", d.Position)]; ok && bytes.Equal(body, d.Body) {
			continue
		}
		changed = true
		if err := c.Catalogue().Put(ctx, d); err != nil {
			return false, fmt.Errorf("store %s %s: %w", d.Kind, d.ID, err)
		}
	}
	return changed, nil
}

// announceCatalogue gives the catalogue a new revision and tells every branch.
func (a *App) announceCatalogue(ctx context.Context, c *change, merged *catalogue.Catalogue, result *Imported) error {
	revision, err := a.drawID()
	if err != nil {
		return err
	}
	if err := c.Meta().Set(ctx, metaCatalogue, revision); err != nil {
		return fmt.Errorf("set catalogue revision: %w", err)
	}
	rules, err := newPlan(revision, merged)
	if err != nil {
		return err
	}
	for i := range merged.Branches {
		b := rules.branches[merged.Branches[i].ID]
		if _, err := c.record(ctx, b.ID, Event{Kind: EventCatalogue}); err != nil {
			return err
		}
		affected, err := c.retiredAppointments(ctx, rules, b)
		if err != nil {
			return err
		}
		result.Affected = append(result.Affected, affected...)
	}
	return nil
}

// retiredAppointments returns a branch's live appointments for what can't be
// booked any more.
func (c *change) retiredAppointments(ctx context.Context, rules *plan, b *branchPlan) ([]queue.Ticket, error) {
	today := b.today(c.now)
	tickets, err := c.Tickets().Between(ctx, b.ID, today, today.AddDays(farAway))
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	var affected []queue.Ticket
	for _, t := range tickets {
		if t.State == queue.Booked && rules.retired(b, t) {
			affected = append(affected, b.local(t))
		}
	}
	return affected, nil
}

func (p *plan) retired(b *branchPlan, t queue.Ticket) bool {
	office, ok := b.offices[t.Office]
	if b.Retired || !ok || office.Retired {
		return true
	}
	for _, item := range t.Items {
		s, ok := p.catalogue.Service(item.Service)
		if !ok || s.Retired {
			return true
		}
	}
	return false
}
