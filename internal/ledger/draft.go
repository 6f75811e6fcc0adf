package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Draft is a change of the town that isn't made yet.
type Draft struct {
	ID       string
	Owner    town.UserID
	Edits    []byte // as the catalogue encodes them
	Version  int    // guards each change
	Created  time.Time
	Changed  time.Time
	Branches []town.BranchID // that its edits touch
}

// Drafts keeps drafts.
type Drafts interface {
	// Insert stores a new draft with version 1.
	Insert(ctx context.Context, d Draft) error
	// Get returns a draft, or ErrNotFound.
	Get(ctx context.Context, id string) (Draft, error)
	// All returns every draft, the last changed first.
	All(ctx context.Context) ([]Draft, error)
	// Update stores edits, branches and the time of change of the version before
	// Version; ErrStale where the stored one is another.
	Update(ctx context.Context, d Draft) error
	// Delete removes a draft of a version; ErrStale where it is another, or gone.
	Delete(ctx context.Context, id string, version int) error
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}

// TownChange is a change of the town that was made in the browser.
type TownChange struct {
	ID       int64
	At       time.Time
	Actor    string
	Branches []town.BranchID
	Edits    []byte // what was done
	Undo     []byte // what takes it back
	Draft    string // that it was; empty: none
	Undoes   int64  // the change that it takes back; 0: none
	UndoneBy int64  // the change that took it back; 0: none
}

// TownChanges keeps the history of the town.
type TownChanges interface {
	// Insert stores a change and returns its id. ErrTaken: its draft was made
	// already, or what it undoes is undone.
	Insert(ctx context.Context, c TownChange) (int64, error)
	// Get returns a change, or ErrNotFound.
	Get(ctx context.Context, id int64) (TownChange, error)
	// OfDraft returns the change that a draft became, or ErrNotFound.
	OfDraft(ctx context.Context, draft string) (TownChange, error)
	// Before returns changes with a smaller id, the newest first, at most limit; 0:
	// the newest of all.
	Before(ctx context.Context, id int64, limit int) ([]TownChange, error)
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
