package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Errors about ids that name nothing.
var (
	errBranch  = problem.New(problem.NotFound, "branch.unknown")
	errOffice  = problem.New(problem.NotFound, "office.unknown")
	errService = problem.New(problem.NotFound, "service.unknown")
	errRoom    = problem.New(problem.NotFound, "room.unknown")
)

// plan is the catalogue at one revision, ready for deciding. It never changes.
type plan struct {
	revision  string // names this content and no other, and its place among the others
	catalogue *catalogue.Catalogue
	branches  map[town.BranchID]*branchPlan
}

type branchPlan struct {
	*catalogue.Branch
	zone    *time.Location
	offices map[town.OfficeID]*officePlan
}

type officePlan struct {
	*catalogue.Office
	booking *booking.Plan
	queue   queue.Policy
}

// Catalogue returns what the town offers now. It is shared: read only.
func (a *App) Catalogue() *catalogue.Catalogue { return a.plan.Load().catalogue }

// Refresh reads the catalogue again where another process has changed it.
func (a *App) Refresh(ctx context.Context) error { return a.reload(ctx) }

func (a *App) reload(ctx context.Context) error {
	return a.store.View(ctx, func(tx ledger.Tx) error {
		_, err := a.rulesSeen(ctx, tx)
		return err
	})
}

// rulesSeen returns the rules that hold in a snapshot, and remembers them: what
// a snapshot shows is committed.
func (a *App) rulesSeen(ctx context.Context, tx ledger.Tx) (*plan, error) {
	revision, err := revisionOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	read, err := a.rulesAt(ctx, tx, revision)
	if err != nil {
		return nil, err
	}
	a.learn(read)
	return read, nil
}

// learn remembers committed rules, unless newer ones are known: a snapshot may
// be older than what was read meanwhile, and its rules must not come back.
func (a *App) learn(read *plan) {
	for {
		current := a.plan.Load()
		if current != nil && (current.revision == read.revision || placeOf(current.revision) > placeOf(read.revision)) {
			return
		}
		if a.plan.CompareAndSwap(current, read) {
			return
		}
	}
}

// nextRevision returns the revision of what follows another: its place in the
// order of changes, and an id that no other attempt to follow has.
func nextRevision(before, id string) string {
	return strconv.FormatInt(placeOf(before)+1, 10) + revisionMark + id
}

// revisionMark parts place and id; no id holds it. Databases from before there
// were places have revisions without one.
const revisionMark = "."

func placeOf(revision string) int64 {
	place, _, placed := strings.Cut(revision, revisionMark)
	n, err := strconv.ParseInt(place, 10, 64)
	if !placed || err != nil {
		return 0
	}
	return n
}

// rulesAt returns the rules of a revision that a transaction has read: those in
// memory where they are the same. Those of an update that isn't committed yet
// are its own: it remembers nothing.
func (a *App) rulesAt(ctx context.Context, tx ledger.Tx, revision string) (*plan, error) {
	current := a.plan.Load()
	if current != nil && current.revision == revision {
		return current, nil
	}
	documents, err := tx.Catalogue().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	return readPlan(revision, documents)
}

func readPlan(revision string, documents []catalogue.Document) (*plan, error) {
	c, err := catalogue.Decode(documents)
	if err != nil {
		return nil, fmt.Errorf("decode catalogue: %w", err)
	}
	return newPlan(revision, &c)
}

func revisionOf(ctx context.Context, tx ledger.Tx) (string, error) {
	revision, err := tx.Meta().Get(ctx, metaCatalogue)
	if errors.Is(err, ledger.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read catalogue revision: %w", err)
	}
	return revision, nil
}

func newPlan(revision string, c *catalogue.Catalogue) (*plan, error) {
	p := &plan{revision: revision, catalogue: c, branches: map[town.BranchID]*branchPlan{}}
	for i := range c.Branches {
		branch := &c.Branches[i]
		zone, err := time.LoadLocation(branch.TimeZone)
		if err != nil {
			return nil, fmt.Errorf("branch %s: %w", branch.ID, err)
		}
		b := &branchPlan{Branch: branch, zone: zone, offices: map[town.OfficeID]*officePlan{}}
		for j := range branch.Offices {
			office := &branch.Offices[j]
			bookingPlan, err := c.Plan(branch, office)
			if err != nil {
				return nil, fmt.Errorf("office %s of %s: %w", office.ID, branch.ID, err)
			}
			b.offices[office.ID] = &officePlan{Office: office, booking: bookingPlan, queue: office.Policy()}
		}
		p.branches[branch.ID] = b
	}
	return p, nil
}

