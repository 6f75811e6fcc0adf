package daybook

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"aufruf/internal/town"
)

// freeTimes keeps, per branch, which spans of time are given away, exact for
// one committed position of the branch and brought up to date from its events.
type freeTimes struct {
	branches sync.Map // town.BranchID -> *freeSheet
}

type freeSheet struct {
	mu      sync.Mutex // held while a newer one is read
	current atomic.Pointer[GivenAway]
}

func (f *freeTimes) sheet(branch town.BranchID) *freeSheet {
	entry, ok := f.branches.Load(branch)
	if !ok {
		entry, _ = f.branches.LoadOrStore(branch, new(freeSheet))
	}
	return entry.(*freeSheet)
}

// known returns what was read last; nil before the first.
func (f *freeTimes) known(branch town.BranchID) *GivenAway { return f.sheet(branch).current.Load() }

// advance keeps what is committed, unless something newer is known.
func (f *freeTimes) advance(branch town.BranchID, g *GivenAway) {
	for current := &f.sheet(branch).current; ; {
		old := current.Load()
		if old != nil && !g.follows(old) || current.CompareAndSwap(old, g) {
			return
		}
	}
}

// follows reports whether this is newer, or the same for a later day.
func (g *GivenAway) follows(old *GivenAway) bool {
	return g.at.Seq > old.at.Seq || g.at.Seq == old.at.Seq && g.from > old.from
}

// of returns what is given away at a branch, for looking: it may be behind other
// nodes for a moment. Errors: NotFound for a branch that is unknown or retired.
func (m *Memory) of(ctx context.Context, branch town.BranchID) (*GivenAway, error) {
	known, err := m.plans.Now().Branch(branch)
	if err != nil {
		return nil, err
	}
	at := m.instant()
	today := known.Today(at.Wall)
	sheet := m.free.sheet(branch)
	upToDate := func() *GivenAway {
		if g := sheet.current.Load(); g.covers(today) && g.at.Seq >= m.Seq(branch) {
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
	next, err := m.readGivenAway(ctx, branch, at, sheet.current.Load())
	if err != nil {
		return nil, fmt.Errorf("read given-away time: %w", err)
	}
	m.free.advance(branch, next)
	m.Saw(branch, next.at.Seq)
	return next, nil
}
