package ledger

import (
	"context"
	"time"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Numbers keeps which numbers were given out. A row outlives its ticket.
type Numbers interface {
	// Take gives a fresh number out; false if it was given out before.
	Take(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error)
	// Retake gives a returned number out again; false if it isn't returned.
	Retake(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error)
	// Return marks a number as returned, by a ticket.
	Return(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) error
	// Reclaim gives a number to the ticket again that returned it last; false if it
	// isn't returned, or not by that one.
	Reclaim(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) (bool, error)
	// Given returns all numbers that were ever given out on a date.
	Given(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Given, error)
}
