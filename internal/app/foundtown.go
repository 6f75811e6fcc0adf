package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
)

// metaFounded is set by whoever makes a town, and by nobody again.
const metaFounded = "founded"

// errFounded: there is a town already.
var errFounded = problem.New(problem.Conflict, "town.exists")

// Town is what the town offers, as a whole: founded, imported, removed, and how it
// has become what it is.
type Town struct{ *core }

// Found makes a town where none is, by a file, with its first administrator
// (nil: without), whose password is hashed: all of it, or nothing. Errors:
// Conflict "town.exists".
func (tn *Town) Found(ctx context.Context, file catalogue.File, admin *ledger.User) ([]catalogue.Mistake, error) {
	mine, err := tn.secrets.ID()
	if err != nil {
		return nil, err
	}
	var mistakes []catalogue.Mistake
	err = tn.update(ctx, branchesAfter(tn.plans.Now(), file), func(c *change) error {
		if claimed, err := c.claimPlace(ctx, mine); claimed || err != nil {
			return err
		}
		merged, _, wrong := c.rules.Catalogue.Merge(file)
		if mistakes = wrong; len(wrong) > 0 {
			return errMistakes
		}
		documents, _, err := c.putCatalogue(ctx, c.rules.Catalogue, merged)
		if err != nil {
			return err
		}
		if err := c.hireFirst(ctx, admin); err != nil {
			return err
		}
		return c.announceCatalogue(ctx, documents)
	})
	if errors.Is(err, errMistakes) {
		return mistakes, nil
	}
	if err != nil {
		return nil, fmt.Errorf("make a town: %w", err)
	}
	return nil, nil
}

// errMistakes ends a founding by a file that has mistakes.
var errMistakes = errors.New("the file has mistakes")

// claimPlace lets one of those who found a town at the same moment do so. It
// reports whether this one did already, in a commit whose answer was lost.
func (c *change) claimPlace(ctx context.Context, mine string) (before bool, err error) {
	standing, err := c.Meta().Get(ctx, metaFounded)
	if err == nil && standing == mine {
		return true, nil
	}
	if err == nil || !errors.Is(err, ledger.ErrNotFound) {
		return false, cmp.Or(err, error(errFounded))
	}
	if len(c.rules.Catalogue.Branches) > 0 || len(c.rules.Catalogue.Authority.Name) > 0 {
		return false, errFounded
	}
	if err := c.Meta().Add(ctx, metaFounded, mine); err != nil {
		return false, err
	}
	if standing, err = c.Meta().Get(ctx, metaFounded); err == nil && standing != mine {
		return false, errFounded
	}
	return false, err
}

func (c *change) hireFirst(ctx context.Context, admin *ledger.User) error {
	if admin == nil {
		return nil
	}
	u := *admin
	u.Created, u.Changed = c.now, c.now
	if err := c.People().Insert(ctx, u); err != nil {
		return err
	}
	return c.Audit().Put(ctx, ledger.AuditEntry{At: c.now, Actor: access.Actor{Kind: access.Maintenance}.Name(), Action: "user_added", Detail: string(u.ID)})
}
