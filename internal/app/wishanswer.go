package app

import (
	"context"
	"fmt"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/repeat"
	"aufruf/internal/town"
)

// Accept books what is offered and erases the wish. Again gives the same
// appointment. Errors: NotFound "wish.over_or_unknown"; Conflict
// "wish.no_offer", "wish.offer_over", and as of Book.
func (ws *Wishes) Accept(ctx context.Context, token string) (Appointment, error) {
	if len(token) > repeat.MaxKey {
		return Appointment{}, errWish
	}
	again, err := ws.repeats.Of("", token, "wish", nil)
	if err != nil {
		return Appointment{}, err
	}
	branches, booked, err := ws.branches(ctx, token, again)
	if err != nil || booked != nil {
		return deref(booked), err
	}
	var accepted Appointment
	var offered BookRequest
	err = ws.update(ctx, branches, func(c *change) error {
		answer, repeated, err := again.Answered(ctx, c)
		if err != nil {
			return err
		}
		if repeated {
			accepted, err = c.appointment(ctx, town.TicketID(answer), again.Token())
			return err
		}
		w, err := c.liveWish(ctx, token)
		if err != nil {
			return err
		}
		if offered, err = c.takeOffer(ctx, w); err != nil {
			return err
		}
		if accepted, err = c.book(ctx, access.Actor{}, offered, again.Token()); err != nil {
			return gone(err)
		}
		if err := c.Wishes().Delete(ctx, w.ID); err != nil {
			return fmt.Errorf("erase wish: %w", err)
		}
		return again.Remember(ctx, c, c.at, string(accepted.Ticket.ID))
	})
	if problem.Is(err, "booking.too_many_per_email") {
		ws.sendExisting(ctx, offered)
	}
	if err != nil {
		return Appointment{}, err
	}
	ws.outbox.signal()
	ws.overwriting.soon()
	return accepted, nil
}

func deref(a *Appointment) Appointment {
	if a == nil {
		return Appointment{}
	}
	return *a
}

// branches returns the branches that have to be held for a wish, or the
// appointment that it became earlier.
func (ws *Wishes) branches(ctx context.Context, token string, again *repeat.Request) ([]town.BranchID, *Appointment, error) {
	var branches []town.BranchID
	var booked *Appointment
	err := ws.view(ctx, func(v *view) error {
		if ticket, repeated, err := again.Answered(ctx, v); err != nil || repeated {
			if err == nil {
				var found Appointment
				found, err = v.appointment(ctx, town.TicketID(ticket), again.Token())
				booked = &found
			}
			return err
		}
		w, err := v.liveWish(ctx, token)
		branches = w.Branches
		return err
	})
	return branches, booked, err
}

// takeOffer gives the offer's hold back, which leaves its place free for the
// wish in this transaction, and returns what to book.
func (c *change) takeOffer(ctx context.Context, w ledger.Wish) (BookRequest, error) {
	offer, stands, err := c.offerOf(ctx, w)
	if err != nil {
		return BookRequest{}, err
	}
	if !stands {
		if w.Hold != nil {
			return BookRequest{}, errOfferOver
		}
		return BookRequest{}, errNoOffer
	}
	person, err := c.wisher(ctx, w)
	if err != nil {
		return BookRequest{}, err
	}
	if person == nil {
		return BookRequest{}, errWish
	}
	if err := c.days.EndHold(ctx, offer); err != nil {
		return BookRequest{}, fmt.Errorf("take offer: %w", err)
	}
	return BookRequest{
		Wanted: plan.Wanted{Branch: offer.Branch, Items: offer.Items}, Start: offer.Start, Language: person.Language,
		Person: Person{Name: person.Name, Email: person.Email, Phone: person.Phone, Answers: person.Answers},
	}, nil
}

// DeclineOffer lets go of what is offered and keeps the wish. Errors: NotFound
// "wish.over_or_unknown".
func (ws *Wishes) DeclineOffer(ctx context.Context, token string) error {
	return ws.letGo(ctx, token, &repeat.Request{}, func(c *change, w ledger.Wish) error {
		w.Hold = nil
		return c.Wishes().Put(ctx, w)
	})
}

// Withdraw erases a wish and lets go of what is offered; again is fine, for
// a day. Errors: NotFound "wish.over_or_unknown".
func (ws *Wishes) Withdraw(ctx context.Context, token string) error {
	if len(token) > repeat.MaxKey {
		return errWish
	}
	again, err := ws.repeats.Of("", token, "withdrawal", nil)
	if err != nil {
		return err
	}
	err = ws.letGo(ctx, token, again, func(c *change, w ledger.Wish) error {
		if err := c.Wishes().Delete(ctx, w.ID); err != nil {
			return err
		}
		if err := c.Mails().DropAbout(ctx, w.ID); err != nil {
			return fmt.Errorf("drop mails: %w", err)
		}
		return again.Remember(ctx, c, c.at, "")
	})
	if err == nil {
		ws.overwriting.soon()
	}
	return err
}

// letGo changes a wish and gives what it was offered to the next, unless that
// was done before.
func (ws *Wishes) letGo(ctx context.Context, token string, again *repeat.Request, alter func(*change, ledger.Wish) error) error {
	var w ledger.Wish
	before := false
	err := ws.view(ctx, func(v *view) (err error) {
		if _, before, err = again.Answered(ctx, v); err != nil || before {
			return err
		}
		w, err = v.liveWish(ctx, token)
		return err
	})
	if err != nil || before {
		return err
	}
	err = ws.updateFreeing(ctx, w.Branches, func(c *change) error {
		if _, repeated, err := again.Answered(ctx, c); err != nil || repeated {
			return err
		}
		w, err := c.liveWish(ctx, token)
		if err != nil {
			return err
		}
		offer, stands, err := c.offerOf(ctx, w)
		if err != nil {
			return err
		}
		if w.Hold != nil && !stands {
			w.Lapsed, w.Hold = w.Lapsed+1, nil
		}
		if err := alter(c, w); err != nil {
			return fmt.Errorf("let go of wish: %w", err)
		}
		if !stands {
			return nil
		}
		if err := c.days.EndHold(ctx, offer); err != nil {
			return fmt.Errorf("let go of offer: %w", err)
		}
		if _, err := c.days.Record(ctx, offer.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{offer.Date}}); err != nil {
			return err
		}
		if _, err := c.offerToLeft(ctx, freedBy(offer)); err != nil {
			return err
		}
		_, err = c.offerOn(ctx, offer.Branch, offer.Office, offer.Date)
		return err
	})
	ws.outbox.signal()
	return err
}
