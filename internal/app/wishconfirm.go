package app

import (
	"context"
	"fmt"
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// confirmWish puts a wish on the waiting list, at the branches that have room.
// One of the same address for the same services takes the place of the earlier
// one, with what that was offered. Errors: TooMany "wish.too_many", "wish.too_many_own";
// Unavailable "booking.no_key"; as of Wishes.Leave where the rules changed.
func (c *change) confirmWish(ctx context.Context, row ledger.Confirmation, what awaited) error {
	r := *what.Wish
	today, err := checkWish(c.rules, r, c.at)
	if err != nil {
		return err
	}
	waiting, err := c.waiting(ctx, today)
	if err != nil {
		return err
	}
	w := r.wish()
	w.ID, w.Created = row.ID, c.now
	own := c.core.sealer.wishesOf(waiting, r.Person.Email)
	if i := slices.IndexFunc(own, func(of ledger.Wish) bool { return slices.Equal(services(of.Items), services(r.Items)) }); i >= 0 {
		w.ID, w.Created, w.Offered, w.Hold, w.Lapsed = own[i].ID, own[i].Created, own[i].Offered, own[i].Hold, own[i].Lapsed
		own = slices.Delete(own, i, i+1)
	}
	if len(own) >= ownWishes {
		return problem.New(problem.TooMany, "wish.too_many_own").With("max", ownWishes)
	}
	w.Branches = slices.DeleteFunc(slices.Clone(w.Branches), func(branch town.BranchID) bool { return full(waiting, branch, w.ID) })
	if len(w.Branches) == 0 {
		return problem.New(problem.TooMany, "wish.too_many")
	}
	w.Hash, w.Branch = secrets.Hash(what.Token), w.Branches[0]
	w.Body, w.KeyDay, err = c.sealValue(ctx, placeOfWish(w), wisher{
		Name: r.Person.Name, Email: r.Person.Email, Phone: r.Person.Phone, Answers: r.Person.Answers, Language: what.Language, Token: what.Token,
	})
	if err != nil {
		return c.unsealed(ctx, w.Branch, w.Until, err)
	}
	if err := c.Wishes().Put(ctx, w); err != nil {
		return fmt.Errorf("store wish: %w", err)
	}
	return nil
}

// waiting returns the wishes that aren't over, in their order.
func (v *view) waiting(ctx context.Context, today town.Date) ([]ledger.Wish, error) {
	open, err := v.Wishes().Open(ctx, today)
	if err != nil {
		return nil, fmt.Errorf("read wishes: %w", err)
	}
	var failed error
	open = slices.DeleteFunc(open, func(w ledger.Wish) bool {
		over, err := v.wishOver(ctx, w)
		if err != nil {
			failed = err
		}
		return over
	})
	return open, failed
}

// wishesOf returns those that come from a mail address, which stands nowhere but
// in their sealed bodies. One that can't be opened is nobody's.
func (s *vault) wishesOf(waiting []ledger.Wish, email string) []ledger.Wish {
	var own []ledger.Wish
	for _, w := range waiting {
		if person, err := s.openWish(w); err == nil && sameMailbox(person.Email) == sameMailbox(email) {
			own = append(own, w)
		}
	}
	return own
}

// full reports whether as many wait at a branch as ever can be offered anything,
// one apart.
func full(waiting []ledger.Wish, branch town.BranchID, apart string) bool {
	n := 0
	for _, w := range waiting {
		if w.ID != apart && slices.Contains(w.Branches, branch) {
			n++
		}
	}
	return n >= openWishes
}
