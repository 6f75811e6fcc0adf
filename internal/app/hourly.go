package app

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
)

// What may be done so many times within an hour is counted in the database, for all
// nodes together, by stretches of slot: those that touch the hour before now are added
// up, so that no hour has more. What is counted tells nobody: its keys are hashes with
// the day's key, and with the day the count begins anew. Without a key for today nothing
// is counted.

const (
	slot      = 10 * time.Minute
	slotsSeen = int(time.Hour/slot) + 1
	// hourlyTime is how long after the last act of a slot it is still looked at.
	hourlyTime = time.Hour + slot
)

// hourly is what somebody may do within an hour.
type hourly struct {
	purpose, who string
	most         int
}

// hourCount is the slot of now of something hourly, held until the transaction ends.
type hourCount struct {
	hourly
	key []byte
	now ledger.Attempt
}

// hourCounts holds the counts of some, in the order of their keys, so that two
// transactions don't wait for each other. Errors: TooMany where one is exhausted.
func (v *view) hourCounts(ctx context.Context, full *problem.Error, all ...hourly) ([]*hourCount, error) {
	var held []*hourCount
	for _, h := range all {
		if key := v.slotKey(h, 0); key != nil && h.who != "" {
			held = append(held, &hourCount{hourly: h, key: key})
		}
	}
	slices.SortFunc(held, func(a, b *hourCount) int { return bytes.Compare(a.key, b.key) })
	for _, t := range held {
		var err error
		if t.now, err = v.Attempts().Hold(ctx, t.key); err != nil {
			return nil, fmt.Errorf("hold count: %w", err)
		}
		done, err := v.countedBefore(ctx, t.hourly)
		if err != nil {
			return nil, err
		}
		if done+t.now.Tries >= t.most {
			return nil, full.After(slot)
		}
	}
	return held, nil
}

// countedBefore adds up the slots before that of now.
func (v *view) countedBefore(ctx context.Context, h hourly) (int, error) {
	sum := 0
	for back := 1; back < slotsSeen; back++ {
		before, err := v.Attempts().Of(ctx, v.slotKey(h, back))
		if err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		sum += before.Tries
	}
	return sum, nil
}

// slotKey is what a slot is counted under, so many before that of now; nil: there is no
// key for today.
func (v *view) slotKey(h hourly, back int) []byte {
	at := v.at.Trusted.Unix()/int64(slot/time.Second) - int64(back)
	return v.countedAs(v.rules.FirstToday(v.now), h.purpose, h.who, strconv.FormatInt(at, 10))
}

// countOne counts one more.
func (v *view) countOne(ctx context.Context, held []*hourCount) error {
	for _, t := range held {
		t.now.Tries, t.now.Last = t.now.Tries+1, v.at.Trusted
		if err := v.Attempts().Set(ctx, t.key, t.now); err != nil {
			return fmt.Errorf("count: %w", err)
		}
	}
	return nil
}
