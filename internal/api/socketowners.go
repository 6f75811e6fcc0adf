package api

import (
	"sync"

	"aufruf/internal/access"
	"aufruf/internal/town"
)

// maxSockets bounds the open sockets of one user at a branch, or of one device: each
// page of staff has one at every branch of theirs. It is far more than
// anybody needs who reloads a page or has several, and far less than memory has
// room for. One whose other end is gone counts until that is noticed.
const maxSockets = 100

// socketOwner is whose sockets count together.
type socketOwner struct {
	name   string
	branch town.BranchID
}

// owners counts open sockets by whose they are.
type owners struct {
	mu   sync.Mutex
	open map[socketOwner]int // guarded by mu
}

// enter reports whether somebody may have one more at a branch, and counts it.
// Without limits for origins there is none here either: that is for tests and load.
func (o *owners) enter(actor access.Actor, branch town.BranchID) (socketOwner, bool) {
	owner := socketOwner{actor.Name(), branch}
	o.mu.Lock()
	defer o.mu.Unlock()
	if actor.Origin != "" && o.open[owner] >= maxSockets {
		return owner, false
	}
	if o.open == nil {
		o.open = map[socketOwner]int{}
	}
	o.open[owner]++
	return owner, true
}

func (o *owners) leave(owner socketOwner) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open[owner]--; o.open[owner] <= 0 {
		delete(o.open, owner)
	}
}
