package daybook

import (
	"fmt"
	"sync"

	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// Calendar is a span of days.
type Calendar struct {
	Days     []booking.Day
	NextFree *town.Date // first free day from the first asked for to the horizon
}

// maxCalendars bounds the memory of one second's answers; a month is about 3 kB.
const maxCalendars = 1024

// calendars keeps what was computed in the current second. Within it that is
// exact: the rules count in whole seconds, rounded up for the first start that
// can be booked and down for holds.
type calendars struct {
	mu     sync.Mutex
	second int64
	kept   map[calendarKey]Calendar
}

// calendarKey is all that a calendar depends on. Neither an office's plan nor
// what is given away ever changes, so their addresses name their content.
type calendarKey struct {
	office   *plan.Office
	given    *GivenAway
	wanted   string
	from, to town.Date
	second   int64
	struck   bool  // the instant at which the second begins
	held     int64 // the second that holds are judged by
}

func keyOf(w plan.Checked, given *GivenAway, from, to town.Date) calendarKey {
	return calendarKey{
		office: w.Office, given: given, wanted: fmt.Sprint(w.Rules.Staff, w.Items),
		from: from, to: to, second: w.Rules.Now.Unix(), struck: w.Rules.Now.Nanosecond() == 0,
		held: w.Rules.Held.Unix(),
	}
}

func (c *calendars) get(key calendarKey) (Calendar, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	calendar, ok := c.kept[key]
	return calendar, ok
}

// put keeps a calendar, and forgets those of another second. A full memory
// starts anew: what is asked for comes back at once.
func (c *calendars) put(key calendarKey, calendar Calendar) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.second != key.second || len(c.kept) >= maxCalendars {
		c.second, c.kept = key.second, map[calendarKey]Calendar{}
	}
	c.kept[key] = calendar
}
