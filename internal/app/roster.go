package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

var errRoster = problem.New(problem.NotFound, "roster.unknown")

// Rostering is an exception of an office's roster: who is missing or comes in
// addition, when, and why.
type Rostering struct {
	catalogue.Counters
	booking.Exception
}

// RosterPreview is what a change of a roster would do. It is computed, never stored.
type RosterPreview struct {
	Concerned     []daybook.Unfit // what would no longer fit and does now, the next first
	First         town.Date       // the first of the dates on which it changes something; 0: none
	Before, After []booking.Staffed
	// FreeBefore and FreeAfter count the places that citizens can still book online
	// on the dates of the change within the next four weeks.
	FreeBefore, FreeAfter int
}

// OfficeRoster is who serves in an office on some dates.
type OfficeRoster struct {
	*catalogue.Office
	Days []RosterDay
}

// RosterDay is who serves on a date.
type RosterDay struct {
	Date    town.Date
	Staffed []booking.Staffed
	Usual   []booking.Staffed   // without exceptions
	Changes []booking.Exception // that say something about it, the newest last
}

const (
	// mostCounters is how many a manager can enter at most.
	mostCounters = 99
	// previewedDays is how far a preview counts free places, with today.
	previewedDays = 28
)

// ChangeRoster adds an exception to an office's roster, the newest, from now on. What
// is booked stays until somebody decides. Errors: Forbidden for whoever doesn't manage
// the branch; NotFound for branch and office; Invalid for dates, hours, counters and
// reason.
func (a *App) ChangeRoster(ctx context.Context, actor access.Actor, w Rostering) error {
	alter, err := a.rostering(actor, &w)
	if err != nil {
		return err
	}
	return a.changeRosters(ctx, actor, "rostered", w, alter)
}

// WouldChangeRoster returns what ChangeRoster would do. It changes nothing. Errors: as
// of ChangeRoster.
func (a *App) WouldChangeRoster(ctx context.Context, actor access.Actor, w Rostering) (p RosterPreview, err error) {
	alter, err := a.rostering(actor, &w)
	if err != nil {
		return p, err
	}
	err = a.view(ctx, func(v *view) error {
		changed, err := alter(*v.rules.Catalogue)
		if err != nil {
			return err
		}
		then, err := plan.New(v.rules.Revision, &changed)
		if err != nil {
			return err
		}
		p, err = v.rosterPreview(ctx, then, w)
		return err
	})
	return p, err
}

// RestoreRoster takes an exception back, whatever its reason. Errors: Forbidden as of
// ChangeRoster; NotFound for one that isn't there.
func (a *App) RestoreRoster(ctx context.Context, actor access.Actor, w Rostering) error {
	if err := actor.MayManage(w.Branch); err != nil {
		return err
	}
	return a.changeRosters(ctx, actor, "roster_restored", w, func(c catalogue.Catalogue) (catalogue.Catalogue, error) {
		changed, ok := c.RemoveException(w.Counters, w.Exception)
		if !ok {
			return changed, errRoster
		}
		return changed, nil
	})
}

// rostering checks a change of a roster, tidies it, and returns how it changes the
// catalogue.
func (a *App) rostering(actor access.Actor, w *Rostering) (func(catalogue.Catalogue) (catalogue.Catalogue, error), error) {
	if err := actor.MayManage(w.Branch); err != nil {
		return nil, err
	}
	b, err := a.plans.Now().Branch(w.Branch)
	if err != nil {
		return nil, err
	}
	office, ok := b.PlanOf[w.Office]
	if !ok || office.Retired {
		return nil, plan.ErrOffice
	}
	today := b.Today(a.clock())
	if err := checkRostering(w, office.Booking.Rooms, today); err != nil {
		return nil, err
	}
	return func(c catalogue.Catalogue) (catalogue.Catalogue, error) {
		changed, ok := c.AddException(w.Counters, w.Exception, today)
		if !ok {
			return changed, plan.ErrOffice
		}
		return changed, nil
	}, nil
}

// checkRostering tidies a change of a roster and refuses what can't be meant.
func checkRostering(w *Rostering, rooms []town.RoomID, today town.Date) error {
	fields := map[string]string{}
	if w.From < today || w.From > today.AddDays(farthestClosing) {
		fields["from"] = "closure.from"
	}
	if w.To < w.From || w.To > today.AddDays(farthestClosing) {
		fields["to"] = "closure.to"
	}
	if w.Part != nil && w.Part.From >= w.Part.To {
		fields["hours"] = "closure.hours"
	}
	w.Reason = strings.Join(strings.Fields(w.Reason), " ")
	text(fields, "reason", w.Reason, MaxReason)
	if !sayable(w, rooms) {
		fields["counters"] = "roster.counters"
	}
	return problem.Fields(fields)
}

// sayable reports whether a change says exactly one thing that an office with these
// rooms can do.
func sayable(w *Rostering, rooms []town.RoomID) bool {
	w.Off = slices.Compact(slices.Sorted(slices.Values(w.Off)))
	named, said := slices.Clone(w.Off), 0
	if len(w.Off) > 0 {
		said++
	}
	if w.More != 0 {
		said++
	}
	if s := w.Staffing; s != nil {
		said++
		named = append(named, s.Rooms...)
		if s.Counters < 0 || s.Counters > mostCounters || s.Staff != nil && (*s.Staff < 0 || *s.Staff > s.Count()) ||
			s.Online != nil && (*s.Online < 0 || *s.Online > s.Count()) {
			return false
		}
	}
	strange := slices.ContainsFunc(named, func(id town.RoomID) bool { return !slices.Contains(rooms, id) })
	return said == 1 && !strange && max(w.More, -w.More) <= mostCounters
}

