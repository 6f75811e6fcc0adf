package display

import (
	"fmt"
	"strings"
	"time"

	"aufruf/internal/town"
)

// clock is the server's clock, kept as its last reading and the monotonic time
// of that reading.
type clock struct {
	reading time.Time // in the branch's offset
	read    time.Duration
}

func (c *clock) set(at time.Duration, reading time.Time) {
	c.reading, c.read = reading, at
}

func (c *clock) known() bool { return !c.reading.IsZero() }

// at returns the server's time, zero where it never told.
func (c *clock) at(at time.Duration) time.Time {
	if !c.known() {
		return time.Time{}
	}
	return c.reading.Add(at - c.read)
}

// day returns the branch's local day.
func (c *clock) day(at time.Duration) (town.Date, bool) {
	return town.DateOf(c.at(at), c.reading.Location()), c.known()
}

// midnight returns when the branch's local day ends.
func (c *clock) midnight(at time.Duration) (time.Duration, bool) {
	today, known := c.day(at)
	if !known {
		return 0, false
	}
	next := today.AddDays(1).Start(c.reading.Location())
	return c.read + next.Sub(c.reading), true
}

// Hours is a span of the day, over midnight where To is before From.
type Hours struct{ From, To town.TimeOfDay }

// ParseHours reads "20:00-07:30".
func ParseHours(text string) (Hours, error) {
	from, to, ok := strings.Cut(text, "-")
	if !ok {
		return Hours{}, fmt.Errorf("hours %q: want HH:MM-HH:MM", text)
	}
	begin, err := town.ParseTimeOfDay(from)
	if err != nil {
		return Hours{}, err
	}
	end, err := town.ParseTimeOfDay(to)
	if err != nil {
		return Hours{}, err
	}
	return Hours{From: begin, To: end}, nil
}

// Contains reports whether a time of day lies in the span; To doesn't.
func (h Hours) Contains(t town.TimeOfDay) bool {
	if h.From <= h.To {
		return h.From <= t && t < h.To
	}
	return t >= h.From || t < h.To
}

// within reports whether the server's local time lies in one of the spans.
func (c *clock) within(spans []Hours, at time.Duration) bool {
	if !c.known() {
		return false
	}
	now := c.at(at)
	tod := town.TimeOfDay(now.Hour()*60 + now.Minute())
	for _, h := range spans {
		if h.Contains(tod) {
			return true
		}
	}
	return false
}
