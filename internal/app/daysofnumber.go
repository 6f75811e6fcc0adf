package app

import (
	"context"
	"fmt"

	"aufruf/internal/access"
	"aufruf/internal/town"
)

// DaysOf returns the days from today on for which an appointment of a branch
// holds a number, the next first: callers know their number better than the
// day. Errors: Forbidden; NotFound for the branch.
func (a *App) DaysOf(ctx context.Context, actor access.Actor, branch town.BranchID, number town.Number) ([]town.Date, error) {
	if err := actor.MayDesk(branch); err != nil {
		return nil, err
	}
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return nil, err
	}
	var days []town.Date
	err = a.view(ctx, func(v *view) (err error) {
		days, err = v.Tickets().DatesOf(ctx, branch, b.Today(v.now), number)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up number: %w", err)
	}
	return days, nil
}
