package booking

import (
	"time"

	"aufruf/internal/town"
)

const day = 24 * 60 * 60 // seconds

// clock reads the wall clock of one date in a zone. It looks at the zone twice
// and does sums from then on, but on the two dates a year on which the clocks
// change.
type clock struct {
	zone          *time.Location
	midnight      int64 // of the date, as if the zone were UTC
	before, after int64 // offsets from UTC a day before and a day after the date
}

func clockOn(date town.Date, zone *time.Location) clock {
	midnight := int64(date) * day
	return clock{
		zone:     zone,
		midnight: midnight,
		before:   offset(midnight-day, zone),
		after:    offset(midnight+2*day, zone),
	}
}

// span returns the instants at which an interval begins and ends. A time that
// the clocks skip counts as the moment of the jump. Of a time that comes twice
// the end is the first and the beginning the second, unless that leaves
// nothing: in doubt an office is closed, so no appointment ever lies at a
// wall-clock time outside the interval.
func (c clock) span(iv Interval) (from, to int64) {
	first, last := c.at(iv.From)
	to, _ = c.at(iv.To)
	if last < to {
		return last, to
	}
	return first, to
}

// at returns the first and the last instant at which the clock shows a time.
func (c clock) at(tod town.TimeOfDay) (first, last int64) {
	wall := c.midnight + int64(tod)*60
	early, late := wall-c.before, wall-c.after
	if c.before == c.after {
		return early, early
	}
	isEarly, isLate := offset(early, c.zone) == c.before, offset(late, c.zone) == c.after
	switch {
	case isEarly && isLate:
		return min(early, late), max(early, late)
	case isEarly:
		return early, early
	case isLate:
		return late, late
	}
	jump, _ := time.Unix(early, 0).In(c.zone).ZoneBounds()
	return jump.Unix(), jump.Unix()
}

// shows returns what the clock shows at an instant of the date.
func (c clock) shows(unix int64) town.TimeOfDay {
	ahead := c.before
	if c.before != c.after {
		ahead = offset(unix, c.zone)
	}
	return town.TimeOfDay((unix + ahead - c.midnight) / 60)
}

// change returns when the clocks change on the date or next to it, if they do.
func (c clock) change() (at int64, ok bool) {
	if c.before == c.after {
		return 0, false
	}
	_, end := time.Unix(c.midnight-day, 0).In(c.zone).ZoneBounds()
	return end.Unix(), true
}

func offset(unix int64, zone *time.Location) int64 {
	_, seconds := time.Unix(unix, 0).In(zone).Zone()
	return int64(seconds)
}
