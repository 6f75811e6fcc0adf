package app

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// TradeSigns is what looks like trade in appointments among what was booked online at
// a branch today. It names nobody: no person, no number, no network.
type TradeSigns struct {
	Since  time.Time // the beginning of today; what was before is known to nobody
	Series [][]booking.Made
	Passed []booking.PassedOn
}

// maxSigns bounds what is looked at of one day, given back.
const maxSigns = 5000

// TradeSigns returns what looks like trade at a branch today, to its managers. From
// where something was booked is known of strangers alone, under hashes that are gone
// the night after. Errors: Forbidden; NotFound.
func (fs *Figures) TradeSigns(ctx context.Context, actor access.Actor, branch town.BranchID) (TradeSigns, error) {
	if err := actor.MayManage(branch); err != nil {
		return TradeSigns{}, err
	}
	b, err := fs.plans.Now().Known(branch)
	if err != nil {
		return TradeSigns{}, err
	}
	var signs TradeSigns
	err = fs.view(ctx, func(v *view) error {
		today := v.rules.FirstToday(v.now)
		signs.Since = today.Start(b.Zone)
		made, err := v.madeToday(ctx, branch, today, signs.Since)
		if err != nil {
			return err
		}
		back, err := v.givenBack(ctx, branch, signs.Since)
		signs.Series, signs.Passed = booking.Series(made), booking.Passed(back, made)
		return err
	})
	return signs, err
}

// madeToday are a branch's appointments that strangers made on a day.
func (v *view) madeToday(ctx context.Context, branch town.BranchID, today town.Date, since time.Time) ([]booking.Made, error) {
	takings, err := v.Takings().OfDate(ctx, today, since)
	if err != nil {
		return nil, fmt.Errorf("read from where was booked: %w", err)
	}
	from := map[town.TicketID][][]byte{}
	for _, t := range takings {
		from[t.Ticket] = append(from[t.Ticket], t.Hash)
	}
	tickets, err := v.Takings().Tickets(ctx, today, since)
	if err != nil {
		return nil, fmt.Errorf("read what was booked: %w", err)
	}
	var made []booking.Made
	for _, t := range tickets {
		if t.Branch == branch && !t.Created.Before(since) {
			made = append(made, booking.Made{
				Ticket: t.ID, Office: t.Office, Start: t.Start, At: t.Created, Items: t.Items, Gone: t.State == queue.Cancelled, From: from[t.ID],
			})
		}
	}
	return made, nil
}

// givenBack are a branch's appointments that citizens gave back on a day.
func (v *view) givenBack(ctx context.Context, branch town.BranchID, since time.Time) ([]booking.GivenBack, error) {
	entries, err := v.Audit().Of(ctx, ledger.AuditFilter{
		Branch: branch, From: since, To: v.now.Add(time.Second), Actor: auditName(access.Actor{}), Action: "cancelled",
	}, maxSigns)
	if err != nil {
		return nil, fmt.Errorf("read what was given back: %w", err)
	}
	var back []booking.GivenBack
	for _, e := range entries {
		t, err := v.Tickets().ByID(ctx, e.Ticket)
		if err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
		back = append(back, booking.GivenBack{Ticket: t.ID, Office: t.Office, Start: t.Start, At: e.At})
	}
	return back, nil
}
