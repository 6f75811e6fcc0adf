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
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Rostering is an exception of an office's roster: who is missing or comes in
// addition, when, and why.
type Rostering struct {
	catalogue.Counters
	booking.Exception
}

// RosterPreview is what a change of a roster would do. It is computed, never stored.
type RosterPreview struct {
	Preview
	First         town.Date // the first of the dates on which it changes something; 0: none
	Before, After []booking.Staffed
	// FreeBefore and FreeAfter count the places of the office that citizens can still
	// book online in the weeks of the preview.
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

// MostCounters is how many a manager can enter at most.
const MostCounters = 99

// Rosters are how many counters the offices staff on their days.
type Rosters struct{ *core }

// Change adds an exception to an office's roster, the newest, from now on. What
// is booked stays until somebody decides. Errors: Forbidden for whoever doesn't manage
// the branch; NotFound for branch and office; Invalid for dates, hours, counters and
// reason; Conflict "edit.unseen" where the preview has become another.
func (rs *Rosters) Change(ctx context.Context, actor access.Actor, w Rostering, shown Shown) error {
	if err := rs.check(actor, &w); err != nil {
		return err
	}
	return rs.edit(ctx, actor, "rostered", w, catalogue.RosterEdit(w), shown)
}

// WouldChange returns what Rosters.Change would do. It changes nothing. Errors: as
// of Rosters.Change.
func (rs *Rosters) WouldChange(ctx context.Context, actor access.Actor, w Rostering) (p RosterPreview, err error) {
	if err := rs.check(actor, &w); err != nil {
		return p, err
	}
	edits := []catalogue.Noted{{Edit: catalogue.RosterEdit(w)}}
	err = rs.view(ctx, func(v *view) (err error) {
		if p.Preview, err = v.preview(ctx, Draft{Edits: edits}); err != nil {
			return err
		}
		after := v.edited(edits).after
		then, err := v.rules.Following(v.rules.Revision, &after, []town.BranchID{w.Branch})
		if err != nil {
			return err
		}
		p.compare(v.rules.Branches[w.Branch], then.Branches[w.Branch], w, v.now)
		return nil
	})
	return p, cmp.Or(err, inTheWay(p.Obstacles))
}

// Restore takes an exception back, whatever its reason. Errors: Forbidden as of
// Rosters.Change; NotFound for one that isn't there.
func (rs *Rosters) Restore(ctx context.Context, actor access.Actor, w Rostering) error {
	if err := actor.MayManage(w.Branch); err != nil {
		return err
	}
	return rs.edit(ctx, actor, "roster_restored", w, catalogue.RosterBack(w), Unseen)
}

// edit makes one edit at once.
func (rs *Rosters) edit(ctx context.Context, actor access.Actor, action string, w Rostering, e catalogue.Edit, shown Shown) error {
	return rs.editNow(ctx, actor, e, shown, ledger.AuditEntry{Branch: w.Branch, Action: action, Detail: w.String()})
}

// check checks a change of a roster and tidies it.
func (rs *Rosters) check(actor access.Actor, w *Rostering) error {
	if err := actor.MayManage(w.Branch); err != nil {
		return err
	}
	b, err := rs.plans.Now().Branch(w.Branch)
	if err != nil {
		return err
	}
	office, ok := b.PlanOf[w.Office]
	if !ok || office.Retired {
		return plan.ErrOffice
	}
	return checkRostering(w, office.Booking.Rooms, b.Today(rs.clock()))
}

// checkRostering tidies a change of a roster and refuses what can't be meant.
func checkRostering(w *Rostering, rooms []town.RoomID, today town.Date) error {
	fields := checkSpan(w.From, w.To, w.Part, today)
	w.Reason = strings.Join(strings.Fields(w.Reason), " ")
	text(fields, "reason", w.Reason, MaxReason)
	if s := w.Staffing; s != nil && (s.Counters < 0 || s.Counters > MostCounters) {
		fields["counters"] = "mistake.number"
	}
	if max(w.More, -w.More) > MostCounters {
		fields["more"] = "mistake.number"
	}
	if len(fields) == 0 && !sayable(w, rooms) {
		fields["counters"] = "mistake.counters"
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
		if s.Counters < 0 || s.Counters > MostCounters || s.Staff != nil && (*s.Staff < 0 || *s.Staff > s.Count()) ||
			s.Online != nil && (*s.Online < 0 || *s.Online > s.Count()) {
			return false
		}
	}
	strange := slices.ContainsFunc(named, func(id town.RoomID) bool { return !slices.Contains(rooms, id) })
	return said == 1 && !strange && max(w.More, -w.More) <= MostCounters
}

// compare finds the first date on which a change shows, and counts places.
func (p *RosterPreview) compare(old, b *plan.Branch, w Rostering, now time.Time) {
	before, after := old.PlanOf[w.Office].Booking, b.PlanOf[w.Office].Booking
	for date := max(w.From, b.Today(now)); date <= w.To && p.First == 0; date++ {
		if was, is := before.Staffed(date), after.Staffed(date); !slices.EqualFunc(was, is, sameStretch) {
			p.First, p.Before, p.After = date, was, is
		}
	}
	for _, week := range p.Weeks {
		if week.Counters == w.Counters {
			p.FreeBefore += week.Before
			p.FreeAfter += week.After
		}
	}
}

func sameStretch(a, b booking.Staffed) bool {
	return a.From.Equal(b.From) && a.To.Equal(b.To) && a.Counters == b.Counters
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

// Of returns who serves in each office of a branch on so many dates from one on,
// retired offices apart. Errors: Forbidden as of Rosters.Change; NotFound.
func (rs *Rosters) Of(actor access.Actor, branch town.BranchID, from town.Date, days int) ([]OfficeRoster, error) {
	if err := actor.MayManage(branch); err != nil {
		return nil, err
	}
	b, err := rs.plans.Now().Known(branch)
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
