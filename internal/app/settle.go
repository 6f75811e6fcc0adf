package app

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// settling knows when the next reserved time ends without an answer. Whoever reads
// or changes anything first makes true what such an end means, so that it needs no
// job: nothing else reads an appointment before it stands where it belongs.
type settling struct {
	mu     sync.Mutex   // held while ends are settled
	next   atomic.Int64 // microseconds of trusted time: not before, as far as this node knows
	looked atomic.Int64 // when that was read
}

// settleLook is how long a node goes by what it has read: another may reserve.
const settleLook = time.Second

// settledAtOnce bounds what is read at once.
const settledAtOnce = 50

// lower notes that a reserved time ends at an instant.
func (s *settling) lower(until time.Time) {
	for at := until.UnixMicro(); ; {
		old := s.next.Load()
		if old <= at || s.next.CompareAndSwap(old, at) {
			return
		}
	}
}

// waits reports whether nothing has ended by an instant.
func (s *settling) waits(now int64) bool {
	looked := s.looked.Load()
	return now < s.next.Load() && now >= looked && now < looked+settleLook.Microseconds()
}

// settleDue makes true what the ends of reserved times mean. A failure is logged,
// and whoever reads goes on with what stands.
func (co *core) settleDue(ctx context.Context) {
	now := co.time.Now().Trusted
	if co.settling.waits(now.UnixMicro()) {
		return
	}
	co.settling.mu.Lock()
	defer co.settling.mu.Unlock()
	if co.settling.waits(now.UnixMicro()) {
		return
	}
	next, err := co.settleEnded(ctx)
	if err != nil {
		if ctx.Err() == nil {
			co.log.ErrorContext(ctx, "an answer that didn't come can't be settled, and is tried again", "error", err.Error())
		}
		next = now.Add(settleLook)
	}
	co.settling.looked.Store(now.UnixMicro())
	if co.settling.next.Store(math.MaxInt64); !next.IsZero() {
		co.settling.lower(next)
	}
}

// settleEnded settles all that has ended, and returns what ends next.
func (co *core) settleEnded(ctx context.Context) (next time.Time, err error) {
	for {
		var due []ledger.Reservation
		err := co.look(ctx, func(v *view) (err error) {
			if next, err = v.Reservations().Next(ctx); err != nil || next.IsZero() || next.After(v.at.Trusted) {
				return err
			}
			due, err = v.Reservations().Due(ctx, v.at.Trusted, settledAtOnce)
			return err
		})
		if err != nil {
			return next, fmt.Errorf("read reserved times: %w", err)
		}
		if len(due) == 0 {
			return next, nil
		}
		for _, r := range due {
			if err := co.settle(ctx, r.Ticket); err != nil {
				return next, err
			}
		}
		co.outbox.signal()
		co.wishing.signal()
	}
}

// settle moves one appointment to the time that was reserved for it, where the
// office chose so and it still fits; else it gives the time back.
func (co *core) settle(ctx context.Context, ticket town.TicketID) error {
	var branches []town.BranchID
	err := co.look(ctx, func(v *view) error {
		t, err := v.Tickets().ByID(ctx, ticket)
		if err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
		branches, err = v.freeing(ctx, []town.BranchID{t.Branch})
		return err
	})
	if err != nil {
		return err
	}
	return co.settled(ctx, branches, func(c *change) error {
		r, err := c.reservationOf(ctx, ticket)
		if err != nil || r == nil || r.Hold == nil || c.at.Trusted.Before(r.Until) {
			return err
		}
		t, err := c.Tickets().ByID(ctx, ticket)
		if err != nil {
			return fmt.Errorf("read ticket: %w", err)
		}
		if r.Moves && t.State == queue.Booked {
			unfit, err := c.reservedUnfit(ctx, *r)
			if err != nil {
				return err
			}
			if !unfit {
				_, err = c.takeReserved(ctx, access.Actor{Kind: access.Maintenance}, t, *r, News{ByOffice: true})
				return err
			}
		}
		if err := c.giveBackReserved(ctx, *r); err != nil {
			return err
		}
		r.Hold = nil
		return c.Reservations().Put(ctx, *r)
	})
}
