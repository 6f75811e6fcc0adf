package figures

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// By is what stretches are counted by.
type By string

// What they can be counted by.
const (
	ByDay     By = "day"
	ByWeek    By = "week"
	ByMonth   By = "month"
	ByYear    By = "year"
	ByHour    By = "hour"
	ByWeekday By = "weekday"
	ByService By = "service"
	ByOffice  By = "office"
	ByRoom    By = "room"
	ByChannel By = "channel"
	// ByHourOfWeek is a cell of a heat sheet: "2 09" is Tuesday from nine.
	ByHourOfWeek By = "hour_of_week"
	ByLead       By = "lead"
	// ByAll is one row of all.
	ByAll By = "all"
)

// Valid reports whether it is one that others may ask for.
func (by By) Valid() bool {
	switch by {
	case ByDay, ByWeek, ByMonth, ByYear, ByHour, ByWeekday, ByService, ByOffice, ByRoom, ByChannel:
		return true
	}
	return false
}

// ofTime reports whether each stretch of time has a row, also an empty one.
func (by By) ofTime() bool { return by == ByDay || by == ByWeek || by == ByMonth || by == ByYear }

// HasCapacity reports whether an office's time can be told apart by it.
func (by By) HasCapacity() bool {
	return by != ByService && by != ByRoom && by != ByChannel && by != ByLead
}

// period is the key of a date.
func (by By) period(d town.Date) string {
	switch by {
	case ByWeek:
		year, week := d.UTC().ISOWeek()
		return fmt.Sprintf("%d-W%02d", year, week)
	case ByMonth:
		return d.String()[:len("2006-01")]
	case ByYear:
		return d.String()[:len("2006")]
	}
	return d.String()
}

// weekday is Monday's 1 to Sunday's 7.
func weekday(d town.Date) string { return strconv.Itoa((int(d.Weekday())+6)%7 + 1) }

// key is the row of a stretch.
func (by By) key(d town.Date, s *Stretch) string {
	switch by {
	case ByHour, ByWeekday, ByHourOfWeek:
		return by.time(d, s.Hour)
	case ByService:
		return string(s.Service)
	case ByOffice:
		return string(s.Office)
	case ByRoom:
		return string(s.Room)
	case ByChannel:
		return string(s.Channel)
	case ByLead:
		return leadOf(s.Lead)
	case ByAll:
		return ""
	}
	return by.period(d)
}

func (by By) time(d town.Date, hour int) string {
	switch by {
	case ByHour:
		return fmt.Sprintf("%02d", hour)
	case ByWeekday:
		return weekday(d)
	case ByHourOfWeek:
		return fmt.Sprintf("%s %02d", weekday(d), hour)
	case ByAll:
		return ""
	}
	return by.period(d)
}

// Leads are the classes of lead time, in days, each from one on.
var Leads = []int{0, 1, 3, 8, 15, 29}

// leadOf returns the class of a lead time, as its first day.
func leadOf(days int) string {
	class := Leads[0]
	for _, from := range Leads {
		if days >= from {
			class = from
		}
	}
	return fmt.Sprintf("%02d", class)
}

// Length names one of the lengths of a stretch.
type Length int

// The lengths.
const (
	Waiting Length = iota
	Way
	Serving
	Aside
	LateOffice
	LatePerson
	lengths
)

func (s *Stretch) length(l Length) Seconds {
	return [lengths]Seconds{s.Waiting, s.Way, s.Serving, s.Aside, s.LateOffice, s.LatePerson}[l]
}

// atom is what all counts of a row are sums of.
type atom struct {
	walkIn bool
	how    Outcome
}

// tally is how many there are of an atom, and the sum of their keys.
type tally struct {
	n       int
	key     uint16
	minutes int // of appointments
}

// Row is what is counted under one key.
type Row struct {
	Key      string
	Capacity int // minutes of appointments that could be given

	atoms   map[atom]tally
	lengths [lengths][]Seconds
	byHand  int
	old     int
	told    bool
}

func (r *Row) sum(of func(atom) bool) int {
	n := 0
	for a, t := range r.atoms {
		if of(a) {
			n += t.n
		}
	}
	return n
}

// Visits are all but those that were cancelled: Appointments and WalkIns.
func (r *Row) Visits() int { return r.sum(func(a atom) bool { return a.how != Cancelled }) }

// Appointments are those that weren't cancelled.
func (r *Row) Appointments() int {
	return r.sum(func(a atom) bool { return !a.walkIn && a.how != Cancelled })
}

// WalkIns are those that weren't given back.
func (r *Row) WalkIns() int {
	return r.sum(func(a atom) bool { return a.walkIn && a.how != Cancelled })
}

