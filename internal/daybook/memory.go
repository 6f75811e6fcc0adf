package daybook

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Memory is what this node knows of its branches' days: their tickets, which
// time is given away, where each branch stands. It is true only at the position
// and mark at which it was read, and whoever decides compares those. It is safe
// for concurrent use.
type Memory struct {
	store   ledger.Store
	plans   *plan.Plans
	instant func() clock.Instant
	log     *slog.Logger

	// What is kept is replaced whole and never changes, so that readers need no
	// lock: daybooks and what updates left by updates, the rest by who looks.
	positions sync.Map  // town.BranchID -> *atomic.Int64: newest known seq, never smaller than before
	books     sync.Map  // town.BranchID -> *Day: the newest that is known
	exact     sync.Map  // town.BranchID -> *GivenAway: what the newest update left, committed or not
	free      freeTimes // what is committed of that
	judged    judgements
	calendars calendars // computed in the current second; it has a lock of its own

	remembering chan town.BranchID // to be read by Run
}

// New knows nothing yet.
func New(store ledger.Store, plans *plan.Plans, instant func() clock.Instant, log *slog.Logger) *Memory {
	return &Memory{store: store, plans: plans, instant: instant, log: log, remembering: make(chan town.BranchID, unremembered)}
}

// unremembered bounds how many branches wait to be read; one that finds no room
// is asked for again by the next update that has to do without.
const unremembered = 64

// rememberSoon has Run read what is given away of branches where an update had
// to do without: nobody has looked since the start, or since the catalogue
// changed. The update's own answer doesn't wait for it.
func (m *Memory) rememberSoon(branches []town.BranchID) {
	for _, branch := range branches {
		select {
		case m.remembering <- branch:
		default:
		}
	}
}

// Run reads what updates had to do without, until ctx ends. It makes them
// quicker, nothing else.
func (m *Memory) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case branch := <-m.remembering:
			if _, err := m.of(ctx, branch); err != nil && ctx.Err() == nil {
				m.log.WarnContext(ctx, "given-away time can't be read", "branch", string(branch), "error", err.Error())
			}
		}
	}
}

// Seq returns the newest position of a branch that this node knows.
func (m *Memory) Seq(branch town.BranchID) town.Seq { return town.Seq(m.position(branch).Load()) }

func (m *Memory) position(branch town.BranchID) *atomic.Int64 {
	p, ok := m.positions.Load(branch)
	if !ok {
		p, _ = m.positions.LoadOrStore(branch, new(atomic.Int64))
	}
	return p.(*atomic.Int64)
}

// Saw notes a position of a branch, so that what is computed from older ones
// is computed anew. The tail of events calls it for news of other processes.
func (m *Memory) Saw(branch town.BranchID, seq town.Seq) {
	p := m.position(branch)
	for {
		old := p.Load()
		if int64(seq) <= old || p.CompareAndSwap(old, int64(seq)) {
			return
		}
	}
}

// Day returns a branch's daybook as a transaction sees it at an instant.
func (m *Memory) Day(ctx context.Context, tx ledger.Tx, b *plan.Branch, date town.Date, now time.Time) (*Day, error) {
	at, err := tx.Events().Position(ctx, b.ID)
	if err != nil {
		return nil, fmt.Errorf("read position: %w", err)
	}
	return m.dayAt(ctx, tx, b, date, at, now)
}

func (m *Memory) dayAt(ctx context.Context, tx ledger.Tx, b *plan.Branch, date town.Date, at ledger.Position, now time.Time) (*Day, error) {
	known := m.knownDay(b.ID)
	if known.is(date, at) {
		return known, nil
	}
	rows, err := tx.Tickets().OfDay(ctx, b.ID, date)
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	read := &Day{date: date, At: at, Tickets: make([]*queue.Ticket, len(rows))}
	for i := range rows {
		read.Tickets[i] = &rows[i]
	}
	pauses, err := tx.Rooms().Paused(ctx, b.ID)
	if err != nil {
		return nil, fmt.Errorf("read paused rooms: %w", err)
	}
	read.Paused = pausedOn(b, pauses, date)
	if date == b.Today(now) && read.follows(known) {
		m.keepDay(b.ID, known, read)
	}
	return read, nil
}

// keepDay replaces the daybook that was known; where somebody else has done so
// meanwhile, theirs stays.
func (m *Memory) keepDay(branch town.BranchID, known, next *Day) {
	if known == nil {
		m.books.LoadOrStore(branch, next)
		return
	}
	m.books.CompareAndSwap(branch, known, next)
}

func (m *Memory) knownDay(branch town.BranchID) *Day {
	known, _ := m.books.Load(branch)
	day, _ := known.(*Day)
	return day
}

// exactly returns what the newest update of a branch left given away. Its
// commit may have failed: it is true only at its own position and mark.
func (m *Memory) exactly(branch town.BranchID) *GivenAway {
	known, _ := m.exact.Load(branch)
	g, _ := known.(*GivenAway)
	return g
}
