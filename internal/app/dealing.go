package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Dealing is what the office does with many appointments that no longer fit.
type Dealing struct {
	Kind ledger.RunKind
	// Branch is where it begins. Tickets are chosen among those that no longer fit
	// there and at other branches; none chosen: all at Branch, from From to To.
	Branch   town.BranchID
	Tickets  []town.TicketID
	From, To town.Date // zero: unbounded

	Earliest  town.Date // no new time before this date; zero: from today on
	Elsewhere bool      // at other branches too, of those that the actor manages
	Until     time.Time // how long an offer stands
	Moves     bool      // who doesn't answer an offer is moved; else stays on the list
	Reason    string    // what the citizen is told
}

// Proposal is what would become of an appointment.
type Proposal struct {
	Concerned
	Target *ledger.RunTarget // the new time, in its branch's zone; nil: none is needed, or none found
	Left   string            // why nothing is done; empty: something is
}

// Why an appointment of a run is left as it was. Others are keys of problems.
const (
	LeftNoTime    = "no_time"   // nothing is free for it, or for its household together
	LeftOffered   = "offered"   // a time is reserved for it already
	LeftFits      = "fits"      // it fits again
	LeftChanged   = "changed"   // it was moved, cancelled or called meanwhile
	LeftMoved     = "moved"     // somebody else gave it another time meanwhile
	LeftCancelled = "cancelled" // it was cancelled meanwhile
	LeftKept      = "kept"      // somebody decided meanwhile that it stays
	LeftTold      = "told"      // the person knows of it: it isn't undone
)

// bounds of a dealing.
const (
	shortestAsk = 30 * time.Minute    // an offer that ends sooner asks nobody
	longestAsk  = 60 * 24 * time.Hour // an offer holds its time no longer
	mostAtOnce  = 2000                // appointments of one run
)

// Preview returns what would become of each appointment chosen, by branch and
// start, and changes nothing. What is carried out is judged again then. Errors:
// Forbidden for whoever doesn't manage every branch concerned; NotFound for an
// unknown branch; Invalid for what can't be meant.
func (ds *Dealings) Preview(ctx context.Context, actor access.Actor, d Dealing) ([]Proposal, error) {
	if err := ds.check(actor, &d); err != nil {
		return nil, err
	}
	concerned, err := ds.chosen(ctx, actor, d)
	if err != nil {
		return nil, err
	}
	proposals := make([]Proposal, len(concerned))
	for i, c := range concerned {
		proposals[i].Concerned = c
		if c.Offered != nil && !c.Offered.Over && d.Kind == ledger.RunOffer {
			proposals[i].Left = LeftOffered
		}
	}
	if d.Kind != ledger.RunOffer && d.Kind != ledger.RunMove {
		return proposals, nil
	}
	return proposals, ds.proposeTimes(ctx, actor, d, proposals)
}

// check tidies a dealing and refuses what can't be meant.
func (ds *Dealings) check(actor access.Actor, d *Dealing) error {
	if err := actor.MayManage(d.Branch); err != nil {
		return err
	}
	b, err := ds.plans.Now().Known(d.Branch)
	if err != nil {
		return err
	}
	now := ds.clock()
	fields := map[string]string{}
	if !slices.Contains([]ledger.RunKind{ledger.RunOffer, ledger.RunMove, ledger.RunCancel, ledger.RunKeep}, d.Kind) {
		fields["kind"] = "field.required"
	}
	if len(d.Tickets) > mostAtOnce {
		fields["tickets"] = "dealing.too_many"
	}
	d.Reason = strings.Join(strings.Fields(d.Reason), " ")
	text(fields, "reason", d.Reason, MaxReason)
	d.Earliest = max(d.Earliest, b.Today(now))
	if d.Earliest > b.Today(now).AddDays(farthestClosing) {
		fields["earliest"] = "dealing.earliest"
	}
	d.To = cmp.Or(d.To, NoEnd)
	if d.Kind == ledger.RunOffer && (d.Until.Before(now.Add(shortestAsk)) || d.Until.After(now.Add(longestAsk))) {
		fields["until"] = "dealing.until"
	}
	return problem.Fields(fields)
}

