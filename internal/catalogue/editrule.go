package catalogue

import (
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// RuleEdit adds, changes or ends a rule of an office's opening, from a date on or
// for good.
type RuleEdit struct {
	Counters
	Old  *booking.OpeningRule // nil: a new one
	New  *booking.OpeningRule // nil: Old ends
	From *town.Date           // the first day of the new; Old holds until the day before. nil: Old goes altogether
}

// WalkInRuleEdit is a RuleEdit of the hours without an appointment; no capacity
// counts.
type WalkInRuleEdit RuleEdit

var (
	ruleEditShape       = shape[RuleEdit]{finish: finishRuleEdit, fields: ruleFields(openingRuleShape)}
	walkInRuleEditShape = shape[WalkInRuleEdit]{
		finish: func(r *reader, n *node, e *WalkInRuleEdit) { finishRuleEdit(r, n, (*RuleEdit)(e)) },
		fields: partFields(ruleFields(walkInRuleShape), func(e *WalkInRuleEdit) *RuleEdit { return (*RuleEdit)(e) }),
	}
)

func ruleFields(rule shape[booking.OpeningRule]) []field[RuleEdit] {
	return append(placeFields(func(e *RuleEdit) *Counters { return &e.Counters }),
		in("old", "", optional(rule.kind()), func(e *RuleEdit) **booking.OpeningRule { return &e.Old }),
		in("new", "", optional(rule.kind()), func(e *RuleEdit) **booking.OpeningRule { return &e.New }),
		in("from", "", optional(date()), func(e *RuleEdit) **town.Date { return &e.From }),
	)
}

func finishRuleEdit(r *reader, n *node, e *RuleEdit) {
	if n.get("old").empty() && n.get("new").empty() {
		r.wrong(n.at, "days or dates is missing")
	}
}

// Kind implements Edit.
func (RuleEdit) Kind() EditKind { return KindRule }

// Kind implements Edit.
func (WalkInRuleEdit) Kind() EditKind { return KindWalkInRule }

// Dates implements Edit: all on which the old or the new rule holds.
func (e RuleEdit) Dates() (from, to town.Date) {
	var patterns []booking.Pattern
	for _, rule := range []*booking.OpeningRule{e.Old, e.New} {
		if rule != nil {
			patterns = append(patterns, rule.Pattern)
		}
	}
	return datesOfChange(e.From, patterns...)
}

// datesOfChange bounds the dates on which any of some patterns holds, from a date on.
func datesOfChange(since *town.Date, patterns ...booking.Pattern) (from, to town.Date) {
	first, last := NoEnd, town.Date(0)
	for _, p := range patterns {
		from, to := p.From, p.To
		if from == nil {
			from = new(town.Date)
		}
		if to == nil {
			to = &NoEnd
		}
		first, last = min(first, *from), max(last, *to)
	}
	if since != nil {
		first = max(first, *since)
	}
	return first, last
}

// Dates implements Edit.
func (e WalkInRuleEdit) Dates() (from, to town.Date) { return RuleEdit(e).Dates() }

func (e RuleEdit) check() []Mistake       { return checkedBy(ruleEditShape, e) }
func (e WalkInRuleEdit) check() []Mistake { return checkedBy(walkInRuleEditShape, e) }
func (e RuleEdit) written() *node         { return ruleEditShape.write(e, filled) }
func (e WalkInRuleEdit) written() *node   { return walkInRuleEditShape.write(e, filled) }

// Seen implements Edit: the rule that changes, as it stands, or what stands on its
// days instead; of a new one, those that it stands beside.
func (e RuleEdit) Seen(c *Catalogue) Standing {
	if o := e.Counters.OfficeIn(c); o != nil {
		return Standing{Opening: e.seen(o.Opening, openingRuleShape)}
	}
	return Standing{}
}

// Seen implements Edit.
func (e WalkInRuleEdit) Seen(c *Catalogue) Standing {
	if o := e.Counters.OfficeIn(c); o != nil {
		return Standing{WalkIn: RuleEdit(e).seen(o.WalkIn.Hours, walkInRuleShape)}
	}
	return Standing{}
}

func (e RuleEdit) seen(rules []booking.OpeningRule, sh shape[booking.OpeningRule]) []booking.OpeningRule {
	if e.Old == nil {
		return rules
	}
	if at := ruleAt(rules, *e.Old, sh); at >= 0 {
		return rules[at : at+1]
	}
	return slices.DeleteFunc(slices.Clone(rules), func(r booking.OpeningRule) bool { return !shareDays(r.Pattern, e.Old.Pattern) })
}

// shareDays reports whether two patterns choose the same day of the week, or date,
// while both hold.
func shareDays(a, b booking.Pattern) bool {
	if a.To != nil && b.From != nil && *a.To < *b.From || b.To != nil && a.From != nil && *b.To < *a.From {
		return false
	}
	return slices.ContainsFunc(a.Weekdays, func(d time.Weekday) bool { return slices.Contains(b.Weekdays, d) }) ||
		slices.ContainsFunc(a.Dates, func(d town.Date) bool { return slices.Contains(b.Dates, d) })
}

func (e RuleEdit) apply(b *Branch) error {
	o, err := b.officeOf(e.Office)
	if err != nil {
		return err
	}
	o.Opening, err = e.worked(o.Opening, openingRuleShape)
	return err
}

func (e WalkInRuleEdit) apply(b *Branch) error {
	o, err := b.officeOf(e.Office)
	if err != nil {
		return err
	}
	o.WalkIn.Hours, err = RuleEdit(e).worked(o.WalkIn.Hours, walkInRuleShape)
	return err
}

// worked returns rules with the edit worked in.
func (e RuleEdit) worked(rules []booking.OpeningRule, sh shape[booking.OpeningRule]) ([]booking.OpeningRule, error) {
	rules = slices.Clone(rules)
	if e.Old == nil {
		for _, rule := range e.following() {
			if ruleAt(rules, rule, sh) >= 0 {
				return nil, ErrThere
			}
		}
		return append(rules, e.following()...), nil
	}
	at := ruleAt(rules, *e.Old, sh)
	if at < 0 {
		return nil, ErrGone
	}
	return slices.Replace(rules, at, at+1, append(e.leaving(), e.following()...)...), nil
}

// leaving is what is left of the old rule.
func (e RuleEdit) leaving() []booking.OpeningRule {
	old := *e.Old
	if !endBefore(&old.Pattern, e.From) {
		return nil
	}
	return []booking.OpeningRule{old}
}

// following is the new rule, if there is one.
func (e RuleEdit) following() []booking.OpeningRule {
	if e.New == nil {
		return nil
	}
	rule := *e.New
	beginAt(&rule.Pattern, e.From)
	return []booking.OpeningRule{rule}
}

// endBefore ends a pattern on the day before a date, nil: altogether, and reports
// whether anything is left of it.
func endBefore(p *booking.Pattern, next *town.Date) bool {
	if next == nil || p.From != nil && *p.From >= *next {
		return false
	}
	if last := next.AddDays(-1); p.To == nil || *p.To > last {
		p.To = &last
	}
	return true
}

// beginAt lets a pattern begin on a date, unless it begins later.
func beginAt(p *booking.Pattern, first *town.Date) {
	if first != nil && (p.From == nil || *p.From < *first) {
		p.From = first
	}
}

func ruleAt(rules []booking.OpeningRule, rule booking.OpeningRule, sh shape[booking.OpeningRule]) int {
	wanted := sh.write(rule, filled)
	return slices.IndexFunc(rules, func(r booking.OpeningRule) bool { return same(sh.write(r, filled), wanted) })
}
