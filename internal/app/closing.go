package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Closing is a closure and whom it closes. A manager enters it when there is no
// time for a catalogue file.
type Closing struct {
	catalogue.Counters
	booking.Closure
}

// farthestClosing is how many days ahead a manager can close.
const farthestClosing = 366

// Closings are when offices are closed beside their hours.
type Closings struct{ *core }

// CloseOffice closes an office or a whole branch from now on: nothing more can be
// booked there, what is booked stays until somebody cancels or moves it. Again
// with another reason changes the reason. Errors: Forbidden for whoever doesn't
// manage the branch; NotFound for branch and office; Invalid for dates, hours
// and reason; Conflict "edit.unseen" where the preview has become another.
func (cs *Closings) CloseOffice(ctx context.Context, actor access.Actor, w Closing, shown Shown) error {
	if err := cs.check(actor, &w); err != nil {
		return err
	}
	return cs.edit(ctx, actor, "closed", w, catalogue.Close(w), shown)
}

// WouldClose returns what CloseOffice would do. It changes nothing. Errors: as of
// CloseOffice.
func (cs *Closings) WouldClose(ctx context.Context, actor access.Actor, w Closing) (p Preview, err error) {
	if err := cs.check(actor, &w); err != nil {
		return p, err
	}
	err = cs.view(ctx, func(v *view) (err error) {
		p, err = v.preview(ctx, Draft{Edits: []catalogue.Noted{{Edit: catalogue.Close(w)}}})
		return err
	})
	return p, cmp.Or(err, inTheWay(p.Obstacles))
}

// check checks a closing and tidies it.
func (cs *Closings) check(actor access.Actor, w *Closing) error {
	if err := actor.MayManage(w.Branch); err != nil {
		return err
	}
	b, err := cs.plans.Now().Branch(w.Branch)
	if err != nil {
		return err
	}
	return checkClosing(w, b.Today(cs.clock()))
}

// ReopenOffice takes a manager's closure back, whatever its reason. Errors: Forbidden
// as of CloseOffice; NotFound for a closure that isn't there, or stands in the
// catalogue's own list.
func (cs *Closings) ReopenOffice(ctx context.Context, actor access.Actor, w Closing) error {
	if err := actor.MayManage(w.Branch); err != nil {
		return err
	}
	return cs.edit(ctx, actor, "reopened", w, catalogue.Reopen{Counters: w.Counters, Closure: w.Closure, Urgent: true}, Unseen)
}

// edit makes one edit at once.
func (cs *Closings) edit(ctx context.Context, actor access.Actor, action string, w Closing, e catalogue.Edit, shown Shown) error {
	return cs.editNow(ctx, actor, e, shown, ledger.AuditEntry{Branch: w.Branch, Action: action, Detail: w.String()})
}

// checkClosing tidies a closing and refuses what can't be meant.
func checkClosing(w *Closing, today town.Date) error {
	fields := checkSpan(w.From, w.To, w.Part, today)
	reason := town.Text{}
	for lang, words := range w.Reason {
		if words = strings.Join(strings.Fields(words), " "); words != "" {
			reason[lang] = words
		}
		text(fields, "reason", words, MaxReason)
	}
	if w.Reason = reason; len(reason) > 0 && reason[town.German] == "" {
		fields["reason"] = "field.required"
	}
	return problem.Fields(fields)
}

// checkSpan returns what can't be meant, by its field, of a span of dates and the part
// of each day; nil: the whole day.
func checkSpan(from, to town.Date, part *booking.Interval, today town.Date) map[string]string {
	fields, last := map[string]string{}, today.AddDays(farthestClosing)
	if from < today || from > last {
		fields["from"] = "closure.from"
	}
	if to < from || to > last {
		fields["to"] = "closure.to"
	}
	if part != nil && part.From >= part.To {
		fields["hours"] = "closure.hours"
	}
	return fields
}

// String names a closing for the trail: "buergerbuero 2026-12-02
// 2026-12-04 09:00-12:00".
func (w Closing) String() string {
	parts := []string{string(w.Office), w.From.String()}
	if w.To != w.From {
		parts = append(parts, w.To.String())
	}
	if w.Part != nil {
		parts = append(parts, w.Part.From.String()+"-"+w.Part.To.String())
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// Of returns the closures of a branch that aren't over, the first first:
// those of managers, which can be taken back, and those of the catalogue.
// Errors: Forbidden as of CloseOffice; NotFound.
func (cs *Closings) Of(actor access.Actor, branch town.BranchID) (urgent, planned []Closing, err error) {
	if err := actor.MayManage(branch); err != nil {
		return nil, nil, err
	}
	b, err := cs.plans.Now().Known(branch)
	if err != nil {
		return nil, nil, err
	}
	today := b.Today(cs.clock())
	add := func(to *[]Closing, office town.OfficeID, closures []booking.Closure) {
		for _, c := range closures {
			if c.To >= today {
				*to = append(*to, Closing{catalogue.Counters{Branch: branch, Office: office}, c})
			}
		}
	}
	add(&urgent, "", b.Urgent)
	add(&planned, "", b.Closures)
	for i := range b.Offices {
		o := &b.Offices[i]
		add(&urgent, o.ID, o.Urgent)
		add(&planned, o.ID, o.Closures)
	}
	for _, list := range [][]Closing{urgent, planned} {
		slices.SortStableFunc(list, func(x, y Closing) int { return cmp.Compare(x.From, y.From) })
	}
	return urgent, planned, nil
}
