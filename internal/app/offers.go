package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// updateFreeing is update for what may free time: it holds the branches of all
// open wishes too, so that what becomes free is offered in the same
// transaction, before anybody else sees it, those of whom an offer has found no
// time for, who come first, and those where times are reserved, which whoever moves
// or cancels gives back.
func (co *core) updateFreeing(ctx context.Context, branches []town.BranchID, fn func(c *change) error) error {
	co.settleDue(ctx)
	err := co.look(ctx, func(v *view) (err error) {
		branches, err = v.freeing(ctx, branches)
		return err
	})
	if err != nil {
		return err
	}
	err = co.update(ctx, branches, fn)
	if err == nil {
		co.wishing.signal()
	}
	return err
}

// freeing returns the branches to hold beside others for what may free time.
func (v *view) freeing(ctx context.Context, branches []town.BranchID) ([]town.BranchID, error) {
	wishes, err := v.Wishes().Branches(ctx, v.rules.FirstToday(v.now))
	if err != nil {
		return nil, fmt.Errorf("read wishes: %w", err)
	}
	reserved, err := v.Reservations().Branches(ctx)
	if err != nil {
		return nil, fmt.Errorf("read reserved times: %w", err)
	}
	left, err := v.leftBranches(ctx)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(branches, wishes, reserved, left)
	slices.Sort(all)
	return slices.Compact(all), nil
}

// offerDue reports whether a wish may be offered something: at most once a day, and
// not while an offer stands.
func offerDue(w ledger.Wish, now time.Time) bool {
	return w.Offered.IsZero() || !now.Before(w.Offered.Add(offerEvery))
}

// wants reports whether a wish is for a slot, as far as its time goes.
func wants(w ledger.Wish, date town.Date, s booking.Slot) bool {
	clock := func(t time.Time) town.TimeOfDay { return town.TimeOfDay(t.Hour()*60 + t.Minute()) }
	return onDay(w, date) && (w.To == 0 || clock(s.Start) >= w.From && clock(s.End) <= w.To)
}

func onDay(w ledger.Wish, date town.Date) bool {
	return date <= w.Until && (len(w.Weekdays) == 0 || slices.Contains(w.Weekdays, date.Weekday()))
}

// offerOn offers the free time of an office's date to those who wished for it,
// in order of the wishes, and reports whether anybody was offered something.
// Wishes that also concern branches which this transaction doesn't hold are
// left to Wishes.OfferFree.
func (c *change) offerOn(ctx context.Context, branch town.BranchID, office town.OfficeID, date town.Date) (bool, error) {
	waiting, err := c.waiting(ctx, c.rules.FirstToday(c.now))
	if err != nil {
		return false, err
	}
	seen, err := c.wishSearchIn(ctx, branch, office, date)
	if err != nil {
		return false, err
	}
	any := false
	for _, w := range waiting {
		if !c.days.HoldsAll(w.Branches) || !offerDue(w, c.at.Trusted) || !onDay(w, date) || !slices.Contains(w.Branches, branch) {
			continue
		}
		free, err := seen.at(plan.Wanted{Branch: branch, Items: w.Items})
		if err != nil || free.wanted.Office.ID != office {
			continue // the rules changed, or it is for another office
		}
		offered, err := c.offerTo(ctx, w, free, date)
		if err != nil {
			return any, err
		}
		if offered == nil {
			continue
		}
		any = true
		if seen, err = c.wishSearchIn(ctx, branch, office, date); err != nil {
			return any, err
		}
	}
	return any, nil
}

