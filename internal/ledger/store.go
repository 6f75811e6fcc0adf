// Package ledger is what a town writes down: the rows of its database as the
// use cases see them, one small set of queries per subject, the transaction that
// has them all, and the store that begins one. It holds no rule and reads no
// clock; internal/store keeps it in SQL, and the rooms of the use cases write it.
package ledger

import (
	"context"
	"errors"

	"aufruf/internal/town"
)

// Errors that a store returns; everything else is a failure.
var (
	// ErrNotFound: no such row.
	ErrNotFound = errors.New("not found")
	// ErrStale: the row was changed since it was read.
	ErrStale = errors.New("changed meanwhile")
	// ErrTaken: a unique value is already used.
	ErrTaken = errors.New("already taken")
	// ErrNewer: the database was written by a newer program.
	ErrNewer = errors.New("database is newer than this program")
	// ErrLooking: the database was opened to be looked at, and was to be changed.
	ErrLooking = errors.New("the database is only looked at")
	// ErrAway: the database can't be read or written now, whatever is asked of
	// it: its disk is full, can't be read or takes no change, its server is gone,
	// or somebody holds it. An engine's own error is in the chain.
	ErrAway = errors.New("the database can't be read or written")
)

// Store keeps everything that outlives the process. It holds no rule, no clock
// and no randomness.
type Store interface {
	// View runs fn on one consistent snapshot. fn must not write.
	View(ctx context.Context, fn func(Tx) error) error

	// Update runs fn in a transaction that holds the named branches, in
	// ascending order whatever order they are given in: updates of one branch
	// follow one another. No branch: rows that belong to none (users,
	// sessions, devices, mail state, delivery reports). Those updates follow in
	// no order, and one may read what another is about to change: each writes
	// only the columns that it means, or holds the row, or says what the row
	// must still be. fn may run again, so it has no effect outside its
	// transaction. An error from fn rolls back and is returned as it is. A
	// failure of the engine ends the transaction also where fn passes over it:
	// no statement runs after it, nothing becomes durable, and Update returns
	// it; ErrNotFound, ErrStale and ErrTaken are answers, not failures. Where
	// nothing can be done about it but to wait for the database, it is ErrAway. When
	// Update returns nil the change is durable. Waiting updates may share one
	// commit.
	Update(ctx context.Context, branches []town.BranchID, fn func(Tx) error) error

	// Backup writes a consistent copy to a new file while the store is in use,
	// and runs change on that copy before the file appears under its name: a
	// new epoch is set there, what doesn't belong into a copy is deleted. The
	// store itself isn't touched. An existing file is refused with fs.ErrExist.
	Backup(ctx context.Context, file string, change func(Tx) error) error

	// Forget makes what was deleted so far unreadable on disk. While somebody
	// reads an older state it can't, and tries until ctx ends: no use case waits
	// for it. Where an engine can't at all (PostgreSQL keeps dead rows, archives,
	// standbys), sealing does it.
	Forget(ctx context.Context) error

	// Close waits for running transactions and closes the database.
	Close() error
}

// Tx is an open transaction: one small set of queries per subject.
type Tx interface {
	Catalogue() Catalogue
	Tickets() Tickets
	Numbers() Numbers
	Holds() Holds
	Takings() Takings
	Demand() Demand
	Figures() Figures
	Personal() Personal
	Events() Events
	Deliveries() Deliveries
	Nodes() Nodes
	People() People
	Devices() Devices
	Requests() Requests
	Attempts() Attempts
	Mails() Mails
	Audit() Audit
	Security() Security
	Rooms() Rooms
	Wishes() Wishes
	Runs() Runs
	Reservations() Reservations
	Confirmations() Confirmations
	Counts() Counts
	Drafts() Drafts
	TownChanges() TownChanges
	Meta() Meta
}
