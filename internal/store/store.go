// Package store holds the SQL of every query, once, in the dialect that both
// engines share, behind the sets of queries that app declares. It holds no
// rule, no clock, no randomness, and it opens no database: store/sqlite and
// store/postgres do, and hold what differs between them.
//
// Placeholders are $1, $2, …; times are integer microseconds UTC, NULL for the
// zero time, so an instant is kept to the microsecond; dates are text; lists
// are JSON.
package store

import (
	"cmp"
	"context"
	"database/sql"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Session runs statements inside an open transaction. It is used by one
// goroutine at a time.
type Session interface {
	// Exec returns how many rows it changed. A violated unique constraint is
	// ledger.ErrTaken. After any error the transaction must be given up.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query returns rows, which the caller closes before the next statement.
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Tx is one transaction's queries; it implements ledger.Tx.
type Tx struct {
	session *strict
	held    []town.BranchID
}

// Run runs fn over a session whose transaction holds the named branches, and
// returns its error, or the first failure that it has passed over: the caller
// must not commit then.
func Run(session Session, held []town.BranchID, fn func(ledger.Tx) error) error {
	noted := &strict{session: session}
	if err := fn(Tx{noted, held}); err != nil {
		return err
	}
	return noted.failed
}

// Catalogue implements ledger.Tx.
func (tx Tx) Catalogue() ledger.Catalogue { return catalogueRows{tx.session} }

// Tickets implements ledger.Tx.
func (tx Tx) Tickets() ledger.Tickets { return ticketRows{tx.session} }

// Numbers implements ledger.Tx.
func (tx Tx) Numbers() ledger.Numbers { return numberRows{tx.session} }

// Holds implements ledger.Tx.
func (tx Tx) Holds() ledger.Holds { return holdRows{tx.session} }

// Demand implements ledger.Tx.
func (tx Tx) Demand() ledger.Demand { return demandRows{tx.session} }

// Figures implements ledger.Tx.
func (tx Tx) Figures() ledger.Figures { return figureRows{tx.session} }

// Takings implements ledger.Tx.
func (tx Tx) Takings() ledger.Takings { return takingRows{tx.session} }

// Personal implements ledger.Tx.
func (tx Tx) Personal() ledger.Personal { return personalRows{tx.session} }

// Events implements ledger.Tx.
func (tx Tx) Events() ledger.Events { return eventRows{tx.session, tx.held} }

// Deliveries implements ledger.Tx.
func (tx Tx) Deliveries() ledger.Deliveries { return deliveryRows{tx.session} }

// Nodes implements ledger.Tx.
func (tx Tx) Nodes() ledger.Nodes { return nodeRows{tx.session} }

// People implements ledger.Tx.
func (tx Tx) People() ledger.People { return peopleRows{tx.session} }

// Devices implements ledger.Tx.
func (tx Tx) Devices() ledger.Devices { return deviceRows{tx.session} }

// Requests implements ledger.Tx.
func (tx Tx) Requests() ledger.Requests { return requestRows{tx.session} }

// Attempts implements ledger.Tx.
func (tx Tx) Attempts() ledger.Attempts { return attemptRows{tx.session} }

// Mails implements ledger.Tx.
func (tx Tx) Mails() ledger.Mails { return mailRows{tx.session} }

// Audit implements ledger.Tx.
func (tx Tx) Audit() ledger.Audit { return auditRows{tx.session} }

// Security implements ledger.Tx.
func (tx Tx) Security() ledger.Security { return securityRows{tx.session} }

// Rooms implements ledger.Tx.
func (tx Tx) Rooms() ledger.Rooms { return roomRows{tx.session} }

// Wishes implements ledger.Tx.
func (tx Tx) Wishes() ledger.Wishes { return wishRows{tx.session} }

// Drafts implements ledger.Tx.
func (tx Tx) Drafts() ledger.Drafts { return draftRows{tx.session} }

// TownChanges implements ledger.Tx.
func (tx Tx) TownChanges() ledger.TownChanges { return townChangeRows{tx.session} }

// Runs implements ledger.Tx.
func (tx Tx) Runs() ledger.Runs { return runRows{tx.session} }

// Reservations implements ledger.Tx.
func (tx Tx) Reservations() ledger.Reservations { return reservationRows{tx.session} }

// Confirmations implements ledger.Tx.
func (tx Tx) Confirmations() ledger.Confirmations { return confirmationRows{tx.session} }

// Counts implements ledger.Tx.
func (tx Tx) Counts() ledger.Counts { return countRows{tx.session} }

// Meta implements ledger.Tx.
func (tx Tx) Meta() ledger.Meta { return metaRows{tx.session} }

// scan fills destinations from the columns of the current row.
type scan func(dest ...any) error

// all returns what read makes of each row.
func all[T any](ctx context.Context, s remembering, read func(scan) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		row, err := read(rows.Scan)
		if err != nil {
			return nil, s.note(err)
		}
		found = append(found, row)
	}
	return found, s.note(rows.Err())
}

// one returns what read makes of the first row, or ledger.ErrNotFound.
func one[T any](ctx context.Context, s remembering, read func(scan) (T, error), query string, args ...any) (T, error) {
	var none T
	rows, err := s.Query(ctx, query, args...)
	if err != nil {
		return none, err
	}
	defer rows.Close()
	if !rows.Next() {
		return none, cmp.Or(s.note(rows.Err()), ledger.ErrNotFound)
	}
	row, err := read(rows.Scan)
	if err != nil {
		return none, s.note(err)
	}
	// A statement that changes rows may fail only now.
	return row, s.note(cmp.Or(rows.Close(), rows.Err()))
}

// value reads a row of one column.
func value[T any](scan scan) (T, error) {
	var v T
	err := scan(&v)
	return v, err
}

// insert adds a row; ledger.ErrTaken where a unique value is used already. Its
// query says "on conflict do nothing": a violated constraint would end the
// whole transaction on PostgreSQL.
func insert(ctx context.Context, s Session, query string, args ...any) error {
	return changed(ctx, s, ledger.ErrTaken, query, args...)
}

// changed runs a statement that changes one row, and returns none if it found
// no row to change.
func changed(ctx context.Context, s Session, none error, query string, args ...any) error {
	n, err := s.Exec(ctx, query, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return none
	}
	return nil
}

// exec runs a statement that may change any number of rows.
func exec(ctx context.Context, s Session, query string, args ...any) error {
	_, err := s.Exec(ctx, query, args...)
	return err
}

// count runs a statement and says how many rows it changed.
func count(ctx context.Context, s Session, query string, args ...any) (int, error) {
	n, err := s.Exec(ctx, query, args...)
	return int(n), err
}
