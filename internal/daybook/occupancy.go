package daybook

import (
	"context"

	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Occupancy returns how an office's dates stand, one entry for each from the
// first to the last. What is booked is known from today on; of earlier dates it
// says only when it was open. It may be behind other nodes for a moment. Errors:
// NotFound for branch and office, retired ones too; Invalid for spans that are
// reversed or over MaxDays.
func (m *Memory) Occupancy(ctx context.Context, branch town.BranchID, office town.OfficeID, from, to town.Date) ([]booking.Occupancy, error) {
	if to < from {
		return nil, problem.Field("to", "days.reversed")
	}
	if to-from >= MaxDays {
		return nil, problem.Field("to", "days.too_many").With("max", MaxDays)
	}
	given, err := m.of(ctx, branch)
	if err != nil {
		return nil, err
	}
	b, err := m.plans.Now().Branch(branch)
	if err != nil {
		return nil, err
	}
	planned, ok := b.PlanOf[office]
	if !ok || planned.Retired {
		return nil, plan.ErrOffice
	}
	return planned.Booking.Occupancy(from, to, given.Taken(office)), nil
}
