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
	"aufruf/internal/queue"
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
}

// LeaveWish has a wish wait for its address: it counts for nothing until the link
// in its mail is confirmed (Confirm). That mail is the only place where the link
// is told, and an address gets one a day at most: a further wish of that day is
// answered alike and forgotten, so that nobody learns who waits for what. Errors:
// as of Days; Invalid with each field that is wrong; Conflict "wish.free_times"
// with the first that are free; TooMany "booking.too_many" where too many were
// left from a network today.
func (a *App) LeaveWish(ctx context.Context, actor access.Actor, r WishRequest) error {
	person, err := r.Person.checked(true)
	if err != nil {
		return err
	}
	r.Person = person
	again, err := a.repeats.Of(actor.Name(), actor.Key, "wishes", r)
	if err != nil {
		return err
	}
	if before, err := a.answered(ctx, again); err != nil || before {
		return err
	}
	if err := a.nothingFree(ctx, r); err != nil {
		return err
	}
	token, err := a.secrets.Token()
	if err != nil {
		return err
	}
	err = a.update(ctx, []town.BranchID{r.Branches[0]}, func(c *change) error {
		if _, repeated, err := again.Answered(ctx, c); err != nil || repeated {
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
	a.outbox.signal()
	return nil
}

// answered reports whether a request was answered before.
func (a *App) answered(ctx context.Context, again *repeat.Request) (before bool, err error) {
	err = a.view(ctx, func(v *view) error {
		_, before, err = again.Answered(ctx, v)
		return err
	})
	return before, err
}

// nothingFree refuses a wish that needn't wait. Errors: as of LeaveWish.
func (a *App) nothingFree(ctx context.Context, r WishRequest) error {
	if _, err := checkWish(a.plans.Now(), r, a.time.Now()); err != nil {
		return err
	}
	if branch, starts := newWishSearch(ctx, a.Memory).freeNow(r.wish(), maxFree); len(starts) > 0 {
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
	id, err := c.app.secrets.ID()
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
	person, err := v.app.sealer.openWish(w)
	if errors.Is(err, errKeyGone) {
		v.app.log.WarnContext(ctx, "wish can't be read: key gone", "branch", string(w.Branch), "date", w.Until.String())
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
	if w.Until < v.app.Today(w.Branch) {
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

// WishOf returns the wish behind a link, with what is offered now. Errors:
// NotFound "wish.over_or_unknown".
func (a *App) WishOf(ctx context.Context, token string) (WishView, error) {
	var found WishView
	err := a.view(ctx, func(v *view) error {
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
			found.Offer = &held
		}
		return err
	})
	return found, err
}

// AcceptWish books what is offered and erases the wish. Again gives the same
// appointment. Errors: NotFound "wish.over_or_unknown"; Conflict
// "wish.no_offer", "wish.offer_over", and as of Book.
func (a *App) AcceptWish(ctx context.Context, token string) (Appointment, error) {
	if len(token) > repeat.MaxKey {
		return Appointment{}, errWish
	}
	again, err := a.repeats.Of("", token, "wish", nil)
	if err != nil {
		return Appointment{}, err
	}
	branches, booked, err := a.wishBranches(ctx, token, again)
	if err != nil || booked != nil {
		return deref(booked), err
	}
	var accepted Appointment
	var offered BookRequest
	err = a.update(ctx, branches, func(c *change) error {
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
			return err
		}
		if err := c.Wishes().Delete(ctx, w.ID); err != nil {
			return fmt.Errorf("erase wish: %w", err)
		}
		return again.Remember(ctx, c, c.at, string(accepted.Ticket.ID))
	})
	if problem.Is(err, "booking.too_many_per_email") {
		a.sendExisting(ctx, access.Actor{}, offered)
	}
	if err != nil {
		return Appointment{}, err
	}
	a.outbox.signal()
	a.overwriting.soon()
	return accepted, nil
}

func deref(a *Appointment) Appointment {
	if a == nil {
		return Appointment{}
	}
	return *a
}

// wishBranches returns the branches that have to be held for a wish, or the
// appointment that it became earlier.
func (a *App) wishBranches(ctx context.Context, token string, again *repeat.Request) ([]town.BranchID, *Appointment, error) {
	var branches []town.BranchID
	var booked *Appointment
	err := a.view(ctx, func(v *view) error {
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
		Person: Person{Name: person.Name, Email: person.Email, Phone: person.Phone},
	}, nil
}

// DeclineOffer lets go of what is offered and keeps the wish. Errors: NotFound
// "wish.over_or_unknown".
func (a *App) DeclineOffer(ctx context.Context, token string) error {
	return a.letGo(ctx, token, &repeat.Request{}, func(c *change, w ledger.Wish) error {
		w.Hold = nil
		return c.Wishes().Put(ctx, w)
	})
}

// WithdrawWish erases a wish and lets go of what is offered; again is fine, for
// a day. Errors: NotFound "wish.over_or_unknown".
func (a *App) WithdrawWish(ctx context.Context, token string) error {
	if len(token) > repeat.MaxKey {
		return errWish
	}
	again, err := a.repeats.Of("", token, "withdrawal", nil)
	if err != nil {
		return err
	}
	err = a.letGo(ctx, token, again, func(c *change, w ledger.Wish) error {
		if err := c.Wishes().Delete(ctx, w.ID); err != nil {
			return err
		}
		if err := c.Mails().DropAbout(ctx, w.ID); err != nil {
			return fmt.Errorf("drop mails: %w", err)
		}
		return again.Remember(ctx, c, c.at, "")
	})
	if err == nil {
		a.overwriting.soon()
	}
	return err
}

// letGo changes a wish and gives what it was offered to the next, unless that
// was done before.
func (a *App) letGo(ctx context.Context, token string, again *repeat.Request, alter func(*change, ledger.Wish) error) error {
	var w ledger.Wish
	before := false
	err := a.view(ctx, func(v *view) (err error) {
		if _, before, err = again.Answered(ctx, v); err != nil || before {
			return err
		}
		w, err = v.liveWish(ctx, token)
		return err
	})
	if err != nil || before {
		return err
	}
	err = a.updateFreeing(ctx, w.Branches, func(c *change) error {
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
		_, err = c.offerOn(ctx, offer.Branch, offer.Office, offer.Date)
		return err
	})
	a.outbox.signal()
	return err
}

// freed passes the time that an appointment gives back on: to the first who
// wished for it, else it cools down as long as the office has it.
func (c *change) freed(ctx context.Context, b *plan.Branch, t queue.Ticket) error {
	office, ok := b.PlanOf[t.Office]
	if !ok || t.Kind != queue.Appointment || !t.Start.After(c.now) {
		return nil
	}
	offered, err := c.offerOn(ctx, t.Branch, t.Office, t.Date)
	if err != nil || offered || office.CoolDown == 0 {
		return err
	}
	return c.coolDown(ctx, office, t)
}

// coolDown keeps a time from being free online until a random end that nobody
// can wait for.
func (c *change) coolDown(ctx context.Context, office *plan.Office, t queue.Ticket) error {
	id, err := c.app.secrets.Token()
	if err != nil {
		return err
	}
	seconds := 1 + c.app.secrets.Intn(office.CoolDown*60)
	err = c.Holds().Insert(ctx, ledger.Hold{
		Hash: secrets.Hash(id), Branch: t.Branch, Office: t.Office, Date: t.Date, Start: t.Start, End: t.End,
		Online: true, Expires: c.at.Trusted.Add(time.Duration(seconds) * time.Second),
	})
	if err != nil {
		return fmt.Errorf("cool down: %w", err)
	}
	return nil
}
