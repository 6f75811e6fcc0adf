package app

import (
	"errors"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// farthestRule is how many days ahead a rule can begin, end, or name a date.
const farthestRule = 2 * 366

// errInDraft: the same draft has changed that before.
var errInDraft = problem.New(problem.Conflict, "edit.in_draft")

// checkLimits refuses what a person can't mean, though a file could say it: days that
// are over or far away, and words that no page has room for.
func (v *view) checkLimits(e catalogue.Edit) error {
	b, err := v.rules.Known(e.Place().Branch)
	if err != nil {
		return err
	}
	today, fields := b.Today(v.now), map[string]string{}
	switch e := e.(type) {
	case catalogue.Close:
		fields = checkSpan(e.From, e.To, e.Part, today)
		for _, words := range e.Reason {
			text(fields, "reason", words, MaxReason)
		}
	case catalogue.SetHours:
		fields = checkSpan(e.From, e.To, nil, today)
	case catalogue.NoteEdit:
		fields = checkSpan(e.From, e.To, nil, today)
		text(fields, "text", e.Text, MaxReason)
	case catalogue.CopyWeek:
		if from, to := e.Dates(); from < today.AddDays(-6) || to > today.AddDays(farthestRule) {
			fields["to"] = "edit.date"
		}
	case catalogue.RuleEdit:
		checkRule(fields, e, today)
	case catalogue.WalkInRuleEdit:
		checkRule(fields, catalogue.RuleEdit(e), today)
	case catalogue.ShiftEdit:
		checkShift(fields, e, today)
	}
	return problem.Fields(fields)
}

// checkRule refuses days of a rule that are over or far away, where they are new.
func checkRule(fields map[string]string, e catalogue.RuleEdit, today town.Date) {
	strange := func(date town.Date) bool { return date < today || date > today.AddDays(farthestRule) }
	if e.From != nil && strange(*e.From) {
		fields["from"] = "edit.date"
	}
	if e.New == nil {
		return
	}
	old := booking.Pattern{}
	if e.Old != nil {
		old = e.Old.Pattern
	}
	if to := e.New.Pattern.To; to != nil && strange(*to) && (old.To == nil || *old.To != *to) {
		fields["to"] = "edit.date"
	}
	for _, date := range e.New.Pattern.Dates {
		if strange(date) && !slices.Contains(old.Dates, date) {
			fields["dates"] = "edit.date"
		}
	}
}

// checkShift refuses days of a usual week that are over or far away, where they are
// new, and more counters than anybody has.
func checkShift(fields map[string]string, e catalogue.ShiftEdit, today town.Date) {
	strange := func(date town.Date) bool { return date < today || date > today.AddDays(farthestRule) }
	if e.From != nil && strange(*e.From) {
		fields["from"] = "edit.date"
	}
	if e.New == nil {
		return
	}
	to, old := e.New.Pattern.To, booking.Pattern{}
	if e.Old != nil {
		old = e.Old.Pattern
	}
	if to != nil && strange(*to) && (old.To == nil || *old.To != *to) {
		fields["valid_to"] = "edit.date"
	}
	if e.New.Counters > MostCounters {
		fields["counters"] = "mistake.number"
	}
}

// inDraft tells an edit that only other edits of the same draft stand in the way of
// from one that others' changes do.
func (v *view) inDraft(e catalogue.Edit, refused error) error {
	if !errors.Is(refused, catalogue.ErrGone) && !errors.Is(refused, catalogue.ErrThere) {
		return refused
	}
	if _, err := v.rules.Catalogue.Edited(e); err != nil {
		return refused
	}
	return errInDraft
}

// ShutDate is a date that an edit would open, and that something else keeps closed.
type ShutDate struct {
	At   int // of the edits, from 0
	Date town.Date
	Why  booking.Reason
	Text town.Text // the closure's or the holiday's own words, if any
}

// shutDates returns the dates to come for which edits say hours, and on which a
// closure or a public holiday keeps the office closed all the same.
func (v *view) shutDates(then *plan.Plan, edits []catalogue.Noted) []ShutDate {
	var shut []ShutDate
	for i, e := range edits {
		hours, ok := e.Edit.(catalogue.SetHours)
		b := then.Branches[e.Place().Branch]
		if !ok || b == nil || b.PlanOf[hours.Office] == nil {
			continue
		}
		from, to := max(hours.From, b.Today(v.now)), min(hours.To, b.Today(v.now).AddDays(farthestClosing))
		for _, day := range b.PlanOf[hours.Office].Booking.Occupancy(from, to, nil) {
			if len(hours.Days) > 0 && !slices.Contains(hours.Days, day.Date.Weekday()) {
				continue
			}
			if len(hours.Hours) > 0 && len(day.Open) == 0 || len(hours.WalkIn) > 0 && len(day.WalkIn) == 0 {
				why := day.Why
				if why != booking.ReasonHoliday {
					why = booking.ReasonClosure
				}
				shut = append(shut, ShutDate{At: i, Date: day.Date, Why: why, Text: day.Text})
			}
		}
	}
	return shut
}
