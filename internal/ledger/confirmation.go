package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Confirmation is what somebody asked for with a mail address that isn't proved
// yet. It counts for nothing until the link that went to that address is
// confirmed.
type Confirmation struct {
	ID      string
	Hash    []byte // SHA-256 of the link's token
	Purpose string
	Branch  town.BranchID // whose key seals Body
	Date    town.Date     // erased afterwards
	KeyDay  town.Date     // whose key seals Body
	Body    []byte        // what was asked for, and by whom: sealed
	Expires time.Time     // by trusted time; judged by the reader
}

// Confirmations keeps confirmations.
type Confirmations interface {
	// Put stores one, or replaces the one with its id.
	Put(ctx context.Context, c Confirmation) error
	// ByHash returns one, expired or not, or ErrNotFound.
	ByHash(ctx context.Context, hash []byte) (Confirmation, error)
	// Since returns those of dates not before one, in order of their ids.
	Since(ctx context.Context, date town.Date) ([]Confirmation, error)
	// ByKeyDay returns those whose key is a branch's, with key days from one to
	// another, those after an id, ordered by id, at most limit.
	ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]Confirmation, error)
	// Delete removes one; no error if there is none.
	Delete(ctx context.Context, id string) error
	// DeleteBefore removes those of dates before one.
	DeleteBefore(ctx context.Context, date town.Date) (int, error)
	// Sweep removes those that expired before a time.
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// Counts counts what is limited by the day, under hashes with that day's key:
// whom a count is of can't be told any more once the day is over.
type Counts interface {
	// Add counts one more and returns how many there are now. Whoever adds to the
	// same count at the same time waits for the first to commit.
	Add(ctx context.Context, hash []byte, date town.Date) (int, error)
	// Of returns a count; 0 where nothing was counted.
	Of(ctx context.Context, hash []byte) (int, error)
	// DeleteBefore removes the counts of dates before one.
	DeleteBefore(ctx context.Context, date town.Date) (int, error)
}
