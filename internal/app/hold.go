package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/clock"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Rules of holds. WCAG 2.2.1 asks that a limit can be extended at least ten
// times.
const (
	HoldTime      = 10 * time.Minute
	maxExtensions = 12
	browserHolds  = 3  // live ones of one browser
	addressHolds  = 30 // and of all behind one address
)

var errHold = problem.New(problem.NotFound, "hold.unknown")

// ErrHoldTooMany: the browser, its address or a network holds as much as it may.
// Booking without a hold goes on.
var ErrHoldTooMany = problem.New(problem.TooMany, "hold.too_many").With("max", browserHolds)

// Hold keeps a slot for HoldTime. Errors: as of Days; Conflict slotTaken with
// the nearest free starts; Invalid for a start that is never bookable; TooMany
// where the browser has browserHolds already, the address addressHolds, or a
// network its share of the day; Forbidden for staff of another branch.
func (a *App) Hold(ctx context.Context, actor access.Actor, w plan.Wanted, start time.Time) (HeldSlot, error) {
	again, err := a.repeats.Of(actor.Name(), actor.Key, "hold", struct {
		plan.Wanted
		Start repeat.Moment
	}{w, repeat.MomentOf(start)})
	if err != nil {
		return HeldSlot{}, err
	}
	var hold ledger.Hold
	err = a.update(ctx, holdingIn(a.plans.Now(), actor, w.Branch), func(c *change) error {
		if _, repeated, err := again.Answered(ctx, c); err != nil || repeated {
			if err == nil {
				hold, err = c.Holds().ByHash(ctx, secrets.Hash(again.Token()))
			}
			return err
		}
		hold, err = c.hold(ctx, actor, w, start, again.Token())
		if err != nil {
			return err
		}
		return again.Remember(ctx, c, c.at, "")
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return HeldSlot{}, errHold
	}
	if err != nil {
		return HeldSlot{}, a.memory.WithAlternatives(ctx, err, w, start)
	}
	return heldSlot(a.plans.Now(), again.Token(), hold, a.time.Now()), nil
}

// holdingIn returns the branches that keeping time holds: what a stranger keeps is
// counted over all of them.
func holdingIn(p *plan.Plan, actor access.Actor, where ...town.BranchID) []town.BranchID {
	if stranger(actor) {
		return p.EveryBranch()
	}
	return where
}

// Rehold keeps another slot instead of an earlier one, in one step: what the id
// of a hold keeps is given back only where the new slot stands, and makes room
// for it. The same slot again is the same hold, while it lives. An id that is
// empty, unknown or expired gives nothing back. Errors: as of Hold.
func (a *App) Rehold(ctx context.Context, actor access.Actor, earlier string, w plan.Wanted, start time.Time) (HeldSlot, error) {
	before, err := a.heldBefore(ctx, earlier)
	if err != nil {
		return HeldSlot{}, err
	}
	if before.Branch == "" {
		return a.Hold(ctx, actor, w, start)
	}
	id, err := a.secrets.Token()
	if err != nil {
		return HeldSlot{}, err
	}
	var hold ledger.Hold
	kept := id
	err = a.update(ctx, holdingIn(a.plans.Now(), actor, before.Branch, w.Branch), func(c *change) error {
		kept = id
		old, err := c.Holds().ByHash(ctx, secrets.Hash(earlier))
		if err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return fmt.Errorf("read hold: %w", err)
		}
		if err != nil || !c.at.Trusted.Before(old.Expires) {
			hold, err = c.hold(ctx, actor, w, start, id)
			return err
		}
		if old.Branch == w.Branch && old.Start.Equal(start) && slices.Equal(old.Items, w.Items) {
			hold, kept = old, earlier
			return nil
		}
		hold, err = c.exchange(ctx, actor, old, w, start, id)
		return err
	})
	if err != nil {
		return HeldSlot{}, a.memory.WithAlternatives(ctx, err, w, start)
	}
	a.wishing.signal()
	return heldSlot(a.plans.Now(), kept, hold, a.time.Now()), nil
}

// heldBefore returns the hold of an id; the zero one where there is none.
func (a *App) heldBefore(ctx context.Context, id string) (HeldSlot, error) {
	if id == "" {
		return HeldSlot{}, nil
	}
	held, err := a.HeldSlot(ctx, id)
	if problem.Is(err, errHold.Key) {
		return HeldSlot{}, nil
	}
	return held, err
}

