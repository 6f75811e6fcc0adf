package app

import (
	"context"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Occupancy returns how an office's dates stand for those who plan it. Errors:
// Forbidden for whoever doesn't manage the branch; else as of daybook.Memory.
func (fs *Figures) Occupancy(ctx context.Context, actor access.Actor, branch town.BranchID, office town.OfficeID, from, to town.Date) ([]booking.Occupancy, error) {
	if err := actor.MayManage(branch); err != nil {
		return nil, err
	}
	return fs.memory.Occupancy(ctx, branch, office, from, to)
}

// BranchNow is how a branch stands at this moment.
type BranchNow struct {
	Here    int           // people: who waits, is at a desk, or was put aside
	Waiting int           // of these, who waits and is due
	Longest time.Duration // how long the first of them has waited
	Serving int           // desks that have called somebody within the last quarter of an hour, and make no pause
	Planned int           // people whom the plans have served at once now; 0: it is closed
}

// deskQuiet is after how long without a call a desk isn't counted as open.
const deskQuiet = 15 * time.Minute

// BranchesNow returns how branches stand, in their order. Errors: Forbidden for
// whoever doesn't manage all of them; NotFound.
func (fs *Figures) BranchesNow(ctx context.Context, actor access.Actor, branches []town.BranchID) ([]BranchNow, error) {
	if err := mayAll(actor, branches); err != nil {
		return nil, err
	}
	all := make([]BranchNow, len(branches))
	err := fs.view(ctx, func(v *view) error {
		for i, id := range branches {
			b, err := v.rules.Known(id)
			if err != nil {
				return err
			}
			if all[i], err = v.branchNow(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

func (v *view) branchNow(ctx context.Context, b *plan.Branch) (now BranchNow, err error) {
	day, err := v.day(ctx, b, b.Today(v.now))
	if err != nil {
		return now, err
	}
	open := map[town.RoomID]bool{}
	for _, t := range day.Tickets {
		now.count(t, v.now)
		if room, busy := busyRoom(t, v.now); busy && !slices.Contains(day.Paused, room) {
			open[room] = true
		}
	}
	now.Serving = len(open)
	now.Planned = countersAt(b, v.now)
	return now, nil
}

func (n *BranchNow) count(t *queue.Ticket, now time.Time) {
	if t.State.Open() || t.State == queue.Parked || t.InLine() && t.Here() {
		n.Here++
	}
	since := t.WaitsSince()
	if !t.InLine() || !t.Here() || since.After(now) {
		return
	}
	n.Waiting++
	n.Longest = max(n.Longest, now.Sub(since))
}

// busyRoom returns the desk that a ticket is at, or left a short while ago; false:
// it shows of none that somebody works there.
func busyRoom(t *queue.Ticket, now time.Time) (town.RoomID, bool) {
	if t.State.Open() {
		return t.Room, true
	}
	if t.Before != nil && t.Before.Room != "" {
		left := t.EndedAt
		if left.IsZero() { // put aside, or handed over
			left = t.Before.CalledAt
		}
		if now.Sub(left) < deskQuiet {
			return t.Before.Room, true
		}
	}
	if n := len(t.Visits); n > 0 && now.Sub(t.Visits[n-1].EndedAt) < deskQuiet {
		return t.Visits[n-1].Room, true
	}
	return "", false
}

// countersAt is how many people a branch's offices plan to serve at once at an
// instant.
func countersAt(b *plan.Branch, at time.Time) int {
	counters, date := 0, b.Today(at)
	for _, office := range b.PlanOf {
		if office.Retired {
			continue
		}
		for _, s := range office.Booking.Occupancy(date, date, nil)[0].Stretches {
			if s.From <= at.Unix() && at.Unix() < s.To {
				counters += s.Counters
			}
		}
	}
	return counters
}
