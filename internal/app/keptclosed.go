package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// A time that is kept for somebody can be closed meanwhile, or its counters taken
// away. Whoever kept it chose what was offered: they are told that it is gone, with
// the nearest free times, wherever they ask, and nothing offers it any longer.

// errGone is what somebody is told whose kept time isn't offered any more.
var errGone = problem.New(problem.Conflict, daybook.SlotTaken)

// gone turns the refusal of a start that was offered once, and lies outside the hours
// now, into errGone. Others stay as they are.
func gone(err error) error {
	switch problem.Of(err).Fields["start"] {
	case "booking.start_outside_hours", "booking.start_off_grid":
		return errGone
	}
	return err
}

// stillThere decides whether a live hold's time can still be booked with it.
func (c *change) stillThere(ctx context.Context, w plan.Wanted, h ledger.Hold) error {
	wish, err := c.rules.Check(w, c.at)
	if err != nil {
		return err
	}
	wish.Rules.Kept = true
	return gone(c.bookable(ctx, wish, h.Start, daybook.SpanOfHold(h).Span))
}

// offeredStill reports whether what a hold keeps could be booked now, for looking
// only: by the plan, and by what else is given away.
func (co *core) offeredStill(ctx context.Context, h ledger.Hold) (bool, error) {
	wish, given, err := co.memory.Look(ctx, plan.Wanted{Branch: h.Branch, Items: h.Items, Staff: !h.Online})
	if e := problem.Of(err); err != nil && (e.Kind == problem.NotFound || e.Kind == problem.Invalid) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	own, all := daybook.SpanOfHold(h).Span, given.Taken(wish.Office.ID)
	wish.Rules.Kept = true
	err = wish.Office.Booking.Check(h.Start.In(wish.Branch.Zone), wish.Rules, func(date town.Date) []booking.Span {
		spans := all(date)
		if i := slices.Index(spans, own); i >= 0 {
			return slices.Concat(spans[:i], spans[i+1:])
		}
		return spans
	})
	return err == nil, nil
}

// keptFor returns the hold that a booking waits with; nil where there is none.
func (v *view) keptFor(ctx context.Context, r BookRequest) (*ledger.Hold, error) {
	h, err := v.Holds().ByHash(ctx, secrets.Hash(r.Hold))
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read hold: %w", err)
	}
	return &h, nil
}
