package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"aufruf/internal/ledger"
)

// session runs statements in a transaction; it implements store.Session. The
// driver prepares each statement once per connection.
type session struct{ tx *sql.Tx }

// Exec implements store.Session.
func (s session) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := s.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, translated(err)
	}
	return result.RowsAffected()
}

// Query implements store.Session.
func (s session) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := s.tx.QueryContext(ctx, query, args...)
	return rows, translated(err)
}

// SQLSTATE codes, from appendix A of the PostgreSQL manual.
const (
	uniqueViolation      = "23505"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
)

func code(err error) string {
	var problem *pgconn.PgError
	if errors.As(err, &problem) {
		return problem.Code
	}
	return ""
}

// translated says what kind of error a violated unique constraint is.
func translated(err error) error {
	if code(err) == uniqueViolation {
		return ledger.ErrTaken
	}
	return err
}

// again reports whether a transaction was given up because of others and may
// simply be run once more.
func again(err error) bool {
	return code(err) == serializationFailure || code(err) == deadlockDetected
}
