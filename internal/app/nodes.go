package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Nodes is what the servers of one database know of each other: which run, and
// which screens are connected to each.
type Nodes struct{ *core }

// Shared tells whether other servers may run on the database.
func (n *Nodes) Shared() bool { return n.node != "" }

// Changes of what is connected to this node.
type Changes struct {
	Put  []ledger.Presence
	Gone []ledger.Presence // branch and device alone
}

// Renew lets this node count as running for a time from now on, and notes what
// has changed. False: it didn't count any more, and nothing is known of its screens
// but what was put just now.
func (n *Nodes) Renew(ctx context.Context, lease time.Duration, c Changes) (went bool, err error) {
	err = n.write(ctx, nil, func(v *view) error {
		if went, err = v.Nodes().Renew(ctx, n.node, lease); err != nil {
			return fmt.Errorf("renew lease: %w", err)
		}
		for _, p := range c.Put {
			if err := v.Nodes().Put(ctx, n.node, p); err != nil {
				return fmt.Errorf("note screen: %w", err)
			}
		}
		for _, p := range c.Gone {
			if err := v.Nodes().Gone(ctx, n.node, p.Branch, p.Device); err != nil {
				return fmt.Errorf("note screen: %w", err)
			}
		}
		return nil
	})
	return went, err
}

// Leave says that this node stops.
func (n *Nodes) Leave(ctx context.Context) error {
	return n.write(ctx, nil, func(v *view) error { return v.Nodes().Leave(ctx, n.node) })
}

// Elsewhere returns which screens are connected to other nodes that run.
func (n *Nodes) Elsewhere(ctx context.Context) (screens []ledger.Presence, err error) {
	err = n.look(ctx, func(v *view) error {
		screens, err = v.Nodes().Elsewhere(ctx, n.node)
		return err
	})
	return screens, err
}

// Reported returns what screens of all nodes reported of a branch's calls from a
// position on.
func (n *Nodes) Reported(ctx context.Context, branch town.BranchID, from town.Seq) (reports []ledger.Delivery, err error) {
	err = n.look(ctx, func(v *view) error {
		reports, err = v.Deliveries().From(ctx, branch, from)
		return err
	})
	return reports, err
}

// Verdict is whether a call is late.
type Verdict struct {
	Late    bool
	Reports []ledger.Delivery // of the call, by all nodes
}

// Judge decides, once for all nodes, whether a call is late that this node knows no
// report of: no screen has shown it, and none that said when it would has still so
// long, and the grace, to do it.
func (n *Nodes) Judge(ctx context.Context, branch town.BranchID, call town.Seq, grace time.Duration) (verdict Verdict, err error) {
	err = n.write(ctx, []town.BranchID{branch}, func(v *view) error {
		if verdict.Reports, err = v.Deliveries().Of(ctx, branch, call); err != nil {
			return fmt.Errorf("read reports: %w", err)
		}
		if verdict.Late, err = v.Deliveries().IsLate(ctx, branch, call); err != nil || verdict.Late {
			return err
		}
		verdict.Late = !slices.ContainsFunc(verdict.Reports, func(d ledger.Delivery) bool {
			return d.Shown != nil || d.In != nil && *d.In+grace > 0
		})
		if !verdict.Late {
			return nil
		}
		return v.Deliveries().Late(ctx, branch, call, v.now)
	})
	return verdict, err
}

// screensFor counts the devices that show an office, wherever they are connected,
// as the transaction sees it.
func (v *view) screensFor(ctx context.Context, branch town.BranchID, office town.OfficeID) (int, error) {
	here := v.core.presence.Screens(branch, office)
	if v.core.node == "" {
		return len(here), nil
	}
	elsewhere, err := v.Nodes().ElsewhereAt(ctx, v.core.node, branch)
	if err != nil {
		return 0, fmt.Errorf("read screens: %w", err)
	}
	for _, p := range elsewhere {
		if Shows(p.Offices, office) && !slices.Contains(here, p.Device) {
			here = append(here, p.Device)
		}
	}
	return len(here), nil
}

// Shows tells whether a screen that is bound to offices (none: to no one) shows an
// office.
func Shows(bound []town.OfficeID, office town.OfficeID) bool {
	return len(bound) == 0 || slices.Contains(bound, office)
}
