package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Hold keeps a slot while a person types, or while an offer stands. One of
// nothing (no items, no holder) keeps a time that was given back from being
// free online at once: staff see through it.
type Hold struct {
	Hash     []byte // SHA-256 of the hold's id, which only the holder knows
	Branch   town.BranchID
	Office   town.OfficeID
	Date     town.Date
	Items    []town.Item
	Start    time.Time
	End      time.Time
	Online   bool
	Expires  time.Time // by trusted time, as everything that was begun ends
	Extended int       // how often
	Origin   []byte    // hash of the holder's address with the day's key, to limit live holds
	Browser  []byte    // likewise of the mark of their browser
}

// Holds keeps holds. Expiry is judged by the reader.
type Holds interface {
	Insert(ctx context.Context, h Hold) error
	// ByHash returns a hold, expired or not, or ErrNotFound.
	ByHash(ctx context.Context, hash []byte) (Hold, error)
	// Extend sets expiry and count.
	Extend(ctx context.Context, hash []byte, expires time.Time, extended int) error
	// Delete removes a hold; no error if there is none.
	Delete(ctx context.Context, hash []byte) error
	// Spans returns the time that holds take which expire after now.
	Spans(ctx context.Context, branch town.BranchID, from, to town.Date, now time.Time) ([]OfficeSpan, error)
	// Live counts the holds of an origin which expire after now.
	Live(ctx context.Context, origin []byte, now time.Time) (int, error)
	// Offered returns the holds behind what was offered to those on the waiting
	// list which expire after now, in order of their hashes.
	Offered(ctx context.Context, now time.Time) ([]Hold, error)
	// LiveOfBrowser counts those of a browser.
	LiveOfBrowser(ctx context.Context, browser []byte, now time.Time) (int, error)
	// Ending returns the holds of a branch that expire after one instant and
	// not after another, in order of their hashes.
	Ending(ctx context.Context, branch town.BranchID, after, until time.Time) ([]Hold, error)
	// DropOrigins leaves out of all holds where they came from.
	DropOrigins(ctx context.Context) error
	// Sweep removes holds that expired before a time.
	Sweep(ctx context.Context, before time.Time) (int, error)
}
