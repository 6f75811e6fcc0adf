package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/ledger"
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
func (a *App) Days(ctx context.Context, w Wanted, from, to town.Date) (Calendar, error) {
	if to < from {
		return Calendar{}, problem.Field("to", "days.reversed")
	}
	if to-from >= MaxDays {
		return Calendar{}, problem.Field("to", "days.too_many").With("max", MaxDays)
	}
	wish, given, err := a.look(ctx, w)
	if err != nil {
		return Calendar{}, err
	}
	key := keyOf(wish, given, from, to)
	if kept, ok := a.calendars.get(key); ok {
		return kept, nil
	}
	taken := given.taken(wish.office.ID)
	calendar := Calendar{Days: wish.office.booking.Days(from, to, wish.rules, taken)}
	if next, ok := wish.office.booking.NextFree(from, wish.rules, taken); ok {
		calendar.NextFree = &next
	}
	a.calendars.put(key, calendar)
	return calendar, nil
}

// Slots returns the bookable starts of a date, none where it is full or
// closed. Errors as of Days.
func (a *App) Slots(ctx context.Context, w Wanted, date town.Date) ([]booking.Slot, error) {
	wish, given, err := a.look(ctx, w)
	if err != nil {
		return nil, err
	}
	return wish.office.booking.Slots(date, wish.rules, given.taken(wish.office.ID)), nil
}

// look prepares an answer from memory, which may be behind other nodes for a
// moment. It is for looking only: whoever gives time away decides from what is
// exact in its own transaction (givenaway.go).
func (a *App) look(ctx context.Context, w Wanted) (wish, *givenAway, error) {
	given, err := a.free.of(ctx, a, w.Branch)
	if err != nil {
		return wish{}, nil, err
	}
	wish, err := a.plan.Load().check(w, a.instant())
	return wish, given, err
}

// Nearest returns the bookable starts nearest to one, the nearest first: itself
// where it is free. Errors as of Days.
func (a *App) Nearest(ctx context.Context, w Wanted, start time.Time) ([]time.Time, error) {
	wish, given, err := a.look(ctx, w)
	if err != nil {
		return nil, err
	}
	return wish.office.booking.Nearest(start, wish.rules, given.taken(wish.office.ID), nearest), nil
}

// full is a refusal for a taken slot, with what it was decided from: the updates
// before it may share its commit, and memory for looking learns of them later.
type full struct {
	error
	given *givenAway // nil: decided from rows
}

func (f full) Unwrap() error { return f.error }

// alternatives returns the bookable starts nearest to one that was refused,
// without those that are of no use.
func (a *App) alternatives(ctx context.Context, refused error, w Wanted, start time.Time, useless ...time.Time) []time.Time {
	wish, given, err := a.refusedFrom(ctx, refused, w)
	if err != nil {
		return []time.Time{}
	}
	times := wish.office.booking.Nearest(start, wish.rules, given.taken(wish.office.ID), nearest+len(useless))
	times = slices.DeleteFunc(times, func(at time.Time) bool { return slices.ContainsFunc(useless, at.Equal) })
	return slices.Concat([]time.Time{}, times[:min(nearest, len(times))])
}

func (a *App) refusedFrom(ctx context.Context, refused error, w Wanted) (wish, *givenAway, error) {
	var known full
	if !errors.As(refused, &known) || known.given == nil {
		return a.look(ctx, w)
	}
	wish, err := a.plan.Load().check(w, a.instant())
	return wish, known.given, err
}

// withAlternatives adds the nearest free starts to a refusal for a taken slot.
func (a *App) withAlternatives(ctx context.Context, err error, w Wanted, start time.Time, useless ...time.Time) error {
	if !problem.Is(err, slotTaken) {
		return err
	}
	useless = append(useless, start)
	return problem.Of(err).Offering(a.alternatives(ctx, err, w, start, useless...))
}

// slotTaken is the key of the refusal that comes with alternatives.
const slotTaken = "booking.slot_taken"

// freeTimes keeps, per branch, which spans of time are given away, exact for
// one committed position of the branch and brought up to date from its events.
type freeTimes struct {
	branches sync.Map // town.BranchID -> *freeSheet
}

type freeSheet struct {
	mu      sync.Mutex // held while a newer one is read
	current atomic.Pointer[givenAway]
}

func (f *freeTimes) sheet(branch town.BranchID) *freeSheet {
	entry, ok := f.branches.Load(branch)
	if !ok {
		entry, _ = f.branches.LoadOrStore(branch, new(freeSheet))
	}
	return entry.(*freeSheet)
}

