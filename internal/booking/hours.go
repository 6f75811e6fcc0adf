package booking

import (
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
)

// OpenIntervals returns the wall-clock times of a date at which appointments
// take place, whatever the service, without what is closed; in order, touching
// ones joined.
func (p *Plan) OpenIntervals(date town.Date) []Interval {
	return p.hours(p.Opening, date, false)
}

// WalkInHours returns the wall-clock times of a date at which walk-ins are
// admitted; in order, touching ones joined.
func (p *Plan) WalkInHours(date town.Date) []Interval {
	return p.hours(p.WalkIn, date, true)
}

// WalkInOpen reports whether walk-ins are admitted at an instant.
func (p *Plan) WalkInOpen(at time.Time) bool {
	local := at.In(p.zone())
	tod := timeOfDay(local)
	return slices.ContainsFunc(p.WalkInHours(town.DateOf(at, p.zone())), func(iv Interval) bool {
		return iv.From <= tod && tod < iv.To
	})
}

// HorizonEnd returns the last date that is open for online booking: Horizon
// days after today, on the last of which booking opens at Release.
func (p *Plan) HorizonEnd(now time.Time) town.Date {
	end := p.staffHorizon(now)
	if timeOfDay(now.In(p.zone())) < p.Release {
		end--
	}
	return end
}

// staffHorizon is the horizon without the release of its last day.
func (p *Plan) staffHorizon(now time.Time) town.Date {
	return town.DateOf(now, p.zone()).AddDays(p.Horizon)
}

func (p *Plan) hours(rules []OpeningRule, date town.Date, walkIn bool) []Interval {
	closed, whole := p.closedParts(nil, date, walkIn)
	if whole != nil {
		return nil
	}
	_, holiday := p.holiday(date)
	var open []Interval
	for i := range rules {
		if !rules[i].Pattern.Matches(date) || holiday && !rules[i].Holidays {
			continue
		}
		for _, iv := range rules[i].Intervals {
			open = cut(open, iv, closed)
		}
	}
	return join(open)
}

// closedParts appends the closed parts of a date, by their beginning, and
// returns the closure of the whole day, if there is one.
func (p *Plan) closedParts(parts []Interval, date town.Date, walkIn bool) ([]Interval, *Closure) {
	for i := range p.Closures {
		closure := &p.Closures[i]
		if !closure.covers(date) || closure.WalkInOnly && !walkIn {
			continue
		}
		if closure.Part == nil {
			return parts, closure
		}
		if closure.Part.From < closure.Part.To {
			parts = append(parts, *closure.Part)
		}
	}
	slices.SortFunc(parts, byBeginning)
	return parts, nil
}

func (c *Closure) covers(date town.Date) bool { return c.From <= date && date <= c.To }

// partReason returns the town's words for a date that is closed in part.
func (p *Plan) partReason(date town.Date) town.Text {
	for i := range p.Closures {
		if c := &p.Closures[i]; c.covers(date) && c.Part != nil && !c.WalkInOnly && len(c.Reason) > 0 {
			return c.Reason
		}
	}
	return nil
}

func (p *Plan) holiday(date town.Date) (town.Text, bool) {
	if p.Holidays == nil {
		return nil, false
	}
	return p.Holidays.Holiday(date)
}

// cut appends what is left of an interval without the closed parts, which are
// ordered by their beginning.
func cut(left []Interval, iv Interval, closed []Interval) []Interval {
	from := iv.From
	for _, c := range closed {
		if c.To <= from {
			continue
		}
		if c.From >= iv.To {
			break
		}
		if c.From > from {
			left = append(left, Interval{from, c.From})
		}
		from = c.To
	}
	if from < iv.To {
		left = append(left, Interval{from, iv.To})
	}
	return left
}

// join orders intervals and joins those that touch or overlap.
func join(intervals []Interval) []Interval {
	slices.SortFunc(intervals, byBeginning)
	joined := intervals[:0]
	for _, iv := range intervals {
		if last := len(joined) - 1; last >= 0 && iv.From <= joined[last].To {
			joined[last].To = max(joined[last].To, iv.To)
			continue
		}
		joined = append(joined, iv)
	}
	return joined
}

func byBeginning(a, b Interval) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
}

func timeOfDay(local time.Time) town.TimeOfDay {
	return town.TimeOfDay(local.Hour()*60 + local.Minute())
}

func (p *Plan) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}
