package app

import (
	"context"
	"fmt"

	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// everybody is the network that all strangers lie in.
var everybody = network{prefix: "*"}

// What all strangers together have of a day while a rush goes on, in parts of an
// office's online places: without a confirmed mail address, and waiting for one.
// Whoever has a thousand networks is told from a thousand people by nothing else
// (ADR 48).
const (
	crowdedTaken   = 2
	crowdedWaiting = 4
)

// crowded reports whether strangers have half of an office's day without a
// confirmed address, but for one hold (nil: none), while there is a rush.
func (c *change) crowded(ctx context.Context, w plan.Checked, date town.Date, besides []byte) (bool, error) {
	return c.crowd(ctx, w, date, c.shareOf(everybody, w.Branch.ID, w.Office.ID, date), besides, crowdedTaken)
}

// waitingCrowded reports whether a quarter of an office's day waits for confirmed
// addresses, while there is a rush.
func (c *change) waitingCrowded(ctx context.Context, w plan.Checked, date town.Date) (bool, error) {
	return c.crowd(ctx, w, date, c.awaitingOf(everybody, w.Branch.ID, w.Office.ID, date), nil, crowdedWaiting)
}

func (c *change) crowd(ctx context.Context, w plan.Checked, date town.Date, hash, besides []byte, part int) (bool, error) {
	if hash == nil {
		return false, nil
	}
	taken, err := c.Takings().Live(ctx, hash, besides, c.at.Trusted)
	if err != nil {
		return false, fmt.Errorf("count takings: %w", err)
	}
	if taken < max(1, onlinePlaces(w, date)/part) {
		return false, nil
	}
	f, err := c.demand(ctx, w.Branch.ID)
	return f.Peak() > 0, err
}

// onlinePlaces is how many visits like the one wanted fit into an office's day.
func onlinePlaces(w plan.Checked, date town.Date) int {
	return w.Office.Booking.OnlinePlaces(date) / max(1, w.Office.Booking.PlacesOf(w.Rules.Duration))
}
