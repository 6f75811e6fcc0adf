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
// transaction, before anybody else sees it.
func (a *App) updateFreeing(ctx context.Context, branches []town.BranchID, fn func(c *change) error) error {
	err := a.view(ctx, func(v *view) error {
		concerned, err := v.Wishes().Branches(ctx, v.rules.FirstToday(v.now))
		branches = slices.Concat(branches, concerned)
		return err
	})
	if err != nil {
		return fmt.Errorf("read wishes: %w", err)
	}
	slices.Sort(branches)
	err = a.update(ctx, slices.Compact(branches), fn)
	if err == nil {
		a.wishing.signal()
	}
	return err
}

// offerDue reports whether a wish may be offered something: at most once a day, and
// not while an offer stands.
func offerDue(w ledger.Wish, now time.Time) bool {
	return w.Offered.IsZero() || !now.Before(w.Offered.Add(offerTime))
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
// left to OfferWishes.
func (c *change) offerOn(ctx context.Context, branch town.BranchID, office town.OfficeID, date town.Date) (bool, error) {
	waiting, err := c.Wishes().Open(ctx, c.rules.FirstToday(c.now))
	if err != nil {
		return false, fmt.Errorf("read wishes: %w", err)
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
		if !offered {
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
// mail about it.
func (c *change) offerTo(ctx context.Context, w ledger.Wish, free *freeAtBranch, date town.Date) (bool, error) {
	slot, found := firstWanted(w, date, free)
	if !found {
		return false, nil
	}
	person, err := c.wisher(ctx, w)
	if err != nil || person == nil {
		return false, err
	}
	id, err := c.app.secrets.Token()
	if err != nil {
		return false, err
	}
	h := ledger.Hold{
		Hash: secrets.Hash(id), Branch: free.wanted.Branch.ID, Office: free.wanted.Office.ID, Date: date, Items: free.wanted.Items,
		Start: slot.Start, End: slot.End, Online: true, Expires: c.at.Stored(acceptBy(free.wanted, slot.Start, c.now)),
	}
	m, err := c.offerMail(ctx, w, *person, h, c.at)
	if err != nil { // before anything is written: the time goes to the next who wished for it
		c.app.log.ErrorContext(ctx, "a wish can't be told of an offer", "branch", string(h.Branch), "date", h.Date.String(), "error", err.Error())
		return false, nil
	}
	if err := c.Holds().Insert(ctx, h); err != nil {
		return false, fmt.Errorf("hold offer: %w", err)
	}
	w.Offered, w.Hold = c.at.Trusted, h.Hash
	if err := c.Wishes().Put(ctx, w); err != nil {
		return false, fmt.Errorf("note offer: %w", err)
	}
	if _, err := c.days.Record(ctx, h.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{date}}); err != nil {
		return false, err
	}
	return true, queueWishMail(ctx, c, m)
}

// firstWanted returns the first of a date's free slots that a wish can be offered.
func firstWanted(w ledger.Wish, date town.Date, free *freeAtBranch) (slot booking.Slot, found bool) {
	now, slots := free.wanted.Rules.Now, free.on(date)
	i := slices.IndexFunc(slots, func(s booking.Slot) bool {
		return wants(w, date, s) && !acceptBy(free.wanted, s.Start, now).Before(now.Add(shortestOffer))
	})
	if i < 0 {
		return booking.Slot{}, false
	}
	return slots[i], true
}

// acceptBy is how long an offer stands: a day, and no longer than it could be
// booked.
func acceptBy(w plan.Checked, start, now time.Time) time.Time {
	until := now.Add(offerTime)
	if latest := start.Add(-time.Duration(w.Office.Lead) * time.Minute); latest.Before(until) {
		return latest
	}
	return until
}

// OfferWishes offers what is free to those who wished for it, in order of the
// wishes. What a cancellation frees is offered in its own transaction; this
// finds what became free otherwise: by expiry, by an edit of the rules, by
// staff. One wish that can't be offered anything keeps nobody else waiting.
func (a *App) OfferWishes(ctx context.Context) error {
	var waiting []ledger.Wish
	err := a.view(ctx, func(v *view) (err error) {
		waiting, err = v.Wishes().Open(ctx, v.rules.FirstToday(v.now))
		return err
	})
	if err != nil {
		return fmt.Errorf("read wishes: %w", err)
	}
	var failed error
	seen := newWishSearch(ctx, a.Memory)
	for _, w := range waiting {
		if ctx.Err() != nil {
			break
		}
		if !offerDue(w, a.time.Now().Trusted) {
			continue
		}
		branch, date, found := seen.freeFor(w)
		if !found {
			continue
		}
		if err := a.offerFound(ctx, w, branch, date); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		seen = newWishSearch(ctx, a.Memory)
	}
	return failed
}

// offerFound makes an offer of what freeFor found, if it still holds.
func (a *App) offerFound(ctx context.Context, found ledger.Wish, branch town.BranchID, date town.Date) error {
	err := a.update(ctx, found.Branches, func(c *change) error {
		waiting, err := c.Wishes().Open(ctx, c.rules.FirstToday(c.now))
		if err != nil {
			return fmt.Errorf("read wishes: %w", err)
		}
		i := slices.IndexFunc(waiting, func(w ledger.Wish) bool { return w.ID == found.ID })
		if i < 0 || !offerDue(waiting[i], c.at.Trusted) || !slices.Contains(waiting[i].Branches, branch) {
			return nil
		}
		wanted, err := c.rules.Check(plan.Wanted{Branch: branch, Items: waiting[i].Items}, c.at)
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
		_, err = c.offerTo(ctx, waiting[i], free, date)
		return err
	})
	if err != nil {
		return fmt.Errorf("offer: %w", err)
	}
	a.outbox.signal()
	return nil
}

// wishLook is how often OfferWishes looks without a signal: for what expires,
// and for what other nodes and the command line change.
const wishLook = 30 * time.Second

// RunWishes offers what becomes free until ctx ends.
func (a *App) RunWishes(ctx context.Context) error {
	tick := time.NewTicker(wishLook)
	defer tick.Stop()
	for {
		if err := a.OfferWishes(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "offering free times failed and is tried again", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-a.wishing:
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
	Until    time.Time     `json:"until,omitzero"` // of an offer
	Hold     []byte        `json:"hold,omitempty"`
}

// sendWish queues the mail with a wish's link, at most once a day.
func (c *change) sendWish(ctx context.Context, w ledger.Wish) error {
	person, err := c.wisher(ctx, w)
	if err != nil || person == nil {
		return err
	}
	b, err := c.rules.Known(w.Branch)
	if err != nil {
		return err
	}
	office, ok := b.OfficeOf(w.Items[0].Service)
	if !ok {
		return plan.ErrService
	}
	id := fmt.Sprintf("%s.%s-%s.0", w.ID, MailWish, b.Today(c.now))
	m, err := c.wishMail(ctx, ledger.Mail{ID: id, Branch: w.Branch, Date: w.Until, Kind: MailWish, Due: c.at.Trusted}, wishLetter{
		Wish: town.TicketID(w.ID), Email: person.Email, Token: person.Token, Language: person.Language,
		Office: office.ID, Items: w.Items, Start: w.Until.Start(b.Zone), End: w.Until.AddDays(1).Start(b.Zone),
	})
	if err != nil {
		return err
	}
	return queueWishMail(ctx, c, m)
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

func queueWishMail(ctx context.Context, c *change, m ledger.Mail) error {
	if err := ignoreTaken(c.Mails().Put(ctx, m)); err != nil {
		return fmt.Errorf("queue mail: %w", err)
	}
	return nil
}

// wishMailLate reports whether a mail comes too late for a wish: the wish is
// surely over, or what was offered isn't kept any more.
func (v *view) wishMailLate(ctx context.Context, m ledger.Mail, w ledger.Wish, now clock.Instant) (bool, error) {
	if w.Until < town.DateOf(now.Surely(), v.app.Zone(w.Branch)) {
		return true, nil
	}
	if m.Kind != MailOffer {
		return false, nil
	}
	_, stands, err := v.offerOf(ctx, w)
	return !stands, err
}

// wishLetterOf gathers a mail about a wish, or says why nobody needs it: the wish
// is gone, or the offer is over.
func (v *view) wishLetterOf(ctx context.Context, m ledger.Mail, now clock.Instant) (Letter, string, error) {
	var l wishLetter
	err := v.app.sealer.openValue(placeOfMail(m), m.KeyDay, m.Body, &l)
	if errors.Is(err, errKeyGone) {
		return Letter{}, reasonUnreadable, nil
	}
	if err != nil {
		return Letter{}, "", fmt.Errorf("read mail: %w", err)
	}
	w, err := v.Wishes().ByHash(ctx, secrets.Hash(l.Token))
	if errors.Is(err, ledger.ErrNotFound) || err == nil && m.Kind == MailOffer && !slices.Equal(w.Hold, l.Hold) {
		return Letter{}, reasonSuperseded, nil
	}
	if err != nil {
		return Letter{}, "", fmt.Errorf("read wish: %w", err)
	}
	late, err := v.wishMailLate(ctx, m, w, now)
	if err != nil || late {
		return Letter{}, reasonTooLate, err
	}
	zone := v.app.Zone(m.Branch)
	return Letter{
		Mail: m, Person: Person{Email: l.Email, Token: l.Token}, Until: l.Until.In(zone),
		Ticket: queue.Ticket{
			ID: l.Wish, Kind: queue.Appointment, Branch: m.Branch, Date: m.Date, Items: l.Items, Language: l.Language,
			Start: l.Start.In(zone), End: l.End.In(zone), Progress: queue.Progress{Office: l.Office},
		},
	}, "", nil
}
