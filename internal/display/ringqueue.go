package display

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"aufruf/internal/town"
)

// ringQueue holds the calls to announce. It has no bound, since each must be
// rung; the server's calls of some minutes are its size.
type ringQueue struct {
	mu       sync.Mutex
	calls    []Call
	sounding town.Seq     // of the announcement under way
	stop     func()       // ends it; nil: nothing sounds
	enough   *atomic.Bool // its first language is enough
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

// curtail lets the announcement under way end with its first language.
func (q *ringQueue) curtail(seq town.Seq) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.sounding == seq && q.enough != nil {
		q.enough.Store(true)
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

func (q *ringQueue) begin(stop func()) (Call, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.calls) == 0 {
		return Call{}, false
	}
	c := q.calls[0]
	q.calls = q.calls[1:]
	q.sounding, q.stop, q.enough = c.Seq, stop, new(atomic.Bool)
	c.enough = q.enough
	return c, true
}

func (q *ringQueue) over() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sounding, q.stop, q.enough = 0, nil, nil
}
