package daybook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// GivenAway is which spans of a branch's time are given away at one position,
// from one date on. A published one never changes.
type GivenAway struct {
	at      ledger.Position
	from    town.Date // nothing before this date is held
	offices map[town.OfficeID]map[town.Date][]booking.Span
}

func (g *GivenAway) Taken(office town.OfficeID) booking.Taken {
	dates := g.offices[office]
	return func(date town.Date) []booking.Span { return dates[date] }
}

// is reports whether this is what the rows say at a position.
func (g *GivenAway) is(at ledger.Position) bool {
	return g != nil && g.at.Seq == at.Seq && g.at.Mark == at.Mark
}

// covers reports whether it can be brought up to date for a day instead of
// being read anew.
func (g *GivenAway) covers(today town.Date) bool {
	return g != nil && g.from <= today && today < g.from+7
}

// spanChange is a span that was given away, or came back.
type spanChange struct {
	ledger.OfficeSpan
	back bool
}

// with returns what is given away after some changes. Of the days that change,
// what has expired is left out.
func (g *GivenAway) with(at ledger.Position, changes []spanChange, now time.Time) *GivenAway {
	next := &GivenAway{at: at, from: g.from, offices: maps.Clone(g.offices)}
	copied := map[town.OfficeID]bool{}
	for _, change := range changes {
		if change.Date < g.from {
			continue
		}
		if !copied[change.Office] {
			next.offices[change.Office] = maps.Clone(next.offices[change.Office])
			copied[change.Office] = true
		}
		next.apply(change, now)
	}
	return next
}

func (g *GivenAway) apply(change spanChange, now time.Time) {
	days := g.offices[change.Office]
	if days == nil {
		days = map[town.Date][]booking.Span{}
		g.offices[change.Office] = days
	}
	spans := make([]booking.Span, 0, len(days[change.Date])+1)
	gone := change.back
	for _, span := range days[change.Date] {
		switch {
		case gone && span == change.Span:
			gone = false // one of perhaps several alike
		case span.Expires == 0 || now.Unix() < span.Expires:
			spans = append(spans, span)
		}
	}
	if !change.back {
		spans = append(spans, change.Span)
	}
	days[change.Date] = spans
}

// fill adds the spans of the dates from the first to the last.
func (g *GivenAway) fill(ctx context.Context, tx ledger.Tx, branch town.BranchID, from, to town.Date, now time.Time) error {
	spans, err := tx.Tickets().Spans(ctx, branch, from, to)
	if err != nil {
		return fmt.Errorf("read appointments: %w", err)
	}
	held, err := tx.Holds().Spans(ctx, branch, from, to, now)
	if err != nil {
		return fmt.Errorf("read holds: %w", err)
	}
	for _, s := range slices.Concat(spans, held) {
		days := g.offices[s.Office]
		if days == nil {
			days = map[town.Date][]booking.Span{}
			g.offices[s.Office] = days
		}
		days[s.Date] = append(days[s.Date], s.Span)
	}
	return nil
}

// spans returns how a step of a ticket changes what a branch has given away.
func (t ticketChange) spans(branch town.BranchID) []spanChange {
	if t.after.Kind != queue.Appointment || t.before != nil && !TakesOtherTime(*t.before, t.after) {
		return nil
	}
	var changes []spanChange
	if t.before != nil && t.before.Branch == branch && t.before.State != queue.Cancelled {
		changes = append(changes, spanChange{OfficeSpan: spanOf(*t.before), back: true})
	}
	if t.after.Branch == branch && t.after.State != queue.Cancelled {
		changes = append(changes, spanChange{OfficeSpan: spanOf(t.after)})
	}
	return changes
}

// TakesOtherTime reports whether an appointment takes another span than before,
// or none any more, or one again. Its event then names the date.
func TakesOtherTime(before, after queue.Ticket) bool {
	if after.Kind != queue.Appointment {
		return false
	}
	took, takes := before.State != queue.Cancelled, after.State != queue.Cancelled
	return took != takes || takes && (before.Branch != after.Branch || spanOf(before) != spanOf(after))
}

func spanOf(t queue.Ticket) ledger.OfficeSpan {
	return ledger.OfficeSpan{
		Office: t.Office, Date: t.Date,
		Span: booking.Span{From: t.Start.Unix(), To: t.End.Unix(), Online: t.Online},
	}
}

// SpanOfHold returns the time that a hold takes.
func SpanOfHold(h ledger.Hold) ledger.OfficeSpan {
	return ledger.OfficeSpan{
		Office: h.Office, Date: h.Date,
		Span: booking.Span{
			From: h.Start.Unix(), To: h.End.Unix(), Online: h.Online, Expires: wholeSecond(h.Expires), Cooling: len(h.Items) == 0,
		},
	}
}

// wholeSecond rounds up, as the rows of holds are read: one that ends within a
// second lasts through it.
func wholeSecond(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

// catchUp is the most events that are followed one by one before everything is
// read anew.
const catchUp = 1000

func (m *Memory) readGivenAway(ctx context.Context, branch town.BranchID, now clock.Instant, old *GivenAway) (*GivenAway, error) {
	var next *GivenAway
	err := m.store.View(ctx, func(tx ledger.Tx) error {
		rules, err := m.plans.Seen(ctx, tx)
		if err != nil {
			return err
		}
		b, err := rules.Known(branch)
		if err != nil {
			return err
		}
		today := b.Today(now.Wall)
		at, err := tx.Events().Position(ctx, branch)
		if err != nil {
			if errors.Is(err, ledger.ErrNotFound) {
				return plan.ErrBranch
			}
			return err
		}
		dates, whole, err := changedDates(ctx, tx, branch, today, old)
		if err != nil {
			return err
		}
		if whole {
			next, err = readAllGivenAway(ctx, tx, branch, today, now.Trusted)
		} else {
			next, err = readChanged(ctx, tx, branch, old, dates, now.Trusted)
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
func changedDates(ctx context.Context, tx ledger.Tx, branch town.BranchID, today town.Date, old *GivenAway) ([]town.Date, bool, error) {
	if !old.covers(today) {
		return nil, true, nil
	}
	return datesSince(ctx, tx, branch, old.at.Seq)
}

// datesSince returns the dates whose appointments or held times changed since a
// position, or that all may have.
func datesSince(ctx context.Context, tx ledger.Tx, branch town.BranchID, seq town.Seq) (dates []town.Date, whole bool, err error) {
	events, err := tx.Events().After(ctx, branch, seq, catchUp)
	if err != nil {
		return nil, false, err
	}
	if len(events) == catchUp {
		return nil, true, nil
	}
	for _, e := range events {
		if e.Kind == ledger.EventCatalogue {
			return nil, true, nil
		}
		dates = append(dates, e.Dates...)
	}
	slices.Sort(dates)
	return slices.Compact(dates), false, nil
}

// FarAway is later than any horizon.
const FarAway = 20 * 366

func readAllGivenAway(ctx context.Context, tx ledger.Tx, branch town.BranchID, today town.Date, trusted time.Time) (*GivenAway, error) {
	g := &GivenAway{from: today, offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
	return g, g.fill(ctx, tx, branch, today, today.AddDays(FarAway), trusted)
}

func readChanged(ctx context.Context, tx ledger.Tx, branch town.BranchID, old *GivenAway, dates []town.Date, trusted time.Time) (*GivenAway, error) {
	g := &GivenAway{from: old.from, offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
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
		if err := g.fill(ctx, tx, branch, date, date, trusted); err != nil {
			return nil, err
		}
	}
	return g, nil
}
