package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Some of what a stranger asks for counts only once its mail address is proved:
// it waits, sealed, for the link that goes to that address and nowhere else. The
// link's page shows what waits, and its button makes it true in a transaction of
// its own. The link's token becomes the token of what was asked for, so that the
// same link leads there ever after.

var errConfirmation = problem.New(problem.NotFound, "confirmation.over_or_unknown")

// awaited is what waits for its address to be proved, as sealed in the body of a
// confirmation. One of its requests is set.
type awaited struct {
	Token       string        `json:"token"`
	Language    town.Language `json:"language"`
	Wish        *WishRequest  `json:"wish,omitempty"`
	Appointment *BookRequest  `json:"appointment,omitempty"`
	// Takings are of the networks that the appointment counts to once it stands.
	Takings []ledger.Taking `json:"takings,omitempty"`
}

// Awaited is what waits for its address to be proved, as the holder of the link
// sees it, without the person.
type Awaited struct {
	Language town.Language
	Branches []town.BranchID
	Items    []town.Item
	Until    town.Date // of a wish: its last day
	Start    time.Time // of an appointment
	Gone     bool      // that can't be had any more: it was closed meanwhile
	Expires  time.Time
}

// Confirmed is what the link has led to: the token of one of them is set.
type Confirmed struct {
	Wish        string
	Appointment string
}

// await keeps what was asked for until its link is confirmed, and queues the mail
// with that link. Of the row it takes id, branch, end and purpose, which is the
// kind of that mail; the letter says what the mail tells. The branch is held.
// Errors: Unavailable "booking.no_key".
func (v *view) await(ctx context.Context, row ledger.Confirmation, what awaited, letter wishLetter) error {
	b, err := v.rules.Known(row.Branch)
	if err != nil {
		return err
	}
	row.Hash, row.Date = secrets.Hash(what.Token), town.DateOf(v.at.Shown(row.Expires), b.Zone)
	if row.Body, row.KeyDay, err = v.sealValue(ctx, placeOfConfirmation(row), what); err != nil {
		return v.unsealed(ctx, b.ID, row.Date, err)
	}
	if err := v.Confirmations().Put(ctx, row); err != nil {
		return fmt.Errorf("store what waits for an address: %w", err)
	}
	letter.Wish, letter.Token, letter.Language, letter.Until = town.TicketID(row.ID), what.Token, what.Language, v.at.Shown(row.Expires)
	m, err := v.wishMail(ctx, ledger.Mail{
		ID: fmt.Sprintf("%s.%s.0", row.ID, row.Purpose), Branch: b.ID, Date: row.Date, Kind: row.Purpose, Due: v.at.Trusted,
	}, letter)
	if err != nil {
		return v.unsealed(ctx, b.ID, row.Date, err)
	}
	return queueWishMail(ctx, v, m)
}

// awaitedBy returns what waits behind a link. Errors: NotFound
// "confirmation.over_or_unknown".
func (v *view) awaitedBy(ctx context.Context, token string) (row ledger.Confirmation, what awaited, err error) {
	row, err = v.Confirmations().ByHash(ctx, secrets.Hash(token))
	if errors.Is(err, ledger.ErrNotFound) || err == nil && !v.at.Trusted.Before(row.Expires) {
		return row, what, errConfirmation
	}
	if err != nil {
		return row, what, fmt.Errorf("read what waits for an address: %w", err)
	}
	err = v.core.sealer.openValue(placeOfConfirmation(row), row.KeyDay, row.Body, &what)
	if errors.Is(err, errKeyGone) {
		return row, what, errConfirmation.Because(err)
	}
	return row, what, err
}

// became returns what a link has led to already. Errors: NotFound
// "confirmation.over_or_unknown".
func (v *view) became(ctx context.Context, token string) (Confirmed, error) {
	_, err := v.liveWish(ctx, token)
	if err == nil {
		return Confirmed{Wish: token}, nil
	}
	if !problem.Is(err, errWish.Key) {
		return Confirmed{}, err
	}
	_, _, err = v.byToken(ctx, v.rules, token)
	if problem.Is(err, errOver.Key) {
		return Confirmed{}, errConfirmation
	}
	return Confirmed{Appointment: token}, err
}