func (p *plan) branch(id town.BranchID) (*branchPlan, error) {
	b, ok := p.branches[id]
	if !ok || b.Retired {
		return nil, errBranch
	}
	return b, nil
}

// everyBranch returns the ids of all branches, retired ones too, in order.
func (p *plan) everyBranch() []town.BranchID { return slices.Sorted(maps.Keys(p.branches)) }

// known returns a branch that exists, retired or not: tickets outlive it.
func (p *plan) known(id town.BranchID) (*branchPlan, error) {
	b, ok := p.branches[id]
	if !ok {
		return nil, errBranch
	}
	return b, nil
}

func (b *branchPlan) today(now time.Time) town.Date { return town.DateOf(now, b.zone) }

func (b *branchPlan) policy(office town.OfficeID) queue.Policy {
	if o, ok := b.offices[office]; ok {
		return o.queue
	}
	return queue.DefaultPolicy()
}

func (b *branchPlan) room(id town.RoomID) (*catalogue.Room, error) {
	room, ok := b.Room(id)
	if !ok || room.Retired {
		return nil, errRoom
	}
	return room, nil
}

// label returns how a room is called, for rooms that are gone too.
func (b *branchPlan) label(id town.RoomID) string {
	if room, ok := b.Room(id); ok {
		return room.Label
	}
	return string(id)
}

// mode returns how an office fetches people on a date.
func (b *branchPlan) mode(id town.OfficeID, date town.Date) town.CallMode {
	office, ok := b.offices[id]
	if !ok {
		return b.CallMode
	}
	return b.Mode(office.Office, date)
}

// wish is what somebody wants to book, checked against the catalogue.
type wish struct {
	branch *branchPlan
	office *officePlan
	items  []town.Item
	rules  booking.Request
}

// maxItems is the most services that one appointment combines.
const maxItems = 10

// check reads what is wanted: known and bookable services of one office, in
// permitted quantities. The duration adds up.
func (p *plan) check(w Wanted, at clock.Instant) (wish, error) {
	branch, err := p.branch(w.Branch)
	if err != nil {
		return wish{}, err
	}
	if len(w.Items) == 0 {
		return wish{}, problem.Field("services", "field.required")
	}
	if len(w.Items) > maxItems {
		return wish{}, problem.Field("services", "services.too_many")
	}
	result := wish{branch: branch, items: slices.Clone(w.Items)}
	result.rules = booking.Request{Now: at.Wall, Held: at.Trusted, Staff: w.Staff}
	seen := map[town.ServiceID]bool{}
	for _, item := range w.Items {
		if seen[item.Service] {
			return wish{}, problem.Field("services", "services.twice")
		}
		seen[item.Service] = true
		if err := result.add(p.catalogue, item, len(w.Items)); err != nil {
			return wish{}, err
		}
	}
	return result, nil
}

func (w *wish) add(c *catalogue.Catalogue, item town.Item, of int) error {
	service, ok := c.Service(item.Service)
	if !ok || service.Retired {
		return errService.With("service", string(item.Service))
	}
	office, ok := w.branch.OfficeOf(item.Service)
	if !ok || office.Retired {
		return errService.With("service", string(item.Service))
	}
	if w.office != nil && w.office.ID != office.ID {
		return problem.Field("services", "services.two_offices")
	}
	if of > 1 && service.Single {
		return problem.Field("services", "services.not_combinable").With("service", string(item.Service))
	}
	if item.Quantity < 1 || item.Quantity > max(1, service.MaxQuantity) {
		return problem.Field("services", "services.quantity").With("max", max(1, service.MaxQuantity))
	}
	w.office = w.branch.offices[office.ID]
	w.rules.Duration += time.Duration(service.Minutes*item.Quantity) * time.Minute
	w.rules.Services = append(w.rules.Services, item.Service)
	w.rules.First = later(w.rules.First, service.First)
	w.rules.Last = earlier(w.rules.Last, service.Last)
	return nil
}

func later(a, b *town.Date) *town.Date {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

func earlier(a, b *town.Date) *town.Date {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}
