package app

import (
	"context"
	"fmt"
	"slices"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

var (
	// errThing: the catalogue has nothing of that name.
	errThing = problem.New(problem.NotFound, "thing.unknown")
	// errMeanwhile: a branch was added since the branches to hold were read.
	errMeanwhile = problem.New(problem.Conflict, "thing.meanwhile")
)

// Hanging is something that hangs on a thing of the catalogue, so that the thing
// stays.
type Hanging struct {
	Kind  HangingKind
	Name  string // of an office, an account or a device
	Count int    // of what has no name
}

// HangingKind is a sort of thing that hangs on another.
type HangingKind string

// The kinds, in the order in which they are told.
const (
	HangsOffice  HangingKind = "office"
	HangsAccount HangingKind = "account"
	HangsDevice  HangingKind = "device"
	HangsTicket  HangingKind = "ticket"
	HangsHold    HangingKind = "hold"
	HangsWish    HangingKind = "wish"
)

// Remove takes a thing out of the catalogue that came into it by mistake, a
// branch with its offices and rooms. Where anything hangs on it, nothing changes,
// and what does is returned: such a thing is retired. It holds every branch, as
// whoever books, waits or lets somebody in at one holds that. Errors: Forbidden
// for whoever is no administrator; NotFound "thing.unknown"; Conflict
// "thing.meanwhile", to be tried again.
func (tn *Town) Remove(ctx context.Context, actor access.Actor, thing catalogue.Thing) (hanging []Hanging, err error) {
	if !actor.AtLeast(ledger.RoleAdmin) {
		return nil, access.ErrForbidden
	}
	if err := tn.refresh(ctx); err != nil {
		return nil, err
	}
	err = tn.update(ctx, tn.plans.Now().EveryBranch(), func(c *change) error {
		if !c.days.HoldsAll(c.rules.EveryBranch()) {
			return errMeanwhile
		}
		if hanging, err = c.hangingOn(ctx, thing); err != nil || len(hanging) > 0 {
			return err
		}
		return c.remove(ctx, actor, thing)
	})
	if err == nil && len(hanging) == 0 {
		tn.wishing.signal()
	}
	return hanging, err
}

// TryRemove tells what hangs on a thing now, and changes nothing. Errors:
// Forbidden and NotFound as of Remove.
func (tn *Town) TryRemove(ctx context.Context, actor access.Actor, thing catalogue.Thing) (hanging []Hanging, err error) {
	if !actor.AtLeast(ledger.RoleAdmin) {
		return nil, access.ErrForbidden
	}
	err = tn.view(ctx, func(v *view) error {
		hanging, err = v.hangingOn(ctx, thing)
		return err
	})
	return hanging, err
}

// remove takes a thing out that nothing hangs on.
func (c *change) remove(ctx context.Context, actor access.Actor, thing catalogue.Thing) error {
	if err := c.takeOut(ctx, thing); err != nil {
		return err
	}
	entry := ledger.AuditEntry{At: c.now, Branch: thing.Branch, Actor: actor.Name(), Action: "removed", Detail: thing.String()}
	if thing.Entity == catalogue.EntityBranch {
		entry.Branch = "" // nobody can open its own trail any more
	}
	if err := c.Audit().Put(ctx, entry); err != nil {
		return fmt.Errorf("write audit trail: %w", err)
	}
	return nil
}

// takeOut stores the catalogue without a thing, and tells every branch, the one
// that goes as well.
func (c *change) takeOut(ctx context.Context, thing catalogue.Thing) error {
	documents, _, err := c.putCatalogue(ctx, c.rules.Catalogue, c.rules.Catalogue.Without(thing))
	if err != nil {
		return err
	}
	if err := c.announceCatalogue(ctx, documents); err != nil {
		return err
	}
	if thing.Entity != catalogue.EntityBranch {
		return nil
	}
	_, err = c.days.Record(ctx, thing.Branch, ledger.Event{Kind: ledger.EventCatalogue})
	return err
}

// hangingOn returns what hangs on a thing. Errors: NotFound.
func (v *view) hangingOn(ctx context.Context, thing catalogue.Thing) ([]Hanging, error) {
	if !slices.Contains(v.rules.Catalogue.Things(), thing) {
		return nil, errThing
	}
	var found []Hanging
	for _, office := range v.rules.Catalogue.Naming(thing) {
		found = append(found, Hanging{Kind: HangsOffice, Name: string(office.Branch) + "/" + office.ID})
	}
	people, err := v.admittedBy(ctx, thing)
	if err != nil {
		return nil, err
	}
	uses, err := v.Catalogue().Uses(ctx, thing, v.at.Trusted)
	if err != nil {
		return nil, fmt.Errorf("count uses: %w", err)
	}
	wishes, err := v.wishesFor(ctx, thing)
	if err != nil {
		return nil, err
	}
	for _, counted := range []Hanging{{Kind: HangsTicket, Count: uses.Tickets}, {Kind: HangsHold, Count: uses.Holds}, {Kind: HangsWish, Count: wishes}} {
		if counted.Count > 0 {
			people = append(people, counted)
		}
	}
	return append(found, people...), nil
}

// admittedBy returns the accounts and devices that a thing lets in.
func (v *view) admittedBy(ctx context.Context, thing catalogue.Thing) ([]Hanging, error) {
	users, err := v.People().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	devices, err := v.Devices().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	var found []Hanging
	for _, u := range users {
		if (letIn{u.Branches, u.Offices}).by(thing) {
			found = append(found, Hanging{Kind: HangsAccount, Name: string(u.ID)})
		}
	}
	for _, d := range devices {
		if !d.Revoked && (letIn{[]town.BranchID{d.Branch}, d.Offices}).by(thing) {
			found = append(found, Hanging{Kind: HangsDevice, Name: d.Name})
		}
	}
	return found, nil
}

// letIn is where an account or a device is let in.
type letIn struct {
	branches []town.BranchID // empty: all
	offices  []town.OfficeID // empty: all
}

// by reports whether a thing is named among that.
func (l letIn) by(thing catalogue.Thing) bool {
	named := slices.Contains(l.branches, thing.Branch)
	switch thing.Entity {
	case catalogue.EntityBranch:
		return named
	case catalogue.EntityOffice:
		return (named || len(l.branches) == 0) && slices.Contains(l.offices, town.OfficeID(thing.ID))
	}
	return false
}

// wishesFor counts who waits for a service, or at a branch.
func (v *view) wishesFor(ctx context.Context, thing catalogue.Thing) (int, error) {
	if thing.Entity != catalogue.EntityService && thing.Entity != catalogue.EntityBranch {
		return 0, nil
	}
	wishes, err := v.Wishes().Open(ctx, v.rules.FirstToday(v.now))
	if err != nil {
		return 0, fmt.Errorf("read wishes: %w", err)
	}
	count := 0
	for _, w := range wishes {
		wants := func(item town.Item) bool { return string(item.Service) == thing.ID }
		if thing.Entity == catalogue.EntityBranch && slices.Contains(w.Branches, thing.Branch) ||
			thing.Entity == catalogue.EntityService && slices.ContainsFunc(w.Items, wants) {
			count++
		}
	}
	return count, nil
}
