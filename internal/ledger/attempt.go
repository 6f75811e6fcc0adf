package ledger

import (
	"context"
	"time"
)

// Attempt is how often a secret was tried since it was right, as it is counted
// under one key. The zero value: never.
type Attempt struct {
	Tries int
	Last  time.Time // by trusted time
}

// Attempts counts what was tried and wasn't right yet: for the town, whichever
// node was asked. A key is a keyed hash: it tells nothing of who tried.
type Attempts interface {
	// Of returns what is counted under a key.
	Of(ctx context.Context, key []byte) (Attempt, error)
	// Hold is Of, and keeps others from the key until the transaction ends.
	// Whoever holds several does so in ascending order.
	Hold(ctx context.Context, key []byte) (Attempt, error)
	// Set replaces what is counted under a key that is held.
	Set(ctx context.Context, key []byte, a Attempt) error
	// Forget removes a key; none is fine.
	Forget(ctx context.Context, key []byte) error
	// DeleteBefore removes what was tried last before an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
