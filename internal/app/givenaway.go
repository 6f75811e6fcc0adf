package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// givenAway is which spans of a branch's time are given away at one position,
// from one date on. A published one never changes.
type givenAway struct {
	at      ledger.Position
	from    town.Date // nothing before this date is held
	offices map[town.OfficeID]map[town.Date][]booking.Span
}

func (g *givenAway) taken(office town.OfficeID) booking.Taken {
	dates := g.offices[office]
	return func(date town.Date) []booking.Span { return dates[date] }
}

// is reports whether this is what the rows say at a position.
func (g *givenAway) is(at ledger.Position) bool {
	return g != nil && g.at.Seq == at.Seq && g.at.Mark == at.Mark
}

// covers reports whether it can be brought up to date for a day instead of
// being read anew.
func (g *givenAway) covers(today town.Date) bool {
	return g != nil && g.from <= today && today < g.from+7
}

// spanChange is a span that was given away, or came back.
type spanChange struct {
	ledger.OfficeSpan
	back bool
}

// with returns what is given away after some changes. Of the days that change,
// what has expired is left out.
func (g *givenAway) with(at ledger.Position, changes []spanChange, now time.Time) *givenAway {
	next := &givenAway{at: at, from: g.from, offices: maps.Clone(g.offices)}
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

func (g *givenAway) apply(change spanChange, now time.Time) {
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
func (g *givenAway) fill(ctx context.Context, tx ledger.Tx, branch town.BranchID, from, to town.Date, now time.Time) error {
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

// taken returns the spans of an office that touch a date, as the transaction
// sees them: from memory where that is exact, else from its rows. The caller
// doesn't change them.
func (c *change) taken(ctx context.Context, b *branchPlan, office town.OfficeID, date town.Date) ([]booking.Span, error) {
	g, err := c.givenAway(ctx, b)
	if err != nil {
		return nil, err
	}
	if g == nil || date < g.from {
		c.missed = c.missed || !c.stirred(b.ID)
		g = &givenAway{offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
		if err := g.fill(ctx, c.Tx, b.ID, date, date, c.at.Trusted); err != nil {
			return nil, err
		}
	}
	return g.offices[office][date], nil
}

// givenAway returns what is known to be given away where the branch stood at
// the start of the update; nil where that isn't known, or no longer true
// because the update has changed it.
func (c *change) givenAway(ctx context.Context, b *branchPlan) (*givenAway, error) {
	if c.stirred(b.ID) {
		return nil, nil
	}
	h := c.held[b.ID]
	if known := c.app.exactly(b.ID); known.is(h.start) {
		return known, nil
	}
	base := c.app.free.known(b.ID)
	if base.is(h.start) {
		return base, nil
	}
	if base == nil || base.at.Seq >= h.start.Seq {
		return nil, nil
	}
	dates, whole, err := changedDates(ctx, c.Tx, b.ID, b.today(c.now), base)
	if err != nil || whole {
		return nil, err
	}
	next, err := c.app.readChanged(ctx, c.Tx, b.ID, base, dates)
	if err != nil {
		return nil, err
	}
	next.at = h.start
	c.app.exact.Store(b.ID, next)
	return next, nil
}

// unremembered bounds how many branches wait to be read; one that finds no room
// is asked for again by the next update that has to do without.
const unremembered = 64

// rememberSoon has RunMemory read what is given away of branches where an update
// had to do without: nobody has looked since the start, or since the catalogue
// changed. The update's own answer doesn't wait for it.
func (a *App) rememberSoon(branches []town.BranchID) {
	for _, branch := range branches {
		select {
		case a.remembering <- branch:
		default:
		}
	}
}

// RunMemory reads what updates had to do without, until ctx ends. It makes them
// quicker, nothing else.
func (a *App) RunMemory(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case branch := <-a.remembering:
			if _, err := a.free.of(ctx, a, branch); err != nil && ctx.Err() == nil {
				a.log.WarnContext(ctx, "given-away time can't be read", "branch", string(branch), "error", err.Error())
			}
		}
	}
}

// exactly returns what the newest update of a branch left given away. Its
// commit may have failed: it is true only at its own position and mark.
func (a *App) exactly(branch town.BranchID) *givenAway {
	known, _ := a.exact.Load(branch)
	g, _ := known.(*givenAway)
	return g
}

// keepSpans writes what is given away on, from what was known to what the
// update's changes make of it.
func (c *change) keepSpans(branch town.BranchID, h *holding) {
	known := c.app.exactly(branch)
	if !known.is(h.start) {
		known = c.app.free.known(branch)
	}
	if !known.is(h.start) {
		return
	}
	changes := h.spans
	for _, t := range c.tickets {
		changes = append(changes, t.spans(branch)...)
	}
	h.spansAfter = known.with(h.at, changes, c.at.Trusted)
	c.app.exact.Store(branch, h.spansAfter)
}

// spans returns how a step of a ticket changes what a branch has given away.
func (t ticketChange) spans(branch town.BranchID) []spanChange {
	if t.after.Kind != queue.Appointment || t.before != nil && !takesOtherTime(*t.before, t.after) {
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

// takesOtherTime reports whether an appointment takes another span than before,
// or none any more, or one again. Its event then names the date.
func takesOtherTime(before, after queue.Ticket) bool {
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

func spanOfHold(h ledger.Hold) ledger.OfficeSpan {
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

// stirred reports whether the update has changed what a branch has given away,
// or might have.
func (c *change) stirred(branch town.BranchID) bool {
	h := c.held[branch]
	return h == nil || len(c.tickets) > 0 || len(h.spans) > 0
}