// offerTo keeps the first fitting slot of a date for a wish and queues the
// mail about it. It returns the hold; nil: none fits.
func (c *change) offerTo(ctx context.Context, w ledger.Wish, free *freeAtBranch, date town.Date) (*ledger.Hold, error) {
	slot, found := firstWanted(w, date, free)
	if !found {
		return nil, nil
	}
	person, err := c.wisher(ctx, w)
	if err != nil || person == nil {
		return nil, err
	}
	if told, err := c.countedToday(ctx, countOffers, sameMailbox(person.Email)); err != nil || told > 0 {
		return nil, err
	}
	id, err := c.core.secrets.Token()
	if err != nil {
		return nil, err
	}
	h := ledger.Hold{
		Hash: secrets.Hash(id), Branch: free.wanted.Branch.ID, Office: free.wanted.Office.ID, Date: date, Items: free.wanted.Items,
		Start: slot.Start, End: slot.End, Online: true, Expires: c.at.Stored(acceptBy(free.wanted, slot.Start, c.now)),
	}
	m, err := c.offerMail(ctx, w, *person, h, c.at)
	if err != nil { // before anything is written: the time goes to the next who wished for it
		c.core.log.ErrorContext(ctx, "a wish can't be told of an offer", "branch", string(h.Branch), "date", h.Date.String(), "error", err.Error())
		return nil, nil
	}
	if err := c.Holds().Insert(ctx, h); err != nil {
		return nil, fmt.Errorf("hold offer: %w", err)
	}
	if w.Hold != nil {
		w.Lapsed++
	}
	w.Offered, w.Hold = c.at.Trusted, h.Hash
	if err := c.Wishes().Put(ctx, w); err != nil {
		return nil, fmt.Errorf("note offer: %w", err)
	}
	if _, err := c.days.Record(ctx, h.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{date}}); err != nil {
		return nil, err
	}
	if _, err := c.countToday(ctx, countOffers, sameMailbox(person.Email)); err != nil {
		return nil, err
	}
	return &h, queueWishMail(ctx, c, m)
}

// firstWanted returns the first of a date's free slots that a wish can be offered.
func firstWanted(w ledger.Wish, date town.Date, free *freeAtBranch) (slot booking.Slot, found bool) {
	now, slots := free.wanted.Rules.Now, free.on(date)
	if len(slots) == 0 || !free.room(date) {
		return booking.Slot{}, false
	}
	i := slices.IndexFunc(slots, func(s booking.Slot) bool {
		return wants(w, date, s) && !acceptBy(free.wanted, s.Start, now).Before(now.Add(shortestOffer))
	})
	if i < 0 {
		return booking.Slot{}, false
	}
	return slots[i], true
}

// OfferFree offers what is free to those whom an offer of the office found no time
// for, then to those who wished for it, in order of the wishes. What a cancellation
// frees is offered in its own transaction; this
// finds what became free otherwise: by expiry, by an edit of the rules, by
// staff. One wish that can't be offered anything keeps nobody else waiting.
func (ws *Wishes) OfferFree(ctx context.Context) error {
	if err := ws.offerToAllLeft(ctx); err != nil {
		return err
	}
	waiting, out, err := ws.waitingNow(ctx)
	if err != nil {
		return err
	}
	var failed error
	seen := newWishSearch(ctx, ws.memory)
	seen.out = out
	for _, w := range waiting {
		if ctx.Err() != nil {
			break
		}
		if !offerDue(w, ws.time.Now().Trusted) {
			continue
		}
		branch, date, found := seen.freeFor(w)
		if !found {
			continue
		}
		if told, err := ws.toldToday(ctx, w); err != nil || told {
			failed = errors.Join(failed, err)
			continue
		}
		offered, err := ws.offerFound(ctx, w, branch, date)
		if err != nil {
			failed = errors.Join(failed, err)
		}
		if offered == nil {
			continue
		}
		seen = newWishSearch(ctx, ws.memory)
		out = append(out, *offered)
		seen.out = out
	}
	return failed
}

// waitingNow returns those who may be offered something, and what is offered
// already. Wishes that are over are erased.
func (ws *Wishes) waitingNow(ctx context.Context) (waiting []ledger.Wish, out []ledger.Hold, err error) {
	var over []ledger.Wish
	err = ws.view(ctx, func(v *view) error {
		open, err := v.Wishes().Open(ctx, v.rules.FirstToday(v.now))
		if err != nil {
			return fmt.Errorf("read wishes: %w", err)
		}
		waiting, over = nil, nil
		for _, w := range open {
			ended, err := v.wishOver(ctx, w)
			if err != nil {
				return err
			}
			if ended {
				over = append(over, w)
				continue
			}
			waiting = append(waiting, w)
		}
		if out, err = v.Holds().Offered(ctx, v.at.Trusted); err != nil {
			return fmt.Errorf("read offers: %w", err)
		}
		return nil
	})
	if err != nil || len(over) == 0 {
		return waiting, out, err
	}
	return waiting, out, ws.end(ctx, over)
}

