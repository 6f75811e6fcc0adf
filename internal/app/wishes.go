package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
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
	MaxWishDays   = 180  // how far ahead a wish may reach
	openWishes    = 2000 // in all: beyond, nobody would ever be offered anything
	offerTime     = 24 * time.Hour
	shortestOffer = time.Hour // a slot that must be taken sooner isn't offered
)

var (
	errWish      = problem.New(problem.NotFound, "wish.over_or_unknown")
	errNoOffer   = problem.New(problem.Conflict, "wish.no_offer")
	errOfferOver = problem.New(problem.Conflict, "wish.offer_over")
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

// LeaveWish notes a wish and mails its link to the address given, which is the
// only place where the link is told: a second wish for the same services from
// the same address only has the first one's link sent again, once a day, so
// that nobody learns who waits for what. Errors: as of Days; Invalid with each
// field that is wrong; TooMany where too many wait already.
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
	token, err := a.secrets.Token()
	if err != nil {
		return err
	}
	// Every branch, because an address waits for a service once in the whole town:
	// two wishes at two branches would not see each other.
	every := slices.Concat(a.plans.Now().EveryBranch(), r.Branches)
	slices.Sort(every)
	err = a.update(ctx, slices.Compact(every), func(c *change) error {
		if _, repeated, err := again.Answered(ctx, c); err != nil || repeated {
			return err
		}
		until, err := c.checkWish(r)
		if err != nil {
			return err
		}
		if err := again.Remember(ctx, c, c.at, ""); err != nil {
			return err
		}
		waiting, err := c.Wishes().Open(ctx, until)
		if err != nil {
			return fmt.Errorf("read wishes: %w", err)
		}
		if i := slices.IndexFunc(waiting, func(w ledger.Wish) bool { return a.sealer.sameWish(w, r) }); i >= 0 {
			return c.sendWish(ctx, waiting[i])
		}
		if len(waiting) >= openWishes {
			return problem.New(problem.TooMany, "wish.too_many")
		}
		return c.addWish(ctx, r, token)
	})
	if err != nil {
		return err
	}
	a.outbox.signal()
	a.wishing.signal()
	return nil
}

func (c *change) addWish(ctx context.Context, r WishRequest, token string) error {
	id, err := c.app.secrets.ID()
	if err != nil {
		return err
	}
	w := ledger.Wish{
		ID: id, Hash: secrets.Hash(token), Branches: r.Branches, Items: r.Items, Weekdays: r.Weekdays,
		From: r.From, To: r.To, Until: r.Until, Branch: r.Branches[0], Created: c.now,
	}
	w.Body, w.KeyDay, err = c.sealValue(ctx, placeOfWish(w), wisher{
		Name: r.Person.Name, Email: r.Person.Email, Phone: r.Person.Phone,
		Language: c.rules.Language(r.Language), Token: token,
	})
	if err != nil {
		return c.unsealed(ctx, w.Branch, w.Until, err)
	}
	if err := c.Wishes().Put(ctx, w); err != nil {
		return fmt.Errorf("store wish: %w", err)
	}
	return c.sendWish(ctx, w)
}

// checkWish checks what is wanted at each branch, and returns today's date.
func (c *change) checkWish(r WishRequest) (town.Date, error) {
	if len(r.Branches) == 0 {
		return 0, problem.Field("branches", "field.required")
	}
	var today town.Date
	for i, branch := range r.Branches {
		if slices.Contains(r.Branches[:i], branch) {
			return 0, problem.Field("branches", "wish.branch_twice")
		}
		wanted, err := c.rules.Check(plan.Wanted{Branch: branch, Items: r.Items}, c.at)
		if err != nil {
			return 0, err
		}
		today = wanted.Branch.Today(c.now)
	}
	switch {
	case r.Until < today || r.Until > today.AddDays(MaxWishDays):
		return 0, problem.Field("until", "wish.until")
	case r.To != 0 && r.From >= r.To:
		return 0, problem.Field("hours", "wish.hours")
	}
	return today, nil
}

// sameWish reports whether a wish is for the services of another one and from
// its address, which stands nowhere but in the sealed body. One that can't be
// opened is nobody's.
func (s *vault) sameWish(w ledger.Wish, r WishRequest) bool {
	if !slices.Equal(services(w.Items), services(r.Items)) {
		return false
	}
	person, err := s.openWish(w)
	return err == nil && sameAddress(person.Email) == sameAddress(r.Person.Email)
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
	return w, nil
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
	if err != nil {
		a.sendExisting(ctx, err, offered)
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