// known returns what was read last; nil before the first.
func (f *freeTimes) known(branch town.BranchID) *givenAway { return f.sheet(branch).current.Load() }

// advance keeps what is committed, unless something newer is known.
func (f *freeTimes) advance(branch town.BranchID, g *givenAway) {
	for current := &f.sheet(branch).current; ; {
		old := current.Load()
		if old != nil && !g.follows(old) || current.CompareAndSwap(old, g) {
			return
		}
	}
}

// follows reports whether this is newer, or the same for a later day.
func (g *givenAway) follows(old *givenAway) bool {
	return g.at.Seq > old.at.Seq || g.at.Seq == old.at.Seq && g.from > old.from
}

func (f *freeTimes) of(ctx context.Context, a *App, branch town.BranchID) (*givenAway, error) {
	known, err := a.plan.Load().branch(branch)
	if err != nil {
		return nil, err
	}
	today := known.today(a.clock())
	sheet := f.sheet(branch)
	upToDate := func() *givenAway {
		if g := sheet.current.Load(); g.covers(today) && g.at.Seq >= a.Seq(branch) {
			return g
		}
		return nil
	}
	if g := upToDate(); g != nil {
		return g, nil
	}
	sheet.mu.Lock()
	defer sheet.mu.Unlock()
	if g := upToDate(); g != nil {
		return g, nil
	}
	next, err := a.readGivenAway(ctx, branch, today, sheet.current.Load())
	if err != nil {
		return nil, fmt.Errorf("read given-away time: %w", err)
	}
	f.advance(branch, next)
	a.Saw(branch, next.at.Seq)
	return next, nil
}

// catchUp is the most events that are followed one by one before everything is
// read anew.
const catchUp = 1000

func (a *App) readGivenAway(ctx context.Context, branch town.BranchID, today town.Date, old *givenAway) (*givenAway, error) {
	var next *givenAway
	err := a.store.View(ctx, func(tx ledger.Tx) error {
		if _, err := a.rulesSeen(ctx, tx); err != nil {
			return err
		}
		at, err := tx.Events().Position(ctx, branch)
		if err != nil {
			if errors.Is(err, ledger.ErrNotFound) {
				return errBranch
			}
			return err
		}
		dates, whole, err := changedDates(ctx, tx, branch, today, old)
		if err != nil {
			return err
		}
		if whole {
			next, err = a.readAllGivenAway(ctx, tx, branch, today)
		} else {
			next, err = a.readChanged(ctx, tx, branch, old, dates)
		}
		if next != nil {
			next.at = at
		}
		return err
	})
	return next, err
}

// changedDates returns the dates whose spans changed since old, or that all
// must be read.
func changedDates(ctx context.Context, tx ledger.Tx, branch town.BranchID, today town.Date, old *givenAway) ([]town.Date, bool, error) {
	if !old.covers(today) {
		return nil, true, nil
	}
	events, err := tx.Events().After(ctx, branch, old.at.Seq, catchUp)
	if err != nil {
		return nil, false, err
	}
	if len(events) == catchUp {
		return nil, true, nil
	}
	var dates []town.Date
	for _, e := range events {
		if e.Kind == ledger.EventCatalogue {
			return nil, true, nil
		}
		dates = append(dates, e.Dates...)
	}
	slices.Sort(dates)
	return slices.Compact(dates), false, nil
}

// farAway is later than any horizon.
const farAway = 20 * 366

func (a *App) readAllGivenAway(ctx context.Context, tx ledger.Tx, branch town.BranchID, today town.Date) (*givenAway, error) {
	g := &givenAway{from: today, offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
	return g, g.fill(ctx, tx, branch, today, today.AddDays(farAway), a.instant().Trusted)
}

func (a *App) readChanged(ctx context.Context, tx ledger.Tx, branch town.BranchID, old *givenAway, dates []town.Date) (*givenAway, error) {
	g := &givenAway{from: old.from, offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
	for office, days := range old.offices {
		copied := make(map[town.Date][]booking.Span, len(days))
		for date, spans := range days {
			if !slices.Contains(dates, date) {
				copied[date] = spans
			}
		}
		g.offices[office] = copied
	}
	for _, date := range dates {
		if date < g.from {
			continue
		}
		if err := g.fill(ctx, tx, branch, date, date, a.instant().Trusted); err != nil {
			return nil, err
		}
	}
	return g, nil
}
