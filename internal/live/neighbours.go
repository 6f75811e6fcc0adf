package live

import (
	"context"
	"sync"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

// Leases of this node, by the database's clock. Between two renewals lies a third of
// each: one that fails costs nothing.
const (
	leaseIdle    = 30 * time.Second // no screen is connected
	leaseScreens = 9 * time.Second  // screens count as connected so long after a crash
	noteWithin   = time.Second      // how long a screen waits at most until it counts elsewhere
	leaveWithin  = time.Second
)

type screenKey struct {
	branch town.BranchID
	device town.DeviceID
}

// neighbours tells other nodes of this one and of its screens, and learns of them
// and theirs. It does nothing where no others can be.
type neighbours struct {
	live  *Live
	wakes chan struct{}

	mu      sync.Mutex
	changed map[screenKey]bool
	noted   chan struct{} // closed, and replaced, when what has changed was noted
	over    bool          // run has ended: nobody would note it

	renewed time.Time // monotonic; of run alone
}

func newNeighbours(l *Live) *neighbours {
	return &neighbours{live: l, wakes: make(chan struct{}, 1), changed: map[screenKey]bool{}, noted: make(chan struct{})}
}

// note has it told to other nodes how a screen stands.
func (n *neighbours) note(branch town.BranchID, device town.DeviceID) {
	if !n.live.app.Nodes.Shared() {
		return
	}
	n.mu.Lock()
	n.changed[screenKey{branch, device}] = true
	n.mu.Unlock()
	signal(n.wakes)
}

// settle waits until what was noted is told, or for noteWithin.
func (n *neighbours) settle() {
	n.mu.Lock()
	noted, nothing := n.noted, len(n.changed) == 0 || n.over
	n.mu.Unlock()
	if nothing {
		return
	}
	within := time.NewTimer(noteWithin)
	defer within.Stop()
	select {
	case <-noted:
	case <-within.C:
	}
}

// run tells and learns until ctx ends. What fails is tried again.
func (n *neighbours) run(ctx context.Context) error {
	if !n.live.app.Nodes.Shared() {
		return nil
	}
	again := time.NewTicker(n.live.pace.LookAgain)
	defer again.Stop()
	defer n.leave(context.WithoutCancel(ctx))
	for {
		n.complain(ctx, n.tell(ctx))
		n.complain(ctx, n.learn(ctx))
		select {
		case <-ctx.Done():
			return nil
		case <-n.wakes:
		case <-again.C:
		}
	}
}

func (n *neighbours) complain(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		n.live.log.WarnContext(ctx, "other nodes can't be told or heard of", "error", err)
	}
}

func (n *neighbours) leave(ctx context.Context) {
	n.mu.Lock()
	n.over = true
	n.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, leaveWithin)
	defer cancel()
	if err := n.live.app.Nodes.Leave(ctx); err != nil {
		n.live.log.WarnContext(ctx, "other nodes can't be told that this one stops", "error", err)
	}
}

// tell writes what has changed, and renews the lease where that is due.
func (n *neighbours) tell(ctx context.Context) error {
	here := n.live.presence.here()
	lease := leaseIdle
	if len(here) > 0 {
		lease = leaseScreens
	}
	changed, noted := n.take()
	if len(changed) == 0 && !n.renewed.IsZero() && time.Since(n.renewed) < lease/3 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, n.live.pace.LookWithin)
	defer cancel()
	began := time.Now()
	went, err := n.live.app.Nodes.Renew(ctx, lease, n.changes(changed))
	if err == nil && !went && len(here) > 0 {
		_, err = n.live.app.Nodes.Renew(ctx, lease, n.changes(here))
	}
	if err != nil {
		n.putBack(changed)
		return err
	}
	n.renewed = began
	close(noted)
	return nil
}

// take returns what has changed, and what is closed once it is noted.
func (n *neighbours) take() (changed []screenKey, noted chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for key := range n.changed {
		changed = append(changed, key)
	}
	if len(changed) == 0 {
		return nil, make(chan struct{})
	}
	clear(n.changed)
	noted, n.noted = n.noted, make(chan struct{})
	return changed, noted
}

func (n *neighbours) putBack(changed []screenKey) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, key := range changed {
		n.changed[key] = true
	}
}

func (n *neighbours) changes(keys []screenKey) app.Changes {
	var c app.Changes
	for _, key := range keys {
		row, here := n.live.presence.row(key.branch, key.device)
		if here {
			c.Put = append(c.Put, row)
		} else {
			c.Gone = append(c.Gone, row)
		}
	}
	return c
}

// learn reads what stands elsewhere, and tells the desks of news.
func (n *neighbours) learn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, n.live.pace.LookWithin)
	defer cancel()
	screens, err := n.live.app.Nodes.Elsewhere(ctx)
	if err != nil {
		return err
	}
	for _, branch := range n.live.presence.learn(screens) {
		n.live.queueChanged(branch)
	}
	return nil
}
