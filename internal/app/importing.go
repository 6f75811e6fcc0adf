package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Imported says what an import did.
type Imported struct {
	Changes        []catalogue.Change
	Affected       []Concerned // live appointments of what was retired
	UnspokenLabels []UnspokenLabel
}

// Import merges a catalogue file into what is there. A file with mistakes
// changes nothing; the mistakes are returned, those within the file and those
// against what is there in one go.
func (a *App) Import(ctx context.Context, file catalogue.File) (Imported, []catalogue.Mistake, error) {
	result, mistakes, err := a.importFile(ctx, file, nil)
	if err != nil {
		return Imported{}, nil, fmt.Errorf("import: %w", err)
	}
	a.wishing.signal()
	return result, mistakes, nil
}

// errOnlyTried ends an import that is only to be tried.
var errOnlyTried = errors.New("only tried")

// TryImport tells what Import would do, and changes nothing.
func (a *App) TryImport(ctx context.Context, file catalogue.File) (Imported, []catalogue.Mistake, error) {
	result, mistakes, err := a.importFile(ctx, file, errOnlyTried)
	if err != nil && !errors.Is(err, errOnlyTried) {
		return Imported{}, nil, fmt.Errorf("try import: %w", err)
	}
	return result, mistakes, nil
}

// importFile does all of an import; ending it with an error takes it back.
func (a *App) importFile(ctx context.Context, file catalogue.File, end error) (result Imported, mistakes []catalogue.Mistake, err error) {
	err = a.update(ctx, branchesAfter(a.plans.Now(), file), func(c *change) error {
		result = Imported{}
		var merged catalogue.Catalogue
		merged, result.Changes, mistakes = c.rules.Catalogue.Merge(file)
		if len(mistakes) > 0 {
			return nil
		}
		result.UnspokenLabels = unspokenLabels(&merged)
		documents, changed, err := c.putCatalogue(ctx, c.rules.Catalogue, merged)
		if err != nil || !changed {
			return err
		}
		if err := c.announceCatalogue(ctx, documents, &result); err != nil {
			return err
		}
		return end
	})
	return result, mistakes, err
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
func (c *change) announceCatalogue(ctx context.Context, documents []catalogue.Document, result *Imported) error {
	id, err := c.app.secrets.ID()
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
		affected, err := c.retiredAppointments(ctx, rules, b)
		if err != nil {
			return err
		}
		result.Affected = append(result.Affected, affected...)
	}
	return nil
}

// Concerned is a live appointment that no longer fits, and why.
type Concerned struct {
	queue.Ticket
	Reason string // of the public interface
}

// Why an appointment no longer fits.
const (
	ServiceGone = "service_gone"
	OfficeGone  = "office_gone"
	BranchGone  = "branch_gone"
)

// retiredAppointments returns a branch's live appointments for what can't be
// booked any more.
func (c *change) retiredAppointments(ctx context.Context, rules *plan.Plan, b *plan.Branch) ([]Concerned, error) {
	today := b.Today(c.now)
	tickets, err := c.Tickets().Between(ctx, b.ID, today, today.AddDays(daybook.FarAway))
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	var affected []Concerned
	for _, t := range tickets {
		if reason := retired(rules, b, t); t.State == queue.Booked && reason != "" {
			affected = append(affected, Concerned{b.Local(t), reason})
		}
	}
	return affected, nil
}

// retired says why a ticket's appointment can't be booked any more; empty: it
// can.
func retired(p *plan.Plan, b *plan.Branch, t queue.Ticket) string {
	office, ok := b.PlanOf[t.Office]
	switch {
	case b.Retired:
		return BranchGone
	case !ok || office.Retired:
		return OfficeGone
	}
	for _, item := range t.Items {
		s, ok := p.Catalogue.Service(item.Service)
		if !ok || s.Retired {
			return ServiceGone
		}
	}
	return ""
}
