package app

import (
	"context"
	"fmt"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Misfit is why an appointment that its citizen looks at no longer fits, and what
// was offered instead.
type Misfit struct {
	Why     booking.Unfit
	Because town.Text // of a closure: the town's reason, if it gave one
	Offered *Reserved // the time that is reserved for it, or was; nil: none
}

// Misfit tells why a booked appointment no longer fits; nil: it fits, somebody has
// decided to keep it, or it isn't to come any more. It looks at what the branch's
// memory has judged, and reads nothing of one that fits.
func (a *App) Misfit(ctx context.Context, t queue.Ticket) (*Misfit, error) {
	if t.Kind != queue.Appointment || t.State != queue.Booked {
		return nil, nil
	}
	unfit, err := a.judgedUnfit(ctx, t.Branch, t.ID, false)
	if err != nil || unfit == nil || !unfit.Start.Equal(t.Start) {
		return nil, err
	}
	m := &Misfit{Why: unfit.Why}
	err = a.view(ctx, func(v *view) error {
		m.Because, m.Offered = v.because(*unfit), nil
		r, err := v.reservationOf(ctx, t.ID)
		if err == nil && r != nil {
			m.Offered = v.reserved(*r)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, a.seeGone(ctx, t.ID, m.Offered)
}

// judgedUnfit returns what a branch's memory has judged about an appointment, or
// about the time that is reserved for it; nil: it fits.
func (co *core) judgedUnfit(ctx context.Context, branch town.BranchID, ticket town.TicketID, reserved bool) (*daybook.Unfit, error) {
	unfit, err := co.memory.Unfit(ctx, branch)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(unfit, func(u daybook.Unfit) bool { return u.ID == ticket && u.Reserved == reserved })
	if i < 0 {
		return nil, nil
	}
	return &unfit[i], nil
}

// seeGone notes of a time that is reserved for a ticket that it no longer fits
// either; nil and one that is over are left.
func (co *core) seeGone(ctx context.Context, ticket town.TicketID, r *Reserved) error {
	if r == nil || r.Over {
		return nil
	}
	unfit, err := co.judgedUnfit(ctx, r.Branch, ticket, true)
	if r.Gone = unfit != nil; err != nil {
		return fmt.Errorf("judge reserved time: %w", err)
	}
	return nil
}