// exchange gives a live hold back and takes another. Both or neither come true:
// a refusal ends the transaction.
func (c *change) exchange(ctx context.Context, actor access.Actor, old ledger.Hold, w plan.Wanted, start time.Time, id string) (ledger.Hold, error) {
	if err := c.days.EndHold(ctx, old); err != nil {
		return ledger.Hold{}, err
	}
	if _, err := c.days.Record(ctx, old.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{old.Date}}); err != nil {
		return ledger.Hold{}, err
	}
	var free []booking.Span
	if span := daybook.SpanOfHold(old); old.Branch == w.Branch {
		free = append(free, span.Span)
	}
	return c.hold(ctx, actor, w, start, id, free...)
}

// hold takes a slot, leaving out spans that this update has given back.
func (c *change) hold(ctx context.Context, actor access.Actor, w plan.Wanted, start time.Time, id string, without ...booking.Span) (ledger.Hold, error) {
	if actor.Kind == access.Staff && !actor.In(w.Branch) {
		return ledger.Hold{}, access.ErrForbidden
	}
	wish, err := c.rules.Check(w, c.at)
	if err != nil {
		return ledger.Hold{}, err
	}
	start = start.In(wish.Branch.Zone)
	if err := c.admitWork(ctx, actor, w.Branch); err != nil {
		return ledger.Hold{}, err
	}
	who, err := c.admitHold(ctx, actor, wish, start)
	if err != nil {
		return ledger.Hold{}, err
	}
	if err := c.bookable(ctx, wish, start, without...); err != nil {
		return ledger.Hold{}, err
	}
	h := ledger.Hold{
		Hash: secrets.Hash(id), Branch: w.Branch, Office: wish.Office.ID, Date: town.DateOf(start, wish.Branch.Zone),
		Items: wish.Items, Start: start, End: start.Add(wish.Rules.Duration), Online: !w.Staff,
		Expires: keptUntil(c.at.Trusted), Origin: who.origin, Browser: who.browser,
	}
	if err := c.Holds().Insert(ctx, h); err != nil {
		return ledger.Hold{}, fmt.Errorf("insert hold: %w", err)
	}
	if err := c.noteHold(ctx, actor, h); err != nil {
		return ledger.Hold{}, err
	}
	if err := c.noteDemand(ctx, actor, h.Branch); err != nil {
		return ledger.Hold{}, err
	}
	_, err = c.days.Record(ctx, w.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{h.Date}})
	return h, err
}

// keptUntil is when a hold ends that begins now, or is extended. It is a whole
// second, as in its span: two holds of the same second end at the same instant,
// in memory and in the rows.
func keptUntil(now time.Time) time.Time {
	return now.Add(HoldTime + time.Second - time.Nanosecond).Truncate(time.Second)
}

// keeper is who holds, by hashes with the day's key: nil where nobody counts.
type keeper struct{ origin, browser []byte }

// admitHold returns who would hold, unless they hold too much to hold more.
func (c *change) admitHold(ctx context.Context, actor access.Actor, w plan.Checked, start time.Time) (keeper, error) {
	if !stranger(actor) {
		return keeper{}, nil
	}
	who := keeper{origin: c.countedAs(c.rules.FirstToday(c.now), purposeOrigin, actor.Origin)}
	if actor.Browser != "" {
		who.browser = c.countedAs(c.rules.FirstToday(c.now), purposeBrowser, actor.Browser)
	}
	ofAddress, err := c.Holds().Live(ctx, who.origin, c.at.Trusted)
	if err != nil {
		return who, fmt.Errorf("count holds: %w", err)
	}
	ofBrowser, err := c.Holds().LiveOfBrowser(ctx, who.browser, c.at.Trusted)
	if err != nil {
		return who, fmt.Errorf("count holds: %w", err)
	}
	date := town.DateOf(start, w.Branch.Zone)
	beyond, err := c.beyondShare(ctx, actor, w, date, nil)
	if err == nil && !beyond {
		beyond, err = c.crowded(ctx, w, date, nil)
	}
	if err != nil {
		return who, err
	}
	if ofAddress >= addressHolds || ofBrowser >= browserHolds || beyond {
		return who, ErrHoldTooMany
	}
	return who, nil
}

// bookable decides whether a wish may start at an instant, as this transaction
// sees what is given away, leaving one span out: the one that a move or a hold
// gives up.
func (c *change) bookable(ctx context.Context, w plan.Checked, start time.Time, without ...booking.Span) error {
	date := town.DateOf(start, w.Branch.Zone)
	spans, err := c.days.Taken(ctx, w.Branch, w.Office.ID, date)
	if err != nil {
		return err
	}
	for _, gone := range without {
		if i := slices.Index(spans, gone); i >= 0 {
			spans = slices.Concat(spans[:i], spans[i+1:])
		}
	}
	err = w.Office.Booking.Check(start, w.Rules, func(d town.Date) []booking.Span {
		if d != date {
			return nil
		}
		return spans
	})
	if !problem.Is(err, daybook.SlotTaken) {
		return err
	}
	return c.days.Full(ctx, w.Branch, err)
}

