package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Rules of wishes.
const (
	MaxWishDays = 180            // how far ahead a wish may reach
	openWishes  = 1000           // at a branch: beyond, nobody would ever be offered anything
	ownWishes   = 3              // of an address, for whatever services
	confirmTime = 24 * time.Hour // to confirm a wish
	maxFree     = 3              // free times that a wish is answered with
	wishesFrom  = 10             // a day from one address of a network
	offerEvery  = 24 * time.Hour // a wish is offered something once
	lapsesToEnd = 2              // offers that nobody answered end a wish
)

var (
	errWish      = problem.New(problem.NotFound, "wish.over_or_unknown")
	errNoOffer   = problem.New(problem.Conflict, "wish.no_offer")
	errOfferOver = problem.New(problem.Conflict, "wish.offer_over")
	errWishFree  = problem.New(problem.Conflict, "wish.free_times")
)

// WishRequest asks for a time that becomes free.
type WishRequest struct {
	Branches []town.BranchID // in order of preference
	Items    []town.Item
	Weekdays []time.Weekday // empty: any
	From, To town.TimeOfDay // the appointment lies within; To 0: any time
	Until    town.Date      // last date of interest; the wish is erased afterwards
	Person   Person         // Token, Support and Note are ignored
	Language town.Language
}

// WishView is a wish as the holder of its link sees it, without the person.
type WishView struct {
	Branches []town.BranchID
	Items    []town.Item
	Weekdays []time.Weekday
	From, To town.TimeOfDay
	Until    town.Date
	Language town.Language
	Offer    *HeldSlot // nil: nothing is offered now
}

// wisher is the person behind a wish, as sealed in its body.
type wisher struct {
	Name     string        `json:"name"`
	Email    string        `json:"email"`
	Phone    string        `json:"phone,omitempty"`
	Language town.Language `json:"language"`
	Token    string        `json:"token"`

	Answers map[town.QuestionID]string `json:"answers,omitempty"`
}

// Wishes are the waiting list: who wants a time that isn't free, and what is offered
// to them once it is.
type Wishes struct{ *core }

// Leave has a wish wait for its address: it counts for nothing until the link
// in its mail is confirmed (Confirm). That mail is the only place where the link
// is told, and an address gets one a day at most: a further wish of that day is
// answered alike and forgotten, so that nobody learns who waits for what. Errors:
// as of Days; Invalid with each field that is wrong; Conflict "wish.free_times"
// with the first that are free; TooMany "booking.too_many" where too many were
// left from a network today.
func (ws *Wishes) Leave(ctx context.Context, actor access.Actor, r WishRequest) error {
	person, err := r.Person.checked(true, ws.plans.Now().Catalogue.Questions(r.Items))
	if err != nil {
		return err
	}
	r.Person = person
	again, err := ws.repeats.Of(actor.Name(), actor.Key, "wishes", r)
	if err != nil {
		return err
	}
	if before, err := ws.answered(ctx, again); err != nil || before {
		return err
	}
	if err := ws.nothingFree(ctx, r); err != nil {
		return err
	}
	token, err := ws.secrets.Token()
	if err != nil {
		return err
	}
	err = ws.update(ctx, []town.BranchID{r.Branches[0]}, func(c *change) error {
		if _, repeated, err := again.Answered(ctx, c); err != nil || repeated {
			return err
		}
		if err := c.admitWork(ctx, actor, r.Branches[0]); err != nil {
			return err
		}
		if err := again.Remember(ctx, c, c.at, ""); err != nil {
			return err
		}
		return c.leaveWish(ctx, actor, r, token)
	})
	if err != nil {
		return err
	}
	ws.outbox.signal()
	return nil
}

// answered reports whether a request was answered before.
func (ws *Wishes) answered(ctx context.Context, again *repeat.Request) (before bool, err error) {
	err = ws.view(ctx, func(v *view) error {
		_, before, err = again.Answered(ctx, v)
		return err
	})
	return before, err
}

// nothingFree refuses a wish that needn't wait. Errors: as of Wishes.Leave.
func (ws *Wishes) nothingFree(ctx context.Context, r WishRequest) error {
	if _, err := checkWish(ws.plans.Now(), r, ws.time.Now()); err != nil {
		return err
	}
	if branch, starts := newWishSearch(ctx, ws.memory).freeNow(r.wish(), maxFree); len(starts) > 0 {
		return errWishFree.With("branch", string(branch)).Offering(starts)
	}
	return nil
}

func (c *change) leaveWish(ctx context.Context, actor access.Actor, r WishRequest, token string) error {
	if _, err := checkWish(c.rules, r, c.at); err != nil {
		return err
	}
	admitted, err := c.admitWish(ctx, actor, r.Person.Email)
	if err != nil || !admitted {
		return err
	}
	b, err := c.rules.Known(r.Branches[0])
	if err != nil {
		return err
	}
	office, ok := b.OfficeOf(r.Items[0].Service)
	if !ok {
		return plan.ErrService
	}
	id, err := c.core.secrets.ID()
	if err != nil {
		return err
	}
	r.Language = c.rules.Language(r.Language)
	expires := c.at.Trusted.Add(confirmTime)
	if last := c.at.Stored(r.Until.AddDays(1).Start(b.Zone).Add(-time.Second)); last.Before(expires) {
		expires = last
	}
	return c.await(ctx, ledger.Confirmation{ID: id, Purpose: MailWish, Branch: b.ID, Expires: expires},
		awaited{Token: token, Language: r.Language, Wish: &r},
		wishLetter{
			Email: r.Person.Email, Office: office.ID, Items: r.Items,
			Start: r.Until.Start(b.Zone), End: r.Until.AddDays(1).Start(b.Zone),
		})
}

