// Package plan makes what the town offers ready for deciding: the catalogue at one
// revision, with time zones, booking plans and call policies, and which revision
// holds now. It keeps no appointment and decides about none.
package plan

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Errors about ids that name nothing.
var (
	ErrBranch  = problem.New(problem.NotFound, "branch.unknown")
	ErrOffice  = problem.New(problem.NotFound, "office.unknown")
	ErrService = problem.New(problem.NotFound, "service.unknown")
	errRoom    = problem.New(problem.NotFound, "room.unknown")
)

// Plan is the catalogue at one revision, ready for deciding. It never changes.
type Plan struct {
	Revision  string // names this content and no other, and its place among the others
	Catalogue *catalogue.Catalogue
	Branches  map[town.BranchID]*Branch
}

// Branch is a branch with its time zone and the plans of its offices.
type Branch struct {
	*catalogue.Branch
	Zone     *time.Location
	PlanOf   map[town.OfficeID]*Office
	Pictures map[string]catalogue.Picture // of its screens, by the address that a slide has
}

// Office is an office, ready for booking and calling.
type Office struct {
	*catalogue.Office
	Booking *booking.Plan
	Queue   queue.Policy
}

// New makes a catalogue ready for deciding. The catalogue belongs to the plan then.
func New(revision string, c *catalogue.Catalogue) (*Plan, error) {
	p := &Plan{Revision: revision, Catalogue: c, Branches: map[town.BranchID]*Branch{}}
	for i := range c.Branches {
		if err := p.add(&c.Branches[i]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Following makes a catalogue ready in which, against the one of the receiver,
// nothing differs but some branches; it shares the rest.
func (p *Plan) Following(revision string, c *catalogue.Catalogue, changed []town.BranchID) (*Plan, error) {
	next := &Plan{Revision: revision, Catalogue: c, Branches: maps.Clone(p.Branches)}
	for i := range c.Branches {
		if !slices.Contains(changed, c.Branches[i].ID) {
			continue
		}
		if err := next.add(&c.Branches[i]); err != nil {
			return nil, err
		}
	}
	return next, nil
}

func (p *Plan) add(branch *catalogue.Branch) error {
	zone, err := time.LoadLocation(branch.TimeZone)
	if err != nil {
		return fmt.Errorf("branch %s: %w", branch.ID, err)
	}
	b := &Branch{Branch: branch, Zone: zone, PlanOf: map[town.OfficeID]*Office{}, Pictures: branch.Pictures()}
	for j := range branch.Offices {
		office := &branch.Offices[j]
		bookingPlan, err := p.Catalogue.Plan(branch, office)
		if err != nil {
			return fmt.Errorf("office %s of %s: %w", office.ID, branch.ID, err)
		}
		b.PlanOf[office.ID] = &Office{Office: office, Booking: bookingPlan, Queue: office.Policy()}
	}
	p.Branches[branch.ID] = b
	return nil
}

// Branch returns a branch that is open to the public. Errors: ErrBranch, for
// retired ones too.
func (p *Plan) Branch(id town.BranchID) (*Branch, error) {
	b, ok := p.Branches[id]
	if !ok || b.Retired {
		return nil, ErrBranch
	}
	return b, nil
}

// Known returns a branch that exists, retired or not: tickets outlive it.
func (p *Plan) Known(id town.BranchID) (*Branch, error) {
	b, ok := p.Branches[id]
	if !ok {
		return nil, ErrBranch
	}
	return b, nil
}

// EveryBranch returns the ids of all branches, retired ones too, in order.
func (p *Plan) EveryBranch() []town.BranchID { return slices.Sorted(maps.Keys(p.Branches)) }

// Days returns each branch's date at an instant.
func (p *Plan) Days(now time.Time) map[town.BranchID]town.Date {
	days := map[town.BranchID]town.Date{}
	for id, b := range p.Branches {
		days[id] = b.Today(now)
	}
	return days
}

// Earliest returns the first of some dates; 0 of none.
func Earliest(days map[town.BranchID]town.Date) town.Date {
	first := true
	var date town.Date
	for _, d := range days {
		if first || d < date {
			date, first = d, false
		}
	}
	return date
}

// FirstToday is the earliest local date of all branches.
func (p *Plan) FirstToday(now time.Time) town.Date { return Earliest(p.Days(now)) }

// Language returns one that the town offers, the first where it doesn't.
func (p *Plan) Language(wanted town.Language) town.Language {
	offered := p.Catalogue.Authority.Languages
	for _, l := range offered {
		if l == wanted {
			return l
		}
	}
	if len(offered) > 0 {
		return offered[0]
	}
	return town.German
}
