package store

import (
	"context"
	"database/sql"
)

// strict is the session of one transaction that remembers its first failure.
// From then on it runs nothing more: an engine may have taken the transaction
// back by itself (SQLite does when the disk is full), and what is written
// afterwards would be durable alone. An answer that isn't a failure ("no such
// row", "used already" where the statement has seen to it) is not remembered.
type strict struct {
	session Session
	failed  error
}

// remembering is a strict, or rows that are read through one.
type remembering interface {
	Session
	note(err error) error
}

// note remembers the first failure, and returns what it was given.
func (l *strict) note(err error) error {
	if l.failed == nil {
		l.failed = err
	}
	return err
}

// Exec implements Session.
func (l *strict) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if l.failed != nil {
		return 0, l.failed
	}
	n, err := l.session.Exec(ctx, query, args...)
	return n, l.note(err)
}

// Query implements Session.
func (l *strict) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if l.failed != nil {
		return nil, l.failed
	}
	rows, err := l.session.Query(ctx, query, args...)
	return rows, l.note(err)
}
