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

// take returns the next call to announce. While others wait behind it, it is
// said in the first of its languages only: they would be heard long after they
// were shown.
func (q *ringQueue) take() (Call, bool) {
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
	return c, true
}
