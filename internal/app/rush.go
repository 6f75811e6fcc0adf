package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/rush"
	"aufruf/internal/town"
)

func minuteOf(at time.Time) ledger.Minute {
	return ledger.Minute(at.Unix() / int64(time.Minute/time.Second))
}

// work returns how many hashes a stranger's browser or program tries at most before
// it takes something of a branch now; 0: none. The town asks always, where it wants
// to; else a rush does. Where limits are off nobody is counted, or asked.
func (v *view) work(ctx context.Context, actor access.Actor, branch town.BranchID) (int, error) {
	if actor.Kind != access.Citizen {
		return 0, nil
	}
	if v.rules.Catalogue.Authority.ProofOfWork {
		return rush.Hardest, nil
	}
	if !stranger(actor) {
		return 0, nil
	}
	f, err := v.demand(ctx, branch)
	return f.Hashes(), err
}

// demand reads what strangers take of a branch, and took in the weeks before.
func (v *view) demand(ctx context.Context, branch town.BranchID) (rush.Figures, error) {
	var f rush.Figures
	now := minuteOf(v.at.Trusted)
	minutes, err := v.Demand().Minutes(ctx, branch, now-ledger.Minute(len(f.Taken)))
	if err != nil {
		return f, fmt.Errorf("read demand: %w", err)
	}
	for _, m := range minutes {
		ago := max(0, now-m.From) // another node's clock may be ahead
		f.Taken[ago] += m.Count
	}
	if f.Peak() > 0 { // what the weeks had only raises what is too much
		f.Busiest, err = v.busiestHour(ctx, branch)
	}
	return f, err
}

// busiest remembers what the busiest same hour of the weeks before took: for each
// branch that of the running hour, which nothing changes any more.
type busiest struct {
	mu sync.Mutex
	of map[town.BranchID]hourTaken // guarded by mu
}

type hourTaken struct {
	hour  ledger.Minute
	taken int
}

func (b *busiest) known(branch town.BranchID, hour ledger.Minute) (int, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h, ok := b.of[branch]
	return h.taken, ok && h.hour == hour
}

func (b *busiest) learn(branch town.BranchID, h hourTaken) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.of == nil {
		b.of = map[town.BranchID]hourTaken{}
	}
	b.of[branch] = h
}

// busiestHour is what the busiest of the same hours took, by the branch's clock.
func (v *view) busiestHour(ctx context.Context, branch town.BranchID) (int, error) {
	hour := minuteOf(v.at.Trusted) / ledger.MinuteOfHour * ledger.MinuteOfHour
	if taken, ok := v.core.busiest.known(branch, hour); ok {
		return taken, nil
	}
	zone := time.UTC
	if b, err := v.rules.Known(branch); err == nil {
		zone = b.Zone
	}
	hours, err := v.Demand().Hours(ctx, branch, hour-rush.Weeks*24*ledger.MinuteOfHour, hour)
	if err != nil {
		return 0, fmt.Errorf("read demand: %w", err)
	}
	most := 0
	for _, h := range hours {
		if hourIn(zone, h.From) == hourIn(zone, hour) {
			most = max(most, h.Count)
		}
	}
	v.core.busiest.learn(branch, hourTaken{hour, most})
	return most, nil
}

func hourIn(zone *time.Location, m ledger.Minute) int {
	return time.Unix(int64(m)*int64(time.Minute/time.Second), 0).In(zone).Hour()
}

// noteDemand counts a hold or a booking of a stranger's. The one that makes a rush is
// told to who watches the doors.
func (c *change) noteDemand(ctx context.Context, actor access.Actor, branch town.BranchID) error {
	if !stranger(actor) {
		return nil
	}
	before, err := c.demand(ctx, branch)
	if err != nil {
		return err
	}
	after := before
	after.Taken[0]++
	if after.Peak() > 0 && after.Busiest == 0 {
		if after.Busiest, err = c.busiestHour(ctx, branch); err != nil {
			return err
		}
	}
	begins := after.Hashes() > 0 && before.Hashes() == 0
	if err := c.Demand().Add(ctx, branch, minuteOf(c.at.Trusted), after.Hashes() > 0); err != nil {
		return fmt.Errorf("note demand: %w", err)
	}
	if !begins {
		return nil
	}
	e := access.Event{Name: access.EventRush, Detail: string(branch)}
	record := e.Record()
	record.At = c.now
	c.whenDurable(func() { c.core.access.Tell(context.WithoutCancel(ctx), e) })
	return c.Security().Put(ctx, record)
}

// Rush is what goes on at a branch where strangers must work before they book.
type Rush struct {
	Branch town.BranchID
	Taken  int // holds and bookings, in the ten busiest minutes of it
	Usual  int // what the busiest same hour of four weeks took
	Hashes int // that a browser tries at most
}

// Rushes returns the branches of a manager's at which a rush goes on now.
// Errors: Forbidden.
func (fs *Figures) Rushes(ctx context.Context, actor access.Actor) ([]Rush, error) {
	if !actor.AtLeast(ledger.RoleManager) {
		return nil, access.ErrForbidden
	}
	var all []Rush
	err := fs.view(ctx, func(v *view) error {
		for _, branch := range v.rules.EveryBranch() {
			if !actor.In(branch) {
				continue
			}
			f, err := v.demand(ctx, branch)
			if err != nil {
				return err
			}
			if hashes := f.Hashes(); hashes > 0 {
				all = append(all, Rush{Branch: branch, Taken: f.Peak(), Usual: f.Busiest, Hashes: hashes})
			}
		}
		return nil
	})
	return all, err
}
