package display

import "sync"

// ringQueue holds the calls to announce. It has no bound, since each must be
// rung; the server's calls of some minutes are its size.
type ringQueue struct {
	mu    sync.Mutex
	calls []Call
	wake  chan struct{}
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

func (q *ringQueue) take() (Call, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.calls) == 0 {
		return Call{}, false
	}
	c := q.calls[0]
	q.calls = q.calls[1:]
	return c, true
}
