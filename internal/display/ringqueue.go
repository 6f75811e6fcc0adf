package display

import (
	"context"
	"slices"
	"sync"

	"aufruf/internal/town"
)

// ringQueue holds the calls to announce. It has no bound, since each must be
// rung; the server's calls of some minutes are its size.
type ringQueue struct {
	mu       sync.Mutex
	calls    []Call
	sounding town.Seq // of the announcement under way
	stop     func()   // ends it; nil: nothing sounds
	wake     chan struct{}
}

func newRingQueue() ringQueue { return ringQueue{wake: make(chan struct{}, 1)} }

func (q *ringQueue) put(c Call) {
	q.mu.Lock()
	q.calls = append(q.calls, c)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// hush drops a call that waits, and stops the one that sounds.
func (q *ringQueue) hush(seq town.Seq) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.calls = slices.DeleteFunc(q.calls, func(c Call) bool { return c.Seq == seq })
	if q.sounding == seq && q.stop != nil {
		q.stop()
	}
}

// next has the next call announced, with a context that ends when it is hushed;
// false where nobody waits.
func (q *ringQueue) next(ctx context.Context, announce func(context.Context, Call)) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, ok := q.begin(cancel)
	if !ok {
		return false
	}
	defer q.over()
	announce(ctx, c)
	return true
}

// begin takes the next call. While others wait behind it, it is said in the
// first of its languages only: they would be heard long after they were shown.
func (q *ringQueue) begin(stop func()) (Call, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.calls) == 0 {
		return Call{}, false
	}
	c := q.calls[0]
	q.calls = q.calls[1:]
	if len(q.calls) > 0 && len(c.Sound.Speech) > 1 {
		c.Sound.Speech = c.Sound.Speech[:1]
	}
	q.sounding, q.stop = c.Seq, stop
	return c, true
}

func (q *ringQueue) over() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sounding, q.stop = 0, nil
}
