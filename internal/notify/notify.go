// Package notify carries hints that a branch has news, inside a process and
// between the nodes that share a PostgreSQL database. A hint says nothing else:
// whoever cares reads the branch's events. Hints may come late, merged, or not
// at all; nothing may depend on one, so everybody looks by himself once a
// second too.
package notify

import (
	"context"
	"slices"
	"sync"

	"aufruf/internal/town"
)

// Hints passes hints on. It is safe for concurrent use.
type Hints interface {
	// Publish tells all subscribers, here and on other nodes, that a branch
	// has news. It is called after the commit and never blocks.
	Publish(ctx context.Context, branch town.BranchID)

	// Subscribe returns a channel of branches with news; one that the reader
	// hasn't received yet is not added again. It is never closed; after cancel
	// it stays silent. Cancel may be called again.
	Subscribe() (news <-chan town.BranchID, cancel func())
}

// Local passes hints on inside this process.
type Local struct {
	mu          sync.Mutex
	subscribers map[*mailbox]bool
}

// NewLocal returns hints without subscribers.
func NewLocal() *Local { return &Local{subscribers: map[*mailbox]bool{}} }

// Publish implements Hints.
func (l *Local) Publish(_ context.Context, branch town.BranchID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for box := range l.subscribers {
		box.put(branch)
	}
}

// Subscribe implements Hints.
func (l *Local) Subscribe() (news <-chan town.BranchID, cancel func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	box := newMailbox()
	l.subscribers[box] = true
	return box.news, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.subscribers, box)
		box.empty()
	}
}

// room in a mailbox. Who leaves hints from more branches than that unread loses
// some, which costs a second.
const room = 256

// mailbox holds the branches that its reader hasn't heard of yet. Its owner
// calls put and empty one at a time.
type mailbox struct{ news chan town.BranchID }

func newMailbox() *mailbox { return &mailbox{make(chan town.BranchID, room)} }

// put adds a branch behind those that wait. Nobody else fills the channel, and
// what it holds is taken out first, so there is room.
func (m *mailbox) put(branch town.BranchID) {
	unheard := m.empty()
	if !slices.Contains(unheard, branch) && len(unheard) < room {
		unheard = append(unheard, branch)
	}
	for _, branch := range unheard {
		m.news <- branch
	}
}

func (m *mailbox) empty() []town.BranchID {
	var unheard []town.BranchID
	for {
		select {
		case branch := <-m.news:
			unheard = append(unheard, branch)
		default:
			return unheard
		}
	}
}
