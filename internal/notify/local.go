// Package notify passes the hint "branch X has news" on: within a process, and
// between nodes where the database can. A hint carries nothing; whoever gets
// one reads the branch's events. A lost hint costs a second, because everybody
// looks once a second anyway.
package notify

import (
	"context"
	"sync"

	"aufruf/internal/town"
)

// pending is how many branches' hints wait for a slow subscriber; more are
// lost, which costs it a second.
const pending = 64

// Local passes hints within one process. The zero value is not usable.
type Local struct {
	mu          sync.Mutex
	subscribers map[chan town.BranchID]struct{}
}

// NewLocal returns hints without subscribers.
func NewLocal() *Local { return &Local{subscribers: map[chan town.BranchID]struct{}{}} }

// Publish tells every subscriber, and waits for none.
func (l *Local) Publish(_ context.Context, branch town.BranchID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for news := range l.subscribers {
		select {
		case news <- branch:
		default:
		}
	}
}

// Subscribe returns a channel of branches with news, and what ends it. The
// channel is never closed.
func (l *Local) Subscribe() (<-chan town.BranchID, func()) {
	news := make(chan town.BranchID, pending)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subscribers[news] = struct{}{}
	return news, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.subscribers, news)
	}
}
