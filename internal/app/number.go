package app

import (
	"context"
	"fmt"

	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// guesses before the list of given numbers is read. Each is a statement while the
// branch is held, on which calls wait; the list is one, and three quarters of the
// numbers are given out before one draw in ten gets that far.
const guesses = 8

// draw gives out a number of a branch and date: random among the fresh ones.
func (c *change) draw(ctx context.Context, b *plan.Branch, date town.Date) (town.Number, error) {
	for range guesses {
		number := queue.Guess(c.core.secrets.Intn, b.Excludes)
		if number == 0 {
			break
		}
		fresh, err := c.Numbers().Take(ctx, b.ID, date, number, c.now)
		if err != nil {
			return 0, fmt.Errorf("take number: %w", err)
		}
		if fresh {
			return number, nil
		}
	}
	return c.drawFromList(ctx, b, date)
}

func (c *change) drawFromList(ctx context.Context, b *plan.Branch, date town.Date) (town.Number, error) {
	given, err := c.Numbers().Given(ctx, b.ID, date)
	if err != nil {
		return 0, fmt.Errorf("read given numbers: %w", err)
	}
	number, reused, err := queue.Draw(c.core.secrets.Intn, given, b.Excludes, date <= b.Today(c.now))
	if err != nil {
		return 0, err
	}
	take := c.Numbers().Take
	if reused {
		take = c.Numbers().Retake
	}
	ok, err := take(ctx, b.ID, date, number, c.now)
	if err != nil {
		return 0, fmt.Errorf("take number: %w", err)
	}
	if !ok {
		return 0, fmt.Errorf("number %s of %s was taken although the branch is held", number, date)
	}
	return number, nil
}

// keepOrDraw keeps a ticket's number on a new date where nobody else was given it
// out there: the one of a time that is or was reserved for the ticket is its own, and
// so is what it had there before it moved away.
func (c *change) keepOrDraw(ctx context.Context, b *plan.Branch, date town.Date, t queue.Ticket) (town.Number, error) {
	if b.Excludes(t.Number) {
		return c.draw(ctx, b, date)
	}
	fresh, err := c.Numbers().Take(ctx, b.ID, date, t.Number, c.now)
	if err != nil {
		return 0, fmt.Errorf("take number: %w", err)
	}
	if fresh {
		return t.Number, nil
	}
	again, err := c.Numbers().Reclaim(ctx, b.ID, date, t.Number, t.ID, c.now)
	if err != nil {
		return 0, fmt.Errorf("take number again: %w", err)
	}
	if again {
		return t.Number, nil
	}
	r, err := c.reservationOf(ctx, t.ID)
	if err != nil {
		return 0, err
	}
	if r != nil && r.Hold != nil && r.Branch == b.ID && r.Date == date && r.Number == t.Number {
		return t.Number, nil // given out for it, and not returned
	}
	return c.draw(ctx, b, date)
}
