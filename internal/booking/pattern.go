package booking

import (
	"slices"

	"aufruf/internal/town"
)

// Matches reports whether the pattern chooses a date. Weeks are counted by
// days from the anchor's Monday, never by their number in the year: a year of
// 53 weeks would turn even and odd round.
func (p Pattern) Matches(date town.Date) bool {
	if p.From != nil && date < *p.From || p.To != nil && date > *p.To {
		return false
	}
	if slices.ContainsFunc(p.Except, func(e DateSpan) bool { return e.covers(date) }) {
		return false
	}
	if slices.Contains(p.Dates, date) {
		return true
	}
	return slices.Contains(p.Weekdays, date.Weekday()) && p.matchesWeek(date) && p.matchesNth(date)
}

func (e DateSpan) covers(date town.Date) bool {
	return e.From <= date && date <= e.To && (len(e.Weekdays) == 0 || slices.Contains(e.Weekdays, date.Weekday()))
}

func (p Pattern) matchesWeek(date town.Date) bool {
	if p.Every <= 1 {
		return true
	}
	weeks := int(monday(date)-monday(p.Anchor)) / 7
	return weeks%p.Every == 0
}

func (p Pattern) matchesNth(date town.Date) bool {
	if len(p.Nth) == 0 {
		return true
	}
	year, month, day := date.UTC().Date()
	if slices.Contains(p.Nth, (day-1)/7+1) {
		return true
	}
	lastDay := town.NewDate(year, month+1, 0).UTC().Day()
	return day+7 > lastDay && slices.Contains(p.Nth, -1)
}

// monday returns the Monday of a date's week.
func monday(date town.Date) town.Date {
	sinceMonday := (int(date.Weekday()) + 6) % 7
	return date.AddDays(-sinceMonday)
}

// admits reports whether a rule is there for all the services wanted. A rule
// for certain services is not there for a request that names none.
func (rule *OpeningRule) admits(services []town.ServiceID) bool {
	if len(rule.Services) == 0 {
		return true
	}
	for _, service := range services {
		if !slices.Contains(rule.Services, service) {
			return false
		}
	}
	return len(services) > 0
}
