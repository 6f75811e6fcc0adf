package app_test

import (
	"strings"
	"testing"
	"time"

	"aufruf/internal/town"
)

func TestErasingWaitsWhileTheClockCantBeTrusted(t *testing.T) {
	n := openNight(t)
	m := n.machine()
	made := n.bookSecretive(tuesday, "09:20")
	for _, jump := range []time.Duration{61 * time.Minute, 400 * 24 * time.Hour, -61 * time.Minute} {
		m.offset = jump
		m.pass(0)
		if !n.ClockState().Doubted {
			t.Errorf("%s: not doubted", jump)
		}
	}
	if data, err := n.Persons.Data(n.ctx(), markt, tuesday, made.Ticket.Number); err != nil || data.Person == nil {
		t.Errorf("the person is gone: %v", err)
	}
	if got := n.keys.Date(); got > tuesday {
		t.Errorf("keys: got %s, want %s", got, tuesday)
	}
	// Repaired: time has passed, and both clocks say so.
	m.offset = 0
	m.pass(24 * time.Hour)
	n.numberStays(made)
}

// erasedAfter says whether a person of the Tuesday is erased once the wall clock
// has moved on so far, and the clock that nobody sets so far.
func erasedAfter(t *testing.T, steps ...[2]time.Duration) (erased, doubted bool) {
	t.Helper()
	n := openNight(t)
	m := n.machine()
	made := n.bookSecretive(tuesday, "09:20")
	for _, s := range steps {
		m.offset = s[0] - s[1]
		m.pass(s[1] - m.truth)
	}
	data, err := n.Persons.Data(n.ctx(), markt, tuesday, made.Ticket.Number)
	if err != nil {
		t.Fatal(err)
	}
	if date := n.keys.Date(); (date > tuesday) != (data.Person == nil) {
		t.Errorf("keys from %s, person %v", date, data.Person)
	}
	return data.Person == nil, n.ClockState().Doubted
}

// The town hall opens at eight: a day later is the night after the appointment.
func TestErasingGoesByTheSlowerClock(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	for name, test := range map[string]struct {
		steps           [][2]time.Duration
		erased, doubted bool
	}{
		"both go on":                                {[][2]time.Duration{{day, day}}, true, false},
		"the machine slept, and both know":          {[][2]time.Duration{{hour, hour}, {3 * day, 3 * day}}, true, false},
		"the clock was set ahead":                   {[][2]time.Duration{{400 * day, hour}}, false, true},
		"it stays so, and the day is really over":   {[][2]time.Duration{{400 * day, hour}, {401*day - hour, day}}, true, true},
		"a virtual machine stood still for a night": {[][2]time.Duration{{hour, hour}, {day, 2 * hour}}, false, true},
		"and erases late, by itself":                {[][2]time.Duration{{day, 2 * hour}, {day + 22*hour, day}}, true, true},
		"and is believed after a steady day":        {[][2]time.Duration{{day, 2 * hour}, {2 * day, 26 * hour}}, true, false},
		"the clock was set back":                    {[][2]time.Duration{{-2 * day, day}}, false, true},
		"and right again":                           {[][2]time.Duration{{-2 * day, day}, {day + hour, day + hour}}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			if erased, doubted := erasedAfter(t, test.steps...); erased != test.erased || doubted != test.doubted {
				t.Errorf("erased %v, doubted %v; want %v, %v", erased, doubted, test.erased, test.doubted)
			}
		})
	}
}

// A day is over at its midnight, also the ones that are an hour shorter or
// longer, whatever a doubted clock shows.
func TestADayIsOverAtItsMidnightByTrustedTime(t *testing.T) {
	for _, saturday := range []town.Date{town.NewDate(2027, time.March, 27), town.NewDate(2027, time.October, 30)} {
		n := openNight(t)
		m := n.machine()
		m.base = at(t, saturday, "23:30")
		m.believed(n) // it was right until now
		sunday := saturday + 1
		length := (sunday + 1).Start(berlin(t)).Sub(sunday.Start(berlin(t)))
		for _, step := range []struct {
			passed time.Duration
			want   town.Date
		}{
			{29*time.Minute + 59*time.Second, saturday}, {time.Second, sunday},
			{12 * time.Hour, sunday}, {length - 12*time.Hour - time.Second, sunday}, {time.Second, sunday + 1},
		} {
			m.offset += 400 * 24 * time.Hour // never steady for long
			m.pass(step.passed)
			if got := n.keys.Date(); got != step.want || !n.ClockState().Doubted {
				t.Errorf("%s of %s: keys from %s, want %s", length, sunday, got, step.want)
			}
		}
	}
}

func TestTheLogAlarmsOnceAnHour(t *testing.T) {
	n := openNight(t)
	m := n.machine()
	ctx, run := n.running()
	defer run()
	m.offset = 61 * time.Minute
	m.set()
	n.log.await(ctx, t, "the clock can't be trusted")
	if got := strings.Count(n.log.String(), "the clock can't be trusted"); got != 1 {
		t.Errorf("got %d alarms, want one", got)
	}
}