// HeldSlot returns a hold, expired ones too. Errors: NotFound.
func (a *App) HeldSlot(ctx context.Context, id string) (HeldSlot, error) {
	var hold ledger.Hold
	err := a.view(ctx, func(v *view) (err error) {
		hold, err = v.Holds().ByHash(ctx, secrets.Hash(id))
		return err
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return HeldSlot{}, errHold
	}
	return heldSlot(a.plans.Now(), id, hold, a.time.Now()), err
}

// ExtendHold keeps a slot for another HoldTime from now; an expired hold comes
// back to life where the slot is still free. Errors: NotFound; Conflict where
// it was extended maxExtensions times, or slotTaken, also where the time was closed
// meanwhile; TooMany where an expired one
// would be one too many.
func (a *App) ExtendHold(ctx context.Context, actor access.Actor, id string) (HeldSlot, error) {
	before, err := a.HeldSlot(ctx, id)
	if err != nil {
		return HeldSlot{}, err
	}
	again, err := a.repeats.Of(actor.Name(), actor.Key, "extension", id)
	if err != nil {
		return HeldSlot{}, err
	}
	w := plan.Wanted{Branch: before.Branch, Items: before.Items}
	var hold ledger.Hold
	err = a.update(ctx, holdingIn(a.plans.Now(), actor, before.Branch), func(c *change) error {
		hold, err = c.Holds().ByHash(ctx, secrets.Hash(id))
		if err != nil {
			return err
		}
		if _, repeated, err := again.Answered(ctx, c); err != nil || repeated {
			return err
		}
		w.Staff = !hold.Online
		if hold, err = c.extend(ctx, actor, w, hold); err != nil {
			return err
		}
		return again.Remember(ctx, c, c.at, "")
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return HeldSlot{}, errHold
	}
	return heldSlot(a.plans.Now(), id, hold, a.time.Now()), a.memory.WithAlternatives(ctx, err, w, before.Start)
}

func (c *change) extend(ctx context.Context, actor access.Actor, w plan.Wanted, h ledger.Hold) (ledger.Hold, error) {
	if h.Extended >= maxExtensions {
		return h, problem.New(problem.Conflict, "hold.not_extendable")
	}
	if err := c.extendable(ctx, actor, w, h); err != nil {
		return h, err
	}
	before := h
	h.Expires, h.Extended = keptUntil(c.at.Trusted), h.Extended+1
	if err := c.days.ExtendHold(ctx, before, h); err != nil {
		return h, err
	}
	_, err := c.days.Record(ctx, h.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{h.Date}})
	return h, err
}

// extendable decides whether a hold's time may be kept on: it has to be offered
// still, or whoever types would learn only at the end that it is gone.
func (c *change) extendable(ctx context.Context, actor access.Actor, w plan.Wanted, h ledger.Hold) error {
	if c.at.Trusted.Before(h.Expires) {
		return c.stillThere(ctx, w, h)
	}
	return gone(c.revivable(ctx, actor, w, h))
}

// revivable decides whether an expired hold may come back to life, as if it were
// taken anew: letting holds lapse must not let anybody hold more.
func (c *change) revivable(ctx context.Context, actor access.Actor, w plan.Wanted, h ledger.Hold) error {
	wish, err := c.rules.Check(w, c.at)
	if err != nil {
		return err
	}
	if _, err := c.admitHold(ctx, actor, wish, h.Start); err != nil {
		return err
	}
	return c.bookable(ctx, wish, h.Start)
}

// ReleaseHold gives a slot back. Errors: NotFound.
func (a *App) ReleaseHold(ctx context.Context, id string) error {
	before, err := a.HeldSlot(ctx, id)
	if err != nil {
		return err
	}
	defer a.wishing.signal()
	return a.update(ctx, []town.BranchID{before.Branch}, func(c *change) error {
		hold, err := c.Holds().ByHash(ctx, secrets.Hash(id))
		if errors.Is(err, ledger.ErrNotFound) {
			return errHold
		}
		if err != nil {
			return err
		}
		if err := c.days.EndHold(ctx, hold); err != nil {
			return err
		}
		_, err = c.days.Record(ctx, hold.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{hold.Date}})
		return err
	})
}

// heldSlot shows a hold to its holder, in the branch's time.
func heldSlot(p *plan.Plan, id string, h ledger.Hold, at clock.Instant) HeldSlot {
	zone := time.UTC
	if b, err := p.Known(h.Branch); err == nil {
		zone = b.Zone
	}
	return HeldSlot{
		ID: id, Branch: h.Branch, Items: h.Items, Start: h.Start.In(zone), End: h.End.In(zone),
		Expires: at.Shown(h.Expires).In(zone), Extendable: h.Extended < maxExtensions,
	}
}