// Ended are those that ended in a way, of either kind.
func (r *Row) Ended(how Outcome) int { return r.sum(func(a atom) bool { return a.how == how }) }

// Missed are appointments to which nobody came.
func (r *Row) Missed() int { return r.atoms[atom{false, NoShow}].n }

// MissedMinutes is the time that was kept for them.
func (r *Row) MissedMinutes() int { return r.atoms[atom{false, NoShow}].minutes }

// Booked is the time that appointments take which weren't cancelled, in minutes.
func (r *Row) Booked() int {
	minutes := 0
	for a, t := range r.atoms {
		if !a.walkIn && a.how != Cancelled {
			minutes += t.minutes
		}
	}
	return minutes
}

// ByHand and Old are how many of its stretches were corrected by hand, and are from
// before steps were recorded.
func (r *Row) ByHand() int { return r.byHand }

// Old is how many are from before steps were recorded.
func (r *Row) Old() int { return r.old }

// Spread tells how lengths lie. Percentiles are known from FromVisits lengths on.
type Spread struct {
	Of                     int // how many lengths; 0: nothing is known
	Mean, P10, Median, P90 Seconds
}

// FromVisits is the smallest number of lengths of which percentiles are told.
const FromVisits = 5

// Spread returns how the lengths of a row lie. Of a row that is told outside of the
// house nothing is known below FromVisits.
func (r *Row) Spread(l Length) Spread {
	of := r.lengths[l]
	s := Spread{Of: len(of), Mean: Unknown, P10: Unknown, Median: Unknown, P90: Unknown}
	if len(of) == 0 || r.told && len(of) < FromVisits {
		return Spread{Mean: Unknown, P10: Unknown, Median: Unknown, P90: Unknown}
	}
	sum := int64(0)
	for _, length := range of {
		sum += int64(length)
	}
	n := int64(len(of))
	s.Mean = Seconds((sum + n/2) / n)
	if len(of) < FromVisits {
		return s
	}
	slices.Sort(of)
	s.P10, s.Median, s.P90 = quantile(of, 10), quantile(of, 50), quantile(of, 90)
	return s
}

// quantile lies between the two nearest of sorted lengths, where it falls between
// them: the median of four is the mean of the middle two.
func quantile(sorted []Seconds, percent int) Seconds {
	at := percent * (len(sorted) - 1)
	below, part := at/100, at%100
	if part == 0 {
		return sorted[below]
	}
	step := int(sorted[below+1] - sorted[below])
	return sorted[below] + Seconds((step*part+50)/100)
}

// Counter counts stretches while they are read.
type Counter struct {
	by   By
	rows map[string]*Row
}

// Count begins counting. Each stretch of time of a span has a row, where it is counted
// by time.
func Count(by By, from, to town.Date) *Counter {
	c := &Counter{by: by, rows: map[string]*Row{}}
	for date := from; by.ofTime() && date <= to; date++ {
		c.row(by.period(date))
	}
	return c
}

func (c *Counter) row(key string) *Row {
	r := c.rows[key]
	if r == nil {
		r = &Row{Key: key, atoms: map[atom]tally{}}
		c.rows[key] = r
	}
	return r
}

// Add counts a date's sheet.
func (c *Counter) Add(date town.Date, sheet Sheet) {
	for i := range sheet.Stretches {
		s := &sheet.Stretches[i]
		c.row(c.by.key(date, s)).add(s)
	}
	if !c.by.HasCapacity() {
		return
	}
	for _, offer := range sheet.Capacity {
		key := c.by.time(date, offer.Hour)
		if c.by == ByOffice {
			key = string(offer.Office)
		}
		c.row(key).Capacity += offer.Minutes
	}
}

func (r *Row) add(s *Stretch) {
	a := atom{s.Kind == queue.WalkIn, s.Outcome}
	t := r.atoms[a]
	t.n++
	t.key += s.Key
	t.minutes += s.Minutes
	r.atoms[a] = t
	if s.ByHand {
		r.byHand++
	}
	if s.Old {
		r.old++
	}
	if s.Outcome == Cancelled {
		return
	}
	for l := range lengths {
		if length := s.length(l); length != Unknown {
			r.lengths[l] = append(r.lengths[l], length)
		}
	}
}

// Rows returns what was counted, by key.
func (c *Counter) Rows() []Row {
	rows := make([]Row, 0, len(c.rows))
	for _, key := range slices.SortedFunc(maps.Keys(c.rows), cmp.Compare) {
		rows = append(rows, *c.rows[key])
	}
	return rows
}
