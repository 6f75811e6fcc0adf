package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Wish asks for a slot that becomes free.
type Wish struct {
	ID       string
	Hash     []byte // SHA-256 of the token in the offer
	Branches []town.BranchID
	Items    []town.Item
	Weekdays []time.Weekday
	From, To town.TimeOfDay
	Until    town.Date     // erased afterwards
	Branch   town.BranchID // whose key seals Body
	KeyDay   town.Date     // likewise
	Body     []byte        // name, address, language, token: sealed
	Created  time.Time
	Offered  time.Time // by trusted time; zero: no offer is out
	Hold     []byte    // hash of the hold that backs the offer
	Lapsed   int       // offers that nobody answered, the one that is out not counted
}

// Wishes keeps wishes.
type Wishes interface {
	Put(ctx context.Context, w Wish) error
	ByHash(ctx context.Context, hash []byte) (Wish, error)
	// Open returns wishes in order of creation whose Until is not before a date.
	Open(ctx context.Context, today town.Date) ([]Wish, error)
	// ByKeyDay returns wishes whose key is a branch's, with key days from one to
	// another, those after an id, ordered by id, at most limit.
	ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]Wish, error)
	// Branches returns the branches that these concern, each once.
	Branches(ctx context.Context, today town.Date) ([]town.BranchID, error)
	Delete(ctx context.Context, id string) error
	DeleteBefore(ctx context.Context, date town.Date) (int, error)
}