// admitWish counts a wish and reports whether its mail may go out. It is refused
// by where it comes from alone, never by its address.
func (v *view) admitWish(ctx context.Context, actor access.Actor, email string) (bool, error) {
	if stranger(actor) {
		for _, network := range networksOf(actor.Origin) {
			n, err := v.countToday(ctx, countWishesFrom, network.prefix)
			if err != nil {
				return false, err
			}
			if n > wishesFrom*network.share {
				return false, errTooMany
			}
		}
	}
	n, err := v.countToday(ctx, countWishes, sameMailbox(email))
	if err != nil || n > 1 {
		return false, err
	}
	if !stranger(actor) {
		return true, nil
	}
	return v.mayCauseMail(ctx, email)
}

// wish is what is asked for as a wish, without a person.
func (r WishRequest) wish() ledger.Wish {
	return ledger.Wish{Branches: r.Branches, Items: r.Items, Weekdays: r.Weekdays, From: r.From, To: r.To, Until: r.Until}
}

// checkWish checks what is wanted at each branch, and returns today's date.
func checkWish(rules *plan.Plan, r WishRequest, at clock.Instant) (town.Date, error) {
	if len(r.Branches) == 0 {
		return 0, problem.Field("branches", "field.required")
	}
	var today town.Date
	for i, branch := range r.Branches {
		if slices.Contains(r.Branches[:i], branch) {
			return 0, problem.Field("branches", "wish.branch_twice")
		}
		wanted, err := rules.Check(plan.Wanted{Branch: branch, Items: r.Items}, at)
		if err != nil {
			return 0, err
		}
		today = wanted.Branch.Today(at.Wall)
	}
	switch {
	case r.Until < today || r.Until > today.AddDays(MaxWishDays):
		return 0, problem.Field("until", "wish.until")
	case r.To != 0 && r.From >= r.To:
		return 0, problem.Field("hours", "wish.hours")
	}
	return today, nil
}

// services returns the services of items, in order.
func services(items []town.Item) []town.ServiceID {
	ids := make([]town.ServiceID, len(items))
	for i, item := range items {
		ids[i] = item.Service
	}
	slices.Sort(ids)
	return ids
}

// wisher opens a wish's body; nil where it can't be read.
func (v *view) wisher(ctx context.Context, w ledger.Wish) (*wisher, error) {
	person, err := v.core.sealer.openWish(w)
	if errors.Is(err, errKeyGone) {
		v.core.log.WarnContext(ctx, "wish can't be read: key gone", "branch", string(w.Branch), "date", w.Until.String())
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read wish: %w", err)
	}
	return &person, nil
}

// openWish opens who is behind a wish. Errors: errKeyGone.
func (s *vault) openWish(w ledger.Wish) (person wisher, err error) {
	return person, s.openValue(placeOfWish(w), w.KeyDay, w.Body, &person)
}

// liveWish returns a wish by its link's token. Errors: NotFound once it is
// accepted, withdrawn or over.
func (v *view) liveWish(ctx context.Context, token string) (ledger.Wish, error) {
	w, err := v.Wishes().ByHash(ctx, secrets.Hash(token))
	if errors.Is(err, ledger.ErrNotFound) {
		return w, errWish
	}
	if err != nil {
		return w, fmt.Errorf("read wish: %w", err)
	}
	if w.Until < v.core.today(w.Branch) {
		return w, errWish
	}
	over, err := v.wishOver(ctx, w)
	if err == nil && over {
		err = errWish
	}
	return w, err
}

// wishOver reports whether nobody answered the last of a wish's offers.
func (v *view) wishOver(ctx context.Context, w ledger.Wish) (bool, error) {
	if w.Lapsed+1 < lapsesToEnd || w.Hold == nil {
		return w.Lapsed >= lapsesToEnd, nil
	}
	_, stands, err := v.offerOf(ctx, w)
	return err == nil && !stands, err
}

// offerOf returns the hold behind a wish's offer; false where none stands.
func (v *view) offerOf(ctx context.Context, w ledger.Wish) (ledger.Hold, bool, error) {
	if w.Hold == nil {
		return ledger.Hold{}, false, nil
	}
	h, err := v.Holds().ByHash(ctx, w.Hold)
	if errors.Is(err, ledger.ErrNotFound) {
		return h, false, nil
	}
	if err != nil {
		return h, false, fmt.Errorf("read offer: %w", err)
	}
	return h, v.at.Trusted.Before(h.Expires), nil
}

// View returns the wish behind a link, with what is offered now. Errors:
// NotFound "wish.over_or_unknown".
func (ws *Wishes) View(ctx context.Context, token string) (WishView, error) {
	var found WishView
	var kept *ledger.Hold // what is offered
	err := ws.view(ctx, func(v *view) error {
		w, err := v.liveWish(ctx, token)
		if err != nil {
			return err
		}
		found = WishView{Branches: w.Branches, Items: w.Items, Weekdays: w.Weekdays, From: w.From, To: w.To, Until: w.Until}
		person, err := v.wisher(ctx, w)
		if err != nil {
			return err
		}
		if person != nil {
			found.Language = person.Language
		}
		offer, stands, err := v.offerOf(ctx, w)
		if stands {
			held := heldSlot(v.rules, "", offer, v.at)
			found.Offer, kept = &held, &offer
		}
		return err
	})
	if err != nil || kept == nil {
		return found, err
	}
	still, err := ws.offeredStill(ctx, *kept)
	if !still {
		found.Offer = nil
	}
	return found, err
}
