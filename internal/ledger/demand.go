package ledger

import (
	"context"

	"aufruf/internal/town"
)

// Minute is a minute since 1970, by trusted time.
type Minute int64

// MinuteOfHour is how many minutes an hour has.
const MinuteOfHour = 60

// Taken is what strangers took of a branch from a minute on, within it or within
// its hour.
type Taken struct {
	From  Minute
	Count int // holds and bookings
}

// Demand keeps how much strangers take of a branch. It tells how many and when,
// never who.
type Demand interface {
	// Add counts one more; rush: of so many that browsers have to work.
	Add(ctx context.Context, branch town.BranchID, minute Minute, rush bool) error
	// Minutes returns what was taken after a minute, by the minute.
	Minutes(ctx context.Context, branch town.BranchID, after Minute) ([]Taken, error)
	// Hours returns what was taken from one minute to before another, by whole hours
	// of UTC, without hours that had a rush.
	Hours(ctx context.Context, branch town.BranchID, from, before Minute) ([]Taken, error)
	DeleteBefore(ctx context.Context, before Minute) (int, error)
}