// Awaited returns what waits behind a link, or nil and what it became once it was
// confirmed. It changes nothing. Errors: NotFound "confirmation.over_or_unknown".
func (a *App) Awaited(ctx context.Context, token string) (waits *Awaited, became Confirmed, err error) {
	var kept *ledger.Hold // for an appointment
	err = a.view(ctx, func(v *view) error {
		row, what, err := v.awaitedBy(ctx, token)
		if problem.Is(err, errConfirmation.Key) {
			became, err = v.became(ctx, token)
			return err
		}
		if err != nil {
			return err
		}
		waits = &Awaited{Language: what.Language, Expires: v.at.Shown(row.Expires)}
		if r := what.Wish; r != nil {
			waits.Branches, waits.Items, waits.Until = r.Branches, r.Items, r.Until
		}
		if r := what.Appointment; r != nil {
			waits.Branches, waits.Items, waits.Start = []town.BranchID{r.Branch}, r.Items, r.Start
			kept, err = v.keptFor(ctx, *r)
		}
		return err
	})
	if err != nil || kept == nil {
		return waits, became, err
	}
	still, err := a.offeredStill(ctx, *kept)
	waits.Gone = !still
	return waits, became, err
}

// Confirm makes true what waited for its address. Again leads to the same.
// Errors: NotFound "confirmation.over_or_unknown"; as of what was asked for.
func (a *App) Confirm(ctx context.Context, token string) (Confirmed, error) {
	waits, became, err := a.Awaited(ctx, token)
	if err != nil || waits == nil {
		return became, err
	}
	err = a.update(ctx, a.plans.Now().EveryBranch(), func(c *change) error {
		row, what, err := c.awaitedBy(ctx, token)
		if problem.Is(err, errConfirmation.Key) {
			became, err = c.became(ctx, token) // a second click was faster
			return err
		}
		if err != nil {
			return err
		}
		if became, err = c.confirm(ctx, row, what); err != nil {
			return err
		}
		return c.Confirmations().Delete(ctx, row.ID)
	})
	if err != nil {
		return Confirmed{}, err
	}
	a.outbox.signal()
	a.wishing.signal()
	a.overwriting.soon()
	return became, nil
}

func (c *change) confirm(ctx context.Context, row ledger.Confirmation, what awaited) (Confirmed, error) {
	if what.Appointment != nil {
		return c.confirmBooking(ctx, what)
	}
	if what.Wish == nil {
		return Confirmed{}, errConfirmation
	}
	if err := c.provedAddress(ctx, what.Wish.Person.Email); err != nil {
		return Confirmed{}, err
	}
	return Confirmed{Wish: what.Token}, c.confirmWish(ctx, row, what)
}

// confirmationLetterOf gathers the mail with the link to confirm, or says why
// nobody needs it. One that an earlier program queued is about a wish that stands,
// where the link then leads.
func (v *view) confirmationLetterOf(ctx context.Context, m ledger.Mail, l wishLetter) (Letter, string, error) {
	row, err := v.Confirmations().ByHash(ctx, secrets.Hash(l.Token))
	if errors.Is(err, ledger.ErrNotFound) {
		w, err := v.Wishes().ByHash(ctx, secrets.Hash(l.Token))
		switch {
		case errors.Is(err, ledger.ErrNotFound):
			return Letter{}, reasonSuperseded, nil
		case err == nil && w.Until < town.DateOf(v.at.Surely(), v.core.zone(w.Branch)):
			return Letter{}, reasonTooLate, nil
		}
		return v.wishLetter(m, l), "", err
	}
	if err != nil {
		return Letter{}, "", fmt.Errorf("read what waits for an address: %w", err)
	}
	if !v.at.Trusted.Before(row.Expires) {
		return Letter{}, reasonTooLate, nil
	}
	return v.wishLetter(m, l), "", nil
}

// sweepConfirmations removes what was never confirmed, an hour after its end.
func (v *view) sweepConfirmations(ctx context.Context, days map[town.BranchID]town.Date) error {
	_, over := v.Confirmations().Sweep(ctx, v.at.Trusted.Add(-time.Hour))
	_, past := v.Confirmations().DeleteBefore(ctx, plan.Earliest(days))
	_, counts := v.Counts().DeleteBefore(ctx, plan.Earliest(days))
	return errors.Join(over, past, counts)
}