// toldToday reports whether the address behind a wish has been offered something
// today, for this one or another.
func (ws *Wishes) toldToday(ctx context.Context, w ledger.Wish) (told bool, err error) {
	person, err := ws.sealer.openWish(w)
	if err != nil {
		return false, nil // whoever offers says so
	}
	err = ws.view(ctx, func(v *view) error {
		n, err := v.countedToday(ctx, countOffers, sameMailbox(person.Email))
		told = n > 0
		return err
	})
	return told, err
}

// end erases wishes whose offers nobody answered.
func (ws *Wishes) end(ctx context.Context, over []ledger.Wish) error {
	for _, w := range over {
		err := ws.update(ctx, w.Branches, func(c *change) error {
			now, err := c.Wishes().ByHash(ctx, w.Hash)
			if errors.Is(err, ledger.ErrNotFound) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("read wish: %w", err)
			}
			if over, err := c.wishOver(ctx, now); err != nil || !over {
				return err
			}
			if err := c.Mails().DropAbout(ctx, w.ID); err != nil {
				return fmt.Errorf("drop mails: %w", err)
			}
			return c.Wishes().Delete(ctx, w.ID)
		})
		if err != nil {
			return fmt.Errorf("end wish: %w", err)
		}
	}
	ws.overwriting.soon()
	return nil
}

