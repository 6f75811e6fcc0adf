package app

import (
	"context"
	"fmt"

	"aufruf/internal/town"
)

// DaysOf returns the days from today on for which an appointment of a branch
// holds a number, the next first: callers know their number better than the
// day. Errors: Forbidden; NotFound for the branch.
func (a *App) DaysOf(ctx context.Context, actor Actor, branch town.BranchID, number town.Number) ([]town.Date, error) {
	if err := actor.MayDesk(branch); err != nil {
		return nil, err
	}
	b, err := a.plan.Load().known(branch)
	if err != nil {
		return nil, err
	}
	var days []town.Date
	err = a.store.View(ctx, func(tx Tx) error {
		days = nil
		today := b.today(a.clock())
		tickets, err := tx.Tickets().Between(ctx, branch, today, today.AddDays(farAway))
		if err != nil {
			return fmt.Errorf("read appointments: %w", err)
		}
		for _, t := range tickets {
			if t.Number == number && (len(days) == 0 || days[len(days)-1] != t.Date) {
				days = append(days, t.Date)
			}
		}
		return nil
	})
	return days, err
}
