package booking_test

import (
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// oracle decides as slowly and plainly as possible whether an appointment can
// be booked: it looks at each second-exact edge and each minute by the wall
// clock, and shares no code with what it checks. It covers days on which the
// clocks don't change; those have tables of their own.
type oracle struct {
	plan    *booking.Plan
	request booking.Request
	spans   []booking.Span
}

// free returns how many could book a start; 0 where it isn't offered.
func (o oracle) free(start time.Time) int {
	if !o.inTime(start) {
		return 0
	}
	best := 0
	date := town.DateOf(start, o.plan.Zone)
	_, holiday := o.plan.Holidays.Holiday(date)
	for _, rule := range o.plan.Opening {
		if !o.matches(rule.Pattern, date) || (holiday && !rule.Holidays) || !o.serves(rule) {
			continue
		}
		for _, iv := range rule.Intervals {
			if o.within(start, date, iv) {
				best = max(best, o.left(start, rule.Capacity))
			}
		}
	}
	return best
}

func (o oracle) inTime(start time.Time) bool {
	r := o.request
	today := town.DateOf(r.Now, o.plan.Zone)
	date := town.DateOf(start, o.plan.Zone)
	horizon := today.AddDays(o.plan.Horizon)
	local := r.Now.In(o.plan.Zone)
	if !r.Staff && local.Hour()*60+local.Minute() < int(o.plan.Release) {
		horizon--
	}
	if date < today || date > horizon {
		return false
	}
	if r.First != nil && date < *r.First || r.Last != nil && date > *r.Last {
		return false
	}
	if r.Staff {
		return !start.Before(r.Now.Add(-15 * time.Minute))
	}
	return !start.Before(r.Now.Add(o.plan.Lead))
}

func (o oracle) serves(rule booking.OpeningRule) bool {
	for _, s := range o.request.Services {
		if len(rule.Services) > 0 && !slices.Contains(rule.Services, s) {
			return false
		}
	}
	return len(rule.Services) == 0 || len(o.request.Services) > 0
}

// matches walks the calendar instead of calculating.
func (o oracle) matches(p booking.Pattern, date town.Date) bool {
	if p.From != nil && date < *p.From || p.To != nil && date > *p.To {
		return false
	}
	if slices.Contains(p.Dates, date) {
		return true
	}
	if !slices.Contains(p.Weekdays, date.Weekday()) {
		return false
	}
	return inWeek(p, date) && inNth(p, date)
}

func inWeek(p booking.Pattern, date town.Date) bool {
	if p.Every < 2 {
		return true
	}
	step := 1
	if date < p.Anchor {
		step = -1
	}
	weeks := 0
	for d := p.Anchor; d != date; d = d.AddDays(step) {
		crossed := d.AddDays(step)
		if step > 0 && crossed.Weekday() == time.Monday || step < 0 && crossed.Weekday() == time.Sunday {
			weeks++
		}
	}
	return weeks%p.Every == 0
}

func inNth(p booking.Pattern, date town.Date) bool {
	if len(p.Nth) == 0 {
		return true
	}
	month := date.UTC().Month()
	nth, after := 0, 0
	for d := date; d.UTC().Month() == month; d = d.AddDays(-7) {
		nth++
	}
	for d := date.AddDays(7); d.UTC().Month() == month; d = d.AddDays(7) {
		after++
	}
	return slices.Contains(p.Nth, nth) || after == 0 && slices.Contains(p.Nth, -1)
}

// within looks at the appointment minute by minute.
func (o oracle) within(start time.Time, date town.Date, iv booking.Interval) bool {
	opening := date.At(iv.From, o.plan.Zone)
	if start.Before(opening) || start.Sub(opening)%o.plan.Grid != 0 {
		return false
	}
	end := start.Add(o.request.Duration)
	for at := start; at.Before(end); at = at.Add(time.Minute) {
		if !o.open(at, date, iv) {
			return false
		}
	}
	return o.open(end.Add(-time.Second), date, iv)
}

func (o oracle) open(at time.Time, date town.Date, iv booking.Interval) bool {
	if town.DateOf(at, o.plan.Zone) != date {
		return false
	}
	inside := func(iv booking.Interval) bool {
		tod := wall(at, o.plan.Zone)
		return iv.From <= tod && tod < iv.To
	}
	if !inside(iv) {
		return false
	}
	return !slices.ContainsFunc(o.plan.Closures, func(c booking.Closure) bool {
		return !c.WalkInOnly && c.From <= date && date <= c.To && (c.Part == nil || inside(*c.Part))
	})
}

// left is what the busiest moment leaves; it can only begin where the
// appointment or a span begins.
func (o oracle) left(start time.Time, c booking.Capacity) int {
	from, to := start.Unix(), start.Add(o.request.Duration).Unix()
	moments := []int64{from}
	for _, s := range o.spans {
		if s.From > from && s.From < to {
			moments = append(moments, s.From)
		}
	}
	left := c.Staff
	if !o.request.Staff {
		left = min(c.Online, c.Staff)
	}
	for _, m := range moments {
		all, online := o.overlapping(m)
		left = min(left, c.Staff-all)
		if !o.request.Staff {
			left = min(left, c.Online-online)
		}
	}
	return max(left, 0)
}

func (o oracle) overlapping(moment int64) (all, online int) {
	for _, s := range o.spans {
		if s.Expires != 0 && o.request.Now.Unix() >= s.Expires || moment < s.From || moment >= s.To {
			continue
		}
		if !s.Cooling {
			all++
		}
		if s.Online || s.Cooling {
			online++
		}
	}
	return all, online
}

func (o oracle) taken(town.Date) []booking.Span { return o.spans }

func wall(at time.Time, zone *time.Location) town.TimeOfDay {
	local := at.In(zone)
	return town.TimeOfDay(local.Hour()*60 + local.Minute())
}
