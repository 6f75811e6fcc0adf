package daybook

import (
	"context"
	"errors"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// MaxDays is the longest span that Days answers.
const MaxDays = 93

// nearest is how many alternatives a refused booking is offered.
const nearest = 3

// Days returns one entry for each date from the first to the last, and the
// next free day; the answer is shared: read only. Errors: NotFound for unknown
// ids, Invalid for quantities, services that don't combine and spans that are
// reversed or over MaxDays.
func (m *Memory) Days(ctx context.Context, w plan.Wanted, from, to town.Date) (Calendar, error) {
	if to < from {
		return Calendar{}, problem.Field("to", "days.reversed")
	}
	if to-from >= MaxDays {
		return Calendar{}, problem.Field("to", "days.too_many").With("max", MaxDays)
	}
	wish, given, err := m.Look(ctx, w)
	if err != nil {
		return Calendar{}, err
	}
	key := keyOf(wish, given, from, to)
	if kept, ok := m.calendars.get(key); ok {
		return kept, nil
	}
	taken := given.Taken(wish.Office.ID)
	calendar := Calendar{Days: wish.Office.Booking.Days(from, to, wish.Rules, taken)}
	if next, ok := wish.Office.Booking.NextFree(from, wish.Rules, taken); ok {
		calendar.NextFree = &next
	}
	m.calendars.put(key, calendar)
	return calendar, nil
}

// Slots returns the bookable starts of a date, none where it is full or
// closed. Errors as of Days.
func (m *Memory) Slots(ctx context.Context, w plan.Wanted, date town.Date) ([]booking.Slot, error) {
	wish, given, err := m.Look(ctx, w)
	if err != nil {
		return nil, err
	}
	return wish.Office.Booking.Slots(date, wish.Rules, given.Taken(wish.Office.ID)), nil
}

// Look prepares an answer from memory, which may be behind other nodes for a
// moment. It is for looking only: whoever gives time away decides from what is
// exact in its own transaction (givenaway.go).
func (m *Memory) Look(ctx context.Context, w plan.Wanted) (plan.Checked, *GivenAway, error) {
	given, err := m.of(ctx, w.Branch)
	if err != nil {
		return plan.Checked{}, nil, err
	}
	wish, err := m.plans.Now().Check(w, m.instant())
	return wish, given, err
}

// Nearest returns the bookable starts nearest to one, the nearest first: itself
// where it is free. Errors as of Days.
func (m *Memory) Nearest(ctx context.Context, w plan.Wanted, start time.Time) ([]time.Time, error) {
	wish, given, err := m.Look(ctx, w)
	if err != nil {
		return nil, err
	}
	return wish.Office.Booking.Nearest(start, wish.Rules, given.Taken(wish.Office.ID), nearest), nil
}

// full is a refusal for a taken slot, with what it was decided from: the updates
// before it may share its commit, and memory for looking learns of them later.
type full struct {
	error
	given *GivenAway // nil: decided from rows
}

func (f full) Unwrap() error { return f.error }

// alternatives returns the bookable starts nearest to one that was refused,
// without those that are of no use.
func (m *Memory) alternatives(ctx context.Context, refused error, w plan.Wanted, start time.Time, useless ...time.Time) []time.Time {
	wish, given, err := m.refusedFrom(ctx, refused, w)
	if err != nil {
		return []time.Time{}
	}
	times := wish.Office.Booking.Nearest(start, wish.Rules, given.Taken(wish.Office.ID), nearest+len(useless))
	times = slices.DeleteFunc(times, func(at time.Time) bool { return slices.ContainsFunc(useless, at.Equal) })
	return slices.Concat([]time.Time{}, times[:min(nearest, len(times))])
}

func (m *Memory) refusedFrom(ctx context.Context, refused error, w plan.Wanted) (plan.Checked, *GivenAway, error) {
	var known full
	if !errors.As(refused, &known) || known.given == nil {
		return m.Look(ctx, w)
	}
	wish, err := m.plans.Now().Check(w, m.instant())
	return wish, known.given, err
}

// WithAlternatives adds the nearest free starts to a refusal for a taken slot, and for
// a start that lies outside the hours: a change that was just made at another node can
// have closed what was offered.
func (m *Memory) WithAlternatives(ctx context.Context, err error, w plan.Wanted, start time.Time, useless ...time.Time) error {
	if err == nil || !problem.Is(err, SlotTaken) && !outsideHours(err) {
		return err
	}
	useless = append(useless, start)
	return problem.Of(err).Offering(m.alternatives(ctx, err, w, start, useless...))
}

// outsideHours reports whether nothing but the hours stands in the way of a start.
func outsideHours(err error) bool {
	fields := problem.Of(err).Fields
	return len(fields) == 1 && (fields["start"] == "booking.start_outside_hours" || fields["start"] == "booking.start_off_grid")
}

// SlotTaken is the key of the refusal that comes with alternatives.
const SlotTaken = "booking.slot_taken"

// WithNextAppointment adds the next free start to a refused walk-in.
func (m *Memory) WithNextAppointment(ctx context.Context, err error, w plan.Wanted) error {
	if !problem.Is(err, "walk_in.closed") && !problem.Is(err, "walk_in.none_left") {
		return err
	}
	w.Staff = false
	var next time.Time
	if wish, given, lookErr := m.Look(ctx, w); lookErr == nil {
		taken := given.Taken(wish.Office.ID)
		if date, ok := wish.Office.Booking.NextFree(wish.Branch.Today(wish.Rules.Now), wish.Rules, taken); ok {
			next = wish.Office.Booking.Slots(date, wish.Rules, taken)[0].Start
		}
	}
	return problem.Of(err).OfferingNext(next)
}