// offerFound makes an offer of what freeFor found, if it still holds, and returns
// the hold behind it; nil: it doesn't.
func (ws *Wishes) offerFound(ctx context.Context, found ledger.Wish, branch town.BranchID, date town.Date) (*ledger.Hold, error) {
	var offered *ledger.Hold
	err := ws.update(ctx, found.Branches, func(c *change) error {
		offered = nil
		w, err := c.Wishes().ByHash(ctx, found.Hash)
		if errors.Is(err, ledger.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read wish: %w", err)
		}
		if over, err := c.wishOver(ctx, w); err != nil || over || !offerDue(w, c.at.Trusted) || !slices.Contains(w.Branches, branch) {
			return err
		}
		wanted, err := c.rules.Check(plan.Wanted{Branch: branch, Items: w.Items}, c.at)
		if err != nil {
			return nil // the rules changed meanwhile
		}
		seen, err := c.wishSearchIn(ctx, branch, wanted.Office.ID, date)
		if err != nil {
			return err
		}
		free, err := seen.at(plan.Wanted{Branch: branch, Items: wanted.Items})
		if err != nil {
			return err
		}
		offered, err = c.offerTo(ctx, w, free, date)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("offer: %w", err)
	}
	ws.outbox.signal()
	return offered, nil
}

// wishLook is how often Wishes.OfferFree looks without a signal: for what expires,
// and for what other nodes and the command line change.
const wishLook = 30 * time.Second

// Run offers what becomes free until ctx ends.
func (ws *Wishes) Run(ctx context.Context) error {
	tick := time.NewTicker(wishLook)
	defer tick.Stop()
	for {
		if err := ws.OfferFree(ctx); err != nil && ctx.Err() == nil {
			ws.log.ErrorContext(ctx, "offering free times failed and is tried again", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-ws.wishing:
		}
	}
}

// wishLetter is a mail about a wish, as sealed in its body: there is no ticket
// to read it from.
type wishLetter struct {
	Wish     town.TicketID `json:"wish"`
	Email    string        `json:"email"`
	Token    string        `json:"token"` // the wish's
	Language town.Language `json:"language"`
	Office   town.OfficeID `json:"office"`
	Items    []town.Item   `json:"items"`
	Start    time.Time     `json:"start"` // of an offer; else of the wish's last day
	End      time.Time     `json:"end"`
	Until    time.Time     `json:"until,omitzero"` // how long an offer stands, or a link can be confirmed
	Hold     []byte        `json:"hold,omitempty"`
}

// offerMail is the mail about what is kept for a wish.
func (v *view) offerMail(ctx context.Context, w ledger.Wish, person wisher, h ledger.Hold, at clock.Instant) (ledger.Mail, error) {
	id := fmt.Sprintf("%s.%s-%d.0", w.ID, MailOffer, at.Trusted.Unix())
	return v.wishMail(ctx, ledger.Mail{ID: id, Branch: h.Branch, Date: h.Date, Kind: MailOffer, Due: at.Trusted}, wishLetter{
		Wish: town.TicketID(w.ID), Email: person.Email, Token: person.Token, Language: person.Language,
		Office: h.Office, Items: h.Items, Start: h.Start, End: h.End, Until: at.Shown(h.Expires), Hold: h.Hash,
	})
}

// wishMail seals a mail about a wish.
func (v *view) wishMail(ctx context.Context, m ledger.Mail, l wishLetter) (_ ledger.Mail, err error) {
	m.State, m.Since = MailQueued, m.Due
	if m.Body, m.KeyDay, err = v.sealValue(ctx, placeOfMail(m), l); err != nil {
		return m, fmt.Errorf("seal mail: %w", err)
	}
	return m, nil
}

func queueWishMail(ctx context.Context, tx ledger.Tx, m ledger.Mail) error {
	if err := ignoreTaken(tx.Mails().Put(ctx, m)); err != nil {
		return fmt.Errorf("queue mail: %w", err)
	}
	return nil
}

// offerLate reports whether a mail comes too late: the wish is surely over, or
// what was offered isn't kept any more.
func (v *view) offerLate(ctx context.Context, w ledger.Wish, now clock.Instant) (bool, error) {
	if w.Until < town.DateOf(now.Surely(), v.core.zone(w.Branch)) {
		return true, nil
	}
	_, stands, err := v.offerOf(ctx, w)
	return !stands, err
}

// wishLetterOf gathers a mail about a wish, or says why nobody needs it: the wish
// is gone, or the offer is over.
func (v *view) wishLetterOf(ctx context.Context, m ledger.Mail, now clock.Instant) (Letter, string, error) {
	var l wishLetter
	err := v.core.sealer.openValue(placeOfMail(m), m.KeyDay, m.Body, &l)
	if errors.Is(err, errKeyGone) {
		return Letter{}, reasonUnreadable, nil
	}
	if err != nil {
		return Letter{}, "", fmt.Errorf("read mail: %w", err)
	}
	if m.Kind != MailOffer {
		return v.confirmationLetterOf(ctx, m, l)
	}
	w, err := v.Wishes().ByHash(ctx, secrets.Hash(l.Token))
	if errors.Is(err, ledger.ErrNotFound) || err == nil && !slices.Equal(w.Hold, l.Hold) {
		return Letter{}, reasonSuperseded, nil
	}
	if err != nil {
		return Letter{}, "", fmt.Errorf("read wish: %w", err)
	}
	late, err := v.offerLate(ctx, w, now)
	if err != nil || late {
		return Letter{}, reasonTooLate, err
	}
	return v.wishLetter(m, l), "", nil
}

// wishLetter is what was sealed as the mail that it is.
func (v *view) wishLetter(m ledger.Mail, l wishLetter) Letter {
	zone := v.core.zone(m.Branch)
	return Letter{
		Mail: m, Person: Person{Email: l.Email, Token: l.Token}, Until: l.Until.In(zone),
		Ticket: queue.Ticket{
			ID: l.Wish, Kind: queue.Appointment, Branch: m.Branch, Date: m.Date, Items: l.Items, Language: l.Language,
			Start: l.Start.In(zone), End: l.End.In(zone), Progress: queue.Progress{Office: l.Office},
		},
	}
}
