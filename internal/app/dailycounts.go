package app

import (
	"context"
	"fmt"
)

// What is counted by the day is kept under a hash with today's key, which tells
// nobody whose count it is once that key is gone. Without a key for today (a chain
// that stands after it) nothing is counted, and nobody is limited.

// countToday counts one more of somebody's and returns how many there are now.
func (v *view) countToday(ctx context.Context, purpose, whose string) (int, error) {
	today := v.rules.FirstToday(v.now)
	hash, err := v.core.sealer.Hash(today, purpose, whose)
	if err != nil {
		return 0, nil
	}
	n, err := v.Counts().Add(ctx, hash, today)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", purpose, err)
	}
	return n, nil
}

// countedToday returns how many there are.
func (v *view) countedToday(ctx context.Context, purpose, whose string) (int, error) {
	hash, err := v.core.sealer.Hash(v.rules.FirstToday(v.now), purpose, whose)
	if err != nil {
		return 0, nil
	}
	n, err := v.Counts().Of(ctx, hash)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", purpose, err)
	}
	return n, nil
}
