package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// maxShared is how many updates share a commit at most. With more, 64 clients
// wait for the same commit, and then the writer for all of them.
const maxShared = 32

// writer lets updates use the one writing connection, one after the other.
// Whoever has the turn runs its update in the open transaction, inside a
// savepoint of its own. If others wait by then, it hands the turn on and leaves
// the commit to them; the last in line, or the one who fills the batch, commits
// for all. So a single client commits at once, and 64 clients share.
type writer struct {
	mu      sync.Mutex
	busy    bool            // somebody has the turn
	waiting []chan struct{} // for the turn, first come first served

	// What follows belongs to whoever has the turn.
	conn   *conn
	batch  *batch // of the open transaction; nil: none is open
	closed bool
}

// batch is the updates that share a transaction.
type batch struct {
	size int
	done chan struct{} // closed when err is final
	err  error         // of the commit: it fails all of them
}

// newWriter keeps what a savepoint may have to put back in memory. It would go
// through a temporary file otherwise: some forty writes a booking.
func newWriter(c *conn) (*writer, error) {
	return &writer{conn: c}, c.run("pragma temp_store = memory")
}

// update runs fn and returns when its change is durable, or its error. A caller
// whose context ends before its turn is skipped. Not even an error is returned
// before the commit: fn may have failed because of what others did in the same
// transaction.
func (w *writer) update(ctx context.Context, fn func(*conn) error) error {
	if err := w.await(ctx); err != nil {
		return err
	}
	shared, err := w.runInTurn(ctx, fn)
	if shared == nil {
		return err
	}
	<-shared.done
	if shared.err != nil {
		return shared.err
	}
	return err
}

// await returns nil when the caller has the turn.
func (w *writer) await(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	if !w.busy {
		w.busy = true
		w.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	w.waiting = append(w.waiting, turn)
	w.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		return w.giveUp(ctx, turn)
	}
}

// giveUp leaves the line. Who was handed the turn meanwhile takes it: the
// others rely on it to be handed on.
func (w *writer) giveUp(ctx context.Context, turn chan struct{}) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.waiting, turn)
	if i < 0 {
		return nil
	}
	w.waiting = slices.Delete(w.waiting, i, i+1)
	return ctx.Err()
}

// runInTurn runs fn inside the shared transaction and hands the turn on, also
// when fn panics. It returns the batch that fn's change is part of.
func (w *writer) runInTurn(ctx context.Context, fn func(*conn) error) (*batch, error) {
	defer w.handOn()
	if w.closed {
		return nil, errClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := w.join(); err != nil {
		return nil, err
	}
	shared := w.batch
	return shared, w.runInSavepoint(fn)
}

// join adds the caller to the open transaction, and opens one if there is none.
func (w *writer) join() error {
	if w.batch == nil {
		if err := w.conn.run("begin immediate"); err != nil {
			return err
		}
		w.batch = &batch{done: make(chan struct{})}
	}
	w.batch.size++
	return nil
}

func (w *writer) runInSavepoint(fn func(*conn) error) (err error) {
	if err := w.conn.run("savepoint one"); err != nil {
		return w.abandon(err)
	}
	finished := false
	defer func() {
		if !finished { // a panic, which goes on to the caller
			err = w.undo(errors.New("update panicked"))
		}
	}()
	err = fn(w.conn)
	finished = true
	if err != nil {
		return w.undo(err)
	}
	if err := w.conn.run("release one"); err != nil {
		return w.abandon(err)
	}
	return nil
}

// undo takes back one update and keeps its companions.
func (w *writer) undo(cause error) error {
	if err := w.conn.run("rollback to one", "release one"); err != nil {
		return w.abandon(errors.Join(cause, err))
	}
	return cause
}

// abandon gives the whole transaction up. SQLite has usually rolled it back by
// itself then, for example because the disk is full.
func (w *writer) abandon(cause error) error {
	shared := w.batch
	w.batch = nil
	shared.err = fmt.Errorf("transaction lost: %w", cause)
	w.conn.run("rollback") // fails where SQLite was faster
	close(shared.done)
	return shared.err
}

// handOn passes the turn to the next in line; where nobody is, or the batch is
// full, it commits first.
func (w *writer) handOn() {
	for {
		if w.batch != nil && w.batch.size >= maxShared {
			w.commit()
		}
		if w.passed() {
			return
		}
		w.commit() // somebody may come meanwhile
	}
}

// passed gives the turn to the next in line, or back if nobody is there and
// nothing is open.
func (w *writer) passed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) > 0 {
		next := w.waiting[0]
		w.waiting = slices.Delete(w.waiting, 0, 1)
		close(next)
		return true
	}
	w.busy = w.batch != nil
	return !w.busy
}

func (w *writer) commit() {
	shared := w.batch
	w.batch = nil
	if err := w.conn.run("commit"); err != nil {
		shared.err = fmt.Errorf("commit: %w", err)
		w.conn.run("rollback") // fails where SQLite was faster
	}
	close(shared.done)
}

// close waits for the updates before it, and refuses those after it.
func (w *writer) close() error {
	if err := w.await(context.Background()); err != nil {
		return err
	}
	defer w.handOn()
	if w.batch != nil {
		w.commit()
	}
	w.closed = true
	return w.conn.close()
}