// rosterPreview compares the plan that holds with one after a change.
func (v *view) rosterPreview(ctx context.Context, then *plan.Plan, w Rostering) (RosterPreview, error) {
	var p RosterPreview
	concerned, err := v.newlyUnfit(ctx, then, w.Branch, w.From, w.To)
	if err != nil {
		return p, err
	}
	p.Concerned = concerned
	old, b := v.rules.Branches[w.Branch], then.Branches[w.Branch]
	before, after := old.PlanOf[w.Office].Booking, b.PlanOf[w.Office].Booking
	today := b.Today(v.now)
	last := min(w.To, today.AddDays(previewedDays-1))
	live, err := v.Tickets().Between(ctx, w.Branch, max(w.From, today), last)
	if err != nil {
		return p, fmt.Errorf("read appointments: %w", err)
	}
	booked := placesBooked(b, w.Office, live)
	for date := max(w.From, today); date <= last; date++ {
		p.FreeBefore += max(0, before.OnlinePlaces(date)-booked[date])
		p.FreeAfter += max(0, after.OnlinePlaces(date)-booked[date])
	}
	for date := max(w.From, today); date <= w.To && p.First == 0; date++ {
		if was, is := before.Staffed(date), after.Staffed(date); !slices.EqualFunc(was, is, sameStretch) {
			p.First, p.Before, p.After = date, was, is
		}
	}
	return p, nil
}

func sameStretch(a, b booking.Staffed) bool {
	return a.From.Equal(b.From) && a.To.Equal(b.To) && a.Counters == b.Counters
}

// placesBooked counts the places that an office's appointments take by date, whoever
// booked them.
func placesBooked(b *plan.Branch, office town.OfficeID, live []queue.Ticket) map[town.Date]int {
	booked := map[town.Date]int{}
	for _, t := range live {
		if t.Office == office && t.Kind == queue.Appointment && t.State != queue.Cancelled {
			booked[t.Date] += b.PlacesOf(t.Office, t.End.Sub(t.Start))
		}
	}
	return booked
}

// changeRosters stores the catalogue as alter makes it, tells all branches and writes
// the trail.
func (a *App) changeRosters(ctx context.Context, actor access.Actor, action string, w Rostering, alter func(catalogue.Catalogue) (catalogue.Catalogue, error)) error {
	err := a.update(ctx, a.plans.Now().EveryBranch(), func(c *change) error {
		changed, err := alter(*c.rules.Catalogue)
		if err != nil {
			return err
		}
		if mistakes := changed.Check(); len(mistakes) > 0 { // nothing is stored that can't be read again
			return fmt.Errorf("check catalogue: %s: %s", mistakes[0].Path, mistakes[0].Message)
		}
		if err := c.replaceCatalogue(ctx, changed); err != nil {
			return err
		}
		return c.Audit().Put(ctx, ledger.AuditEntry{At: c.now, Branch: w.Branch, Actor: actor.Name(), Action: action, Detail: w.String()})
	})
	if err != nil {
		return err
	}
	a.wishing.signal()
	return nil
}

// String names a change of a roster for the trail: "buergerbuero 2026-12-02
// 08:00-12:00 off platz-3".
func (w Rostering) String() string {
	parts := []string{Closing{w.Counters, booking.Closure{From: w.From, To: w.To, Part: w.Part}}.String()}
	switch {
	case w.Staffing != nil && len(w.Staffing.Rooms) > 0:
		parts = append(parts, "rooms", joined(w.Staffing.Rooms))
	case w.Staffing != nil:
		parts = append(parts, fmt.Sprint("counters ", w.Staffing.Counters))
	case len(w.Off) > 0:
		parts = append(parts, "off", joined(w.Off))
	default:
		parts = append(parts, fmt.Sprintf("%+d", w.More))
	}
	return strings.Join(parts, " ")
}

func joined(rooms []town.RoomID) string {
	names := make([]string, len(rooms))
	for i, id := range rooms {
		names[i] = string(id)
	}
	return strings.Join(names, ",")
}

// Rosters returns who serves in each office of a branch on so many dates from one on,
// retired offices apart. Errors: Forbidden as of ChangeRoster; NotFound.
func (a *App) Rosters(actor access.Actor, branch town.BranchID, from town.Date, days int) ([]OfficeRoster, error) {
	if err := actor.MayManage(branch); err != nil {
		return nil, err
	}
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return nil, err
	}
	var all []OfficeRoster
	for i := range b.Offices {
		o := &b.Offices[i]
		if o.Retired {
			continue
		}
		roster := OfficeRoster{Office: o}
		now := b.PlanOf[o.ID].Booking
		usual := *now
		usual.Roster.Exceptions = nil
		for date := from; date < from.AddDays(days); date++ {
			day := RosterDay{Date: date, Staffed: now.Staffed(date), Usual: usual.Staffed(date)}
			for _, e := range o.Roster.Exceptions {
				if e.Covers(date) {
					day.Changes = append(day.Changes, e)
				}
			}
			roster.Days = append(roster.Days, day)
		}
		all = append(all, roster)
	}
	return all, nil
}
