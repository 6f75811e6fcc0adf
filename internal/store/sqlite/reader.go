package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
)

var errClosed = errors.New("database is closed")

// readers is a fixed number of reading connections, opened when first used.
type readers struct {
	db     *sql.DB
	idle   chan *conn // nil: not opened yet
	closed chan struct{}
}

func newReaders(db *sql.DB, n int) *readers {
	r := &readers{db: db, idle: make(chan *conn, n), closed: make(chan struct{})}
	for range n {
		r.idle <- nil
	}
	return r
}

// view runs fn on one snapshot.
func (r *readers) view(ctx context.Context, fn func(*conn) error) (err error) {
	c, err := r.take(ctx)
	if err != nil {
		return err
	}
	defer func() { r.idle <- c }()
	if err := c.run("begin"); err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, c.run("rollback")) }()
	return fn(c)
}

// take waits for an idle connection.
func (r *readers) take(ctx context.Context) (*conn, error) {
	select {
	case c := <-r.idle:
		return r.ready(ctx, c)
	case <-r.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *readers) ready(ctx context.Context, c *conn) (*conn, error) {
	if c != nil {
		return c, nil
	}
	c, err := connect(ctx, r.db)
	if err != nil {
		r.idle <- nil
		return nil, err
	}
	return c, nil
}

// close waits for running views.
func (r *readers) close() error {
	var problems []error
	for range cap(r.idle) {
		if c := <-r.idle; c != nil {
			problems = append(problems, c.close())
		}
	}
	close(r.closed)
	return errors.Join(problems...)
}
