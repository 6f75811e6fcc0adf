package app

import (
	"fmt"
	"sync"

	"aufruf/internal/town"
)

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
	office   *officePlan
	given    *givenAway
	wanted   string
	from, to town.Date
	second   int64
	struck   bool  // the instant at which the second begins
	held     int64 // the second that holds are judged by
}

func keyOf(w wish, given *givenAway, from, to town.Date) calendarKey {
	return calendarKey{
		office: w.office, given: given, wanted: fmt.Sprint(w.rules.Staff, w.items),
		from: from, to: to, second: w.rules.Now.Unix(), struck: w.rules.Now.Nanosecond() == 0,
		held: w.rules.Held.Unix(),
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
