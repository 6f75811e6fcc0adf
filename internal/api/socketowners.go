package api

import (
	"sync"

	"aufruf/internal/access"
)

// maxSockets bounds the open sockets of one user, or of one device: far more than
// anybody needs who reloads a page or has several, and far less than memory has
// room for. One whose other end is gone counts until that is noticed.
const maxSockets = 100

// owners counts open sockets by whose they are.
type owners struct {
	mu   sync.Mutex
	open map[string]int // by name; guarded by mu
}

// enter reports whether somebody may have one more, and counts it. Without limits
// for origins there is none here either: that is for tests and load.
func (o *owners) enter(actor access.Actor) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if actor.Origin != "" && o.open[actor.Name()] >= maxSockets {
		return false
	}
	if o.open == nil {
		o.open = map[string]int{}
	}
	o.open[actor.Name()]++
	return true
}

func (o *owners) leave(actor access.Actor) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open[actor.Name()]--; o.open[actor.Name()] <= 0 {
		delete(o.open, actor.Name())
	}
}