// chosen returns the appointments that a dealing is about, of those that no longer
// fit.
func (ds *Dealings) chosen(ctx context.Context, actor access.Actor, d Dealing) ([]Concerned, error) {
	branches := []town.BranchID{d.Branch}
	if len(d.Tickets) > 0 {
		err := ds.view(ctx, func(v *view) (err error) {
			branches, err = v.branchesOf(ctx, d.Tickets, d.Branch)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	wanted := map[town.TicketID]bool{}
	for _, id := range d.Tickets {
		wanted[id] = true
	}
	var chosen []Concerned
	for _, branch := range branches {
		if err := actor.MayManage(branch); err != nil {
			return nil, err
		}
		listed, err := ds.Concerned(ctx, actor, branch, max(d.From, 0), d.To)
		if err != nil {
			return nil, err
		}
		for _, c := range listed {
			if !c.Reserved && (len(wanted) == 0 || wanted[c.ID]) && len(chosen) < mostAtOnce {
				chosen = append(chosen, c)
			}
		}
	}
	return chosen, nil
}

// branchesOf returns where tickets are, and another branch, in order.
func (v *view) branchesOf(ctx context.Context, tickets []town.TicketID, here town.BranchID) ([]town.BranchID, error) {
	branches := []town.BranchID{here}
	for _, id := range tickets {
		t, err := v.Tickets().ByID(ctx, id)
		if ledgerNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
		branches = append(branches, t.Branch)
	}
	slices.Sort(branches)
	return slices.Compact(branches), nil
}

// proposeTimes gives each appointment the best time that is left.
func (ds *Dealings) proposeTimes(ctx context.Context, actor access.Actor, d Dealing, proposals []Proposal) error {
	branches := targetBranches(ds.plans.Now(), actor, d)
	f := finding{rules: ds.plans.Now(), taken: ds.takenIn(ctx)}
	var asked []int
	var standing []seeking
	households := map[string]int{}
	err := ds.view(ctx, func(v *view) error {
		asked, standing = nil, nil
		for i := range proposals {
			if proposals[i].Left != "" {
				continue
			}
			household, err := v.household(ctx, proposals[i].Unfit, households)
			if err != nil {
				return err
			}
			asked = append(asked, i)
			standing = append(standing, seeking{proposals[i].Ticket, branchesFor(proposals[i].Branch, branches), household})
		}
		return nil
	})
	if err != nil {
		return err
	}
	targets, err := f.find(standing, ds.time.Now(), ds.earliest(d))
	if err != nil {
		return err
	}
	for n, i := range asked {
		proposals[i].Target = targets[n]
		if targets[n] == nil {
			proposals[i].Left = LeftNoTime
		}
	}
	return nil
}

// takenIn tells from memory what is given away.
func (co *core) takenIn(ctx context.Context) func(*plan.Branch, town.OfficeID, []town.Item) (booking.Taken, error) {
	return func(b *plan.Branch, office town.OfficeID, items []town.Item) (booking.Taken, error) {
		_, given, err := co.memory.Look(ctx, plan.Wanted{Branch: b.ID, Items: items, Staff: true})
		if err != nil {
			return nil, err
		}
		return given.Taken(office), nil
	}
}

// household numbers those who have one mail address, branch and date.
func (v *view) household(ctx context.Context, u daybook.Unfit, known map[string]int) (int, error) {
	person, err := v.person(ctx, u.Ticket)
	if err != nil || person == nil || person.Email == "" {
		return 0, err
	}
	key := fmt.Sprintf("%s %s %s", sameMailbox(person.Email), u.Branch, u.Date)
	if known[key] == 0 {
		known[key] = len(known) + 1
	}
	return known[key], nil
}

// targetBranches are the branches that a dealing may move people to, beside their
// own.
func targetBranches(p *plan.Plan, actor access.Actor, d Dealing) []town.BranchID {
	if !d.Elsewhere {
		return nil
	}
	return slices.DeleteFunc(p.EveryBranch(), func(b town.BranchID) bool { return actor.MayManage(b) != nil })
}

// branchesFor puts an appointment's own branch first.
func branchesFor(own town.BranchID, others []town.BranchID) []town.BranchID {
	return append([]town.BranchID{own}, slices.DeleteFunc(slices.Clone(others), func(b town.BranchID) bool { return b == own })...)
}

// earliest is the first instant that a dealing's new times may begin at. An offer's
// begins after its answer.
func (ds *Dealings) earliest(d Dealing) time.Time {
	from := d.Earliest.Start(ds.zone(d.Branch))
	if now := ds.clock(); from.Before(now) {
		from = now
	}
	if d.Kind == ledger.RunOffer && from.Before(d.Until) {
		from = d.Until
	}
	return from
}
