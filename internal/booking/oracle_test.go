package booking_test

import (
	"iter"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// oracle decides as slowly and plainly as possible what can be booked. It reads
// the wall clock minute by minute, on days on which the clocks change too, and
// shares no code with what it checks.
type oracle struct {
	plan    *booking.Plan
	request booking.Request
	spans   []booking.Span
}

// offer is a start that a rule admits, and with what capacity.
type offer struct {
	at       time.Time
	capacity booking.Capacity
}

// free returns each start of a date that may be booked now, with how many still
// can: 0 where it is full.
func (o oracle) free(date town.Date) map[time.Time]int {
	free := map[time.Time]int{}
	for _, offer := range o.offers(date) {
		if o.inTime(offer.at) {
			free[offer.at] = max(free[offer.at], o.left(date, offer.at, offer.capacity))
		}
	}
	return free
}

// slots returns what can be booked on a date, in order.
func (o oracle) slots(date town.Date) []booking.Slot {
	var slots []booking.Slot
	free := o.free(date)
	for m := range minutesOf(date, o.plan.Zone) {
		if free[m.at] > 0 {
			slots = append(slots, booking.Slot{Start: m.at, End: m.at.Add(o.request.Duration), Free: free[m.at]})
		}
	}
	return slots
}

// day returns what the calendar sheet should say of a date.
func (o oracle) day(date town.Date) (state booking.DayState, free int, reason booking.Reason) {
	if reason := o.closed(date); reason != "" {
		return booking.DayClosed, 0, reason
	}
	left := o.free(date)
	if free := len(o.slots(date)); free > 0 {
		return booking.DayFree, free, ""
	}
	if len(left) > 0 {
		return booking.DayFull, 0, ""
	}
	toCome := func(offer offer) bool { return !offer.at.Before(o.request.Now.Truncate(time.Second)) }
	if slices.ContainsFunc(o.offers(date), toCome) {
		return booking.DayClosed, 0, booking.ReasonLeadTime
	}
	return booking.DayClosed, 0, booking.ReasonPast
}

// closed returns why a date has no starts at all, whatever the hour is now.
func (o oracle) closed(date town.Date) booking.Reason {
	open := o.rulesOn(date)
	_, holiday := o.plan.Holidays.Holiday(date)
	unclosed := o
	unclosed.plan = new(*o.plan)
	unclosed.plan.Closures = nil
	switch {
	case date < town.DateOf(o.request.Now, o.plan.Zone):
		return booking.ReasonPast
	case date > o.horizon():
		return booking.ReasonHorizon
	case !o.offered(date):
		return booking.ReasonNotOffered
	case holiday && !slices.ContainsFunc(open, o.serves):
		return booking.ReasonHoliday
	case slices.ContainsFunc(o.plan.Closures, func(c booking.Closure) bool { return closes(c, date) && c.Part == nil }):
		return booking.ReasonClosure
	case len(o.offers(date)) > 0:
		return ""
	case len(unclosed.offers(date)) > 0:
		return booking.ReasonClosure
	case len(open) > 0:
		return booking.ReasonNotOffered
	}
	return booking.ReasonWeekday
}

func closes(c booking.Closure, date town.Date) bool {
	return !c.WalkInOnly && c.From <= date && date <= c.To
}

// offers tries each minute of a date against each interval of each rule.
func (o oracle) offers(date town.Date) []offer {
	minutes := slices.Collect(minutesOf(date, o.plan.Zone))
	var found []offer
	for _, rule := range o.rulesOn(date) {
		if !o.serves(rule) {
			continue
		}
		for _, iv := range rule.Intervals {
			opening, _ := takesPlace(iv, minutes)
			for _, piece := range o.pieces(date, iv) {
				from, to := takesPlace(piece, minutes)
				for _, m := range minutes {
					onGrid := m.at.Sub(opening)%o.plan.Grid == 0
					if onGrid && !m.at.Before(from) && !m.at.Add(o.request.Duration).After(to) {
						found = append(found, offer{m.at, rule.Capacity})
					}
				}
			}
		}
	}
	return found
}

// rulesOn returns the rules that open on a date for anything.
func (o oracle) rulesOn(date town.Date) []booking.OpeningRule {
	_, holiday := o.plan.Holidays.Holiday(date)
	var rules []booking.OpeningRule
	for _, rule := range o.plan.Opening {
		if o.matches(rule.Pattern, date) && (!holiday || rule.Holidays) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// inTime reports whether a start is neither too early nor too late by now.
func (o oracle) inTime(start time.Time) bool {
	r := o.request
	date := town.DateOf(start, o.plan.Zone)
	if date < town.DateOf(r.Now, o.plan.Zone) || date > o.horizon() || !o.offered(date) {
		return false
	}
	switch {
	case r.Staff:
		return !start.Before(r.Now.Add(-15 * time.Minute))
	case r.Kept:
		return !start.Before(r.Now)
	}
	return !start.Before(r.Now.Add(o.plan.Lead))
}

func (o oracle) offered(date town.Date) bool {
	r := o.request
	return (r.First == nil || date >= *r.First) && (r.Last == nil || date <= *r.Last)
}

func (o oracle) horizon() town.Date {
	today := town.DateOf(o.request.Now, o.plan.Zone)
	if o.request.Staff {
		return today.AddDays(732) // not bound, but for a slip of the pen
	}
	horizon := today.AddDays(o.plan.Horizon)
	if wall(o.request.Now, o.plan.Zone) < o.plan.Release {
		horizon--
	}
	return horizon
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

// pieces strikes the closed minutes of the dial out of an interval.
func (o oracle) pieces(date town.Date, iv booking.Interval) []booking.Interval {
	struck := func(tod town.TimeOfDay) bool {
		return slices.ContainsFunc(o.plan.Closures, func(c booking.Closure) bool {
			return closes(c, date) && (c.Part == nil || c.Part.From <= tod && tod < c.Part.To)
		})
	}
	var pieces []booking.Interval
	for tod := iv.From; tod < iv.To; tod++ {
		if struck(tod) {
			continue
		}
		if last := len(pieces) - 1; last >= 0 && pieces[last].To == tod {
			pieces[last].To++
			continue
		}
		pieces = append(pieces, booking.Interval{From: tod, To: tod + 1})
	}
	return pieces
}

// minute is an instant, and what the wall clock shows then.
type minute struct {
	at  time.Time
	tod town.TimeOfDay
}

// minutesOf yields the minutes of a local date, however many there are.
func minutesOf(date town.Date, zone *time.Location) iter.Seq[minute] {
	return func(yield func(minute) bool) {
		begin, end := int64(date-1)*86400, int64(date+2)*86400
		for unix := begin; unix < end; unix += 60 {
			at := time.Unix(unix, 0).In(zone)
			if town.DateOf(at, zone) == date && !yield(minute{at, wall(at, zone)}) {
				return
			}
		}
	}
}

// takesPlace returns when an interval takes place: from the last minute that shows
// its beginning to the first that shows its end. Where that leaves nothing, it
// begins at the first minute instead. What the clocks skip is shown by the
// minute after the jump.
func takesPlace(iv booking.Interval, minutes []minute) (from, to time.Time) {
	first, last := shown(iv.From, minutes)
	to, _ = shown(iv.To, minutes)
	if last.Before(to) {
		return last, to
	}
	return first, to
}

func shown(tod town.TimeOfDay, minutes []minute) (first, last time.Time) {
	for _, m := range minutes {
		if m.tod == tod && first.IsZero() {
			first = m.at
		}
		if m.tod == tod {
			last = m.at
		}
	}
	if !first.IsZero() {
		return first, last
	}
	for _, m := range minutes {
		if m.tod > tod {
			return m.at, m.at
		}
	}
	midnight := minutes[len(minutes)-1].at.Add(time.Minute)
	return midnight, midnight
}

func wall(at time.Time, zone *time.Location) town.TimeOfDay {
	local := at.In(zone)
	return town.TimeOfDay(local.Hour()*60 + local.Minute())
}

// left is what the busiest moment leaves; it can only begin where the
// appointment, a minute or a span begins.
func (o oracle) left(date town.Date, start time.Time, rule booking.Capacity) int {
	from, to := start.Unix(), start.Add(o.request.Duration).Unix()
	moments := []int64{from}
	for m := from/60*60 + 60; m < to; m += 60 {
		moments = append(moments, m)
	}
	for _, s := range o.spans {
		if s.From > from && s.From < to {
			moments = append(moments, s.From)
		}
	}
	left := 1000
	for _, m := range moments {
		c := o.capacityAt(date, wall(time.Unix(m, 0), o.plan.Zone), rule)
		all, online := o.overlapping(m)
		left = min(left, c.Staff-all)
		if !o.request.Staff {
			left = min(left, c.Online-online)
		}
	}
	return max(left, 0)
}

func (o oracle) overlapping(moment int64) (all, online int) {
	held := o.request.Now
	if !o.request.Held.IsZero() {
		held = o.request.Held
	}
	for _, s := range o.spans {
		if s.Expires != 0 && held.Unix() >= s.Expires || moment < s.From || moment >= s.To {
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
