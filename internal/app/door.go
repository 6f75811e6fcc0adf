package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// How often somebody may be wrong at the door within an hour. A number is one of nine
// hundred and its time one of a few dozen: whoever tries may not find one.
const (
	wrongOfBrowser = 5
	wrongOfOrigin  = 30
)

var (
	// errDoor is the one answer to whatever is wrong: it tells neither numbers nor times.
	errDoor         = problem.New(problem.NotFound, "arrival.unknown")
	errDoorTooOften = problem.New(problem.TooMany, "arrival.too_many")
)

// DoorRequest is what somebody says at the poster by a branch's door: the number of
// today's appointment and when it begins.
type DoorRequest struct {
	Branch town.BranchID
	Number town.Number
	Clock  town.TimeOfDay
}

// ChecksIn reports whether people can say at a branch's door that they are here: an
// office there asks for it.
func (a *App) ChecksIn(branch town.BranchID) bool {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return false
	}
	for office := range b.PlanOf {
		if selfCheckIn(b, office) {
			return true
		}
	}
	return false
}

// arrivesFrom is how long before an appointment its page offers to say that its person
// is here: earlier than that it is said from home.
const arrivesFrom = time.Hour

// MayArrive reports whether the holder of an appointment's link may say now that they
// are here.
func (a *App) MayArrive(t queue.Ticket) bool {
	b, err := a.plans.Now().Known(t.Branch)
	if err != nil || !selfCheckIn(b, t.Office) || t.Kind != queue.Appointment {
		return false
	}
	now := a.clock()
	return t.Date == b.Today(now) && (t.State == queue.Booked || t.State == queue.NoShow) && !now.Before(t.Start.Add(-arrivesFrom))
}

// CheckInAtDoor is CheckIn for who shows neither token nor code. What was wrong counts
// to the browser and to the address. Errors: NotFound "arrival.unknown", whatever is
// wrong; TooMany "arrival.too_many".
func (a *App) CheckInAtDoor(ctx context.Context, actor access.Actor, r DoorRequest) (queue.Ticket, error) {
	actor.BySlip = true // so much stands on every slip
	var here queue.Ticket
	var wrong bool
	err := a.update(ctx, []town.BranchID{r.Branch}, func(c *change) error {
		b, err := c.rules.Known(r.Branch)
		if err != nil {
			return err
		}
		held, err := c.hourCounts(ctx, errDoorTooOften,
			hourly{"door browser", actor.Browser, wrongOfBrowser}, hourly{"door origin", actor.Origin, wrongOfOrigin})
		if err != nil {
			return err
		}
		t, err := c.atDoor(ctx, b, r)
		if wrong = errors.Is(err, errDoor); wrong {
			return c.countOne(ctx, held)
		}
		if err != nil || t.State != queue.Booked && t.State != queue.NoShow {
			here = t
			return err
		}
		here, err = c.arrive(ctx, actor, b, t)
		return err
	})
	if err == nil && wrong {
		return queue.Ticket{}, errDoor
	}
	return here, err
}

// atDoor finds today's appointment of a number that begins when somebody says, where
// its office asks people to say that they are here. Errors: errDoor.
func (c *change) atDoor(ctx context.Context, b *plan.Branch, r DoorRequest) (queue.Ticket, error) {
	today := b.Today(c.now)
	t, err := c.Tickets().ByNumber(ctx, b.ID, today, r.Number)
	if errors.Is(err, ledger.ErrNotFound) {
		return t, errDoor
	}
	if err != nil {
		return t, fmt.Errorf("read ticket: %w", err)
	}
	t = b.Local(t)
	if t.Kind != queue.Appointment || !t.Start.Equal(today.At(r.Clock, b.Zone)) || !selfCheckIn(b, t.Office) ||
		t.State == queue.Cancelled || t.State == queue.Done {
		return queue.Ticket{}, errDoor
	}
	return t, nil
}
