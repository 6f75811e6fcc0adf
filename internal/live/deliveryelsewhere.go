package live

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

const (
	// judgeWithin is how long the nodes may take to agree that a call is late. A desk
	// is told what its own node knows else.
	judgeWithin = 500 * time.Millisecond
	// awaitElsewhere is how long reports of other nodes' screens are looked for.
	awaitElsewhere = time.Minute
)

// reported is what a stored report says of a device.
func reported(d ledger.Delivery) report {
	r := report{shown: d.Shown != nil, sound: d.Sound}
	if d.In != nil {
		r.queued, r.due = true, time.Now().Add(*d.In)
	}
	return r
}

// agreed asks all nodes whether a call is late that this one knows no report of.
func (d *deliveries) agreed(key callKey) (late bool) {
	ctx, cancel := context.WithTimeout(context.Background(), judgeWithin)
	defer cancel()
	verdict, err := d.live.app.Nodes.Judge(ctx, key.branch, key.seq, d.live.pace.LateAfter)
	if err != nil {
		d.live.log.WarnContext(ctx, "nodes can't agree on whether a call is late", "branch", string(key.branch), "error", err)
		return true
	}
	d.merge(verdict.Reports)
	return verdict.Late
}

// look reads what screens of other nodes reported of a branch's calls, and tells
// the desks.
func (d *deliveries) look(ctx context.Context, branch town.BranchID) error {
	from, awaited := d.awaited(branch)
	if !awaited {
		return nil
	}
	reports, err := d.live.app.Nodes.Reported(ctx, branch, from)
	if err != nil {
		return err
	}
	d.merge(reports)
	return nil
}

// awaited returns the first call of a branch of which other nodes may have news.
func (d *deliveries) awaited(branch town.BranchID) (first town.Seq, awaited bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, call := range d.calls {
		if key.branch == branch && !call.settled() && (!awaited || key.seq < first) {
			first, awaited = key.seq, true
		}
	}
	return first, awaited
}

// settled tells whether nothing more is to be expected of a call.
func (c *delivery) settled() bool {
	if time.Since(c.since) > awaitElsewhere {
		return true
	}
	for _, r := range c.devices {
		if r.sound == "" || !r.shown && c.test == nil {
			return false
		}
	}
	return len(c.devices) >= max(1, c.screens)
}

// merge takes stored reports, and tells the desks of what is news.
func (d *deliveries) merge(reports []ledger.Delivery) {
	news := map[callKey]bool{}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range reports {
		key := callKey{r.Branch, r.Call}
		call, ok := d.calls[key]
		if ok && call.take(r) {
			news[key] = true
		}
	}
	for key := range news {
		d.tell(key.branch, d.calls[key].message(key.seq))
	}
}

// take adds a stored report to what is known; false if it says nothing new.
func (c *delivery) take(d ledger.Delivery) (news bool) {
	known, stored := c.devices[d.Device], reported(d)
	merged := known
	merged.shown = known.shown || stored.shown
	if merged.sound == "" {
		merged.sound = stored.sound
	}
	if !known.queued && stored.queued {
		merged.queued, merged.due = true, stored.due
	}
	c.devices[d.Device] = merged
	return merged != known
}
