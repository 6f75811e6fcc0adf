package office

import (
	"net/url"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// fillNext leads on to the other rules of an office of which a draft changes some
// from a date on: whoever changes the hours of a week changes most of them.
func (v *draftView) fillNext(all *catalogue.Catalogue, edits []catalogue.Noted) {
	touched := map[string]bool{}
	for _, e := range edits {
		if kind, rule := ruleChanged(e.Edit); rule.Old != nil {
			touched[kind+ruleName(*rule.Old)] = true
		}
	}
	var places []catalogue.Counters
	for _, e := range edits {
		_, rule := ruleChanged(e.Edit)
		if rule.From == nil || slices.Contains(places, rule.Counters) {
			continue
		}
		places = append(places, rule.Counters)
		for _, kind := range []string{"regel", walkInRules} {
			for _, other := range rulesAt(all, kind, rule.Counters) {
				if to := other.Pattern.To; !touched[kind+ruleName(other)] && (to == nil || *to >= *rule.From) {
					v.Next = append(v.Next, v.nextRule(kind, rule.Counters, other, *rule.From))
				}
			}
		}
	}
}

// ruleChanged returns an edit as that of a rule, and its kind; without an old rule it
// changes none.
func ruleChanged(e catalogue.Edit) (kind string, rule catalogue.RuleEdit) {
	switch e := e.(type) {
	case catalogue.RuleEdit:
		return "regel", e
	case catalogue.WalkInRuleEdit:
		return walkInRules, catalogue.RuleEdit(e)
	}
	return "", catalogue.RuleEdit{}
}

func (v *draftView) nextRule(kind string, at catalogue.Counters, rule booking.OpeningRule, from town.Date) page.Link {
	whom := "staff.change.appointments"
	if kind == walkInRules {
		whom = "staff.change.walk_ins"
	}
	query := url.Values{"art": {kind}, "wo": {officeValue(at.Branch, at.Office)}, "regel": {ruleName(rule)}, "gilt": {from.String()}, "id": {v.ID}}
	return page.Link{Label: v.T(whom) + ": " + v.ruleWords(rule), URL: draftPath + "/neu?" + query.Encode()}
}
