package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"

	"aufruf/internal/ledger"
)

// conn is one connection with its prepared statements; it implements
// store.Session. One goroutine uses it at a time.
type conn struct {
	sql        *sql.Conn
	statements map[string]*sql.Stmt
}

func connect(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{sql: c, statements: map[string]*sql.Stmt{}}, nil
}

// Exec implements store.Session.
func (c *conn) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	statement, err := c.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(whole, args...)
	if err != nil {
		return 0, translated(err)
	}
	return result.RowsAffected()
}

// Query implements store.Session.
func (c *conn) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(whole, args...)
	return rows, translated(err)
}

// whole is the context in which a statement runs: a cancelled caller is noticed
// between statements. Within one, the driver would start a goroutine for each
// statement, and an interrupt could end a transaction that others share.
var whole = context.Background()

// ours makes of a shared query one of SQLite's, which numbers $1, $2 by first
// appearance, ?1, ?2 by what they say, and has no function that our schema adds.
var ours = strings.NewReplacer("$", "?", "database_micros()", "cast(unixepoch('subsec') * 1000000 as integer)")

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if statement, ok := c.statements[query]; ok {
		return statement, nil
	}
	statement, err := c.sql.PrepareContext(whole, ours.Replace(query))
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	c.statements[query] = statement
	return statement, nil
}

// run executes statements that take no arguments.
func (c *conn) run(statements ...string) error {
	for _, statement := range statements {
		if _, err := c.Exec(whole, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func (c *conn) close() error {
	var problems []error
	for _, statement := range c.statements {
		problems = append(problems, statement.Close())
	}
	return errors.Join(append(problems, c.sql.Close())...)
}

// translated says what kind of error a violated unique constraint is, or a disk
// that takes nothing more.
func translated(err error) error {
	var violation sqlite3.Error
	if !errors.As(err, &violation) {
		return err
	}
	switch violation.Code {
	case sqlite3.ErrFull:
		return fmt.Errorf("%w: %w", syscall.ENOSPC, err)
	case sqlite3.ErrReadonly:
		return fmt.Errorf("%w: %w", syscall.EROFS, err)
	case sqlite3.ErrIoErr:
		if violation.SystemErrno != 0 {
			return fmt.Errorf("%w: %w", violation.SystemErrno, err)
		}
	}
	switch violation.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey:
		return ledger.ErrTaken
	}
	return err
}
