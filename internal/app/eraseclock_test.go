package app_test

import (
	"strings"
	"testing"
	"time"

	"aufruf/internal/app"
)

func TestErasingPausesWhileTheClockCantBeTrusted(t *testing.T) {
	n := openNight(t)
	made, err := n.Book(n.ctx(), app.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	passed := time.Duration(0)
	n.eraser.CountTimeBy(func() time.Duration { return passed })
	for _, jump := range []time.Duration{61 * time.Minute, 400 * 24 * time.Hour, -61 * time.Minute} {
		n.set(at(t, tuesday, "08:00").Add(jump))
		n.erase()
		if !n.eraser.Paused() {
			t.Errorf("%s: not paused", jump)
		}
	}
	if data, err := n.PersonalData(n.ctx(), markt, tuesday, made.Ticket.Number); err != nil || data.Person == nil {
		t.Errorf("the person is gone: %v", err)
	}
	if got := n.keys.Date(); got > tuesday {
		t.Errorf("keys: got %s, want %s", got, tuesday)
	}
	if !strings.Contains(n.log.String(), "erasing is paused") || strings.Count(n.log.String(), "erasing is paused") != 1 {
		t.Errorf("want one alarm within the hour, got\n%s", n.log)
	}
	// Repaired: time has passed, and both clocks say so.
	passed = 24 * time.Hour
	n.set(at(t, tuesday, "08:00").Add(passed))
	n.erase()
	n.numberStays(made)
}

// erasedAfter says whether a person of the Tuesday is erased once the wall clock
// has moved on so far, and the clock that nobody sets so far.
func erasedAfter(t *testing.T, steps ...[2]time.Duration) (erased, paused bool) {
	t.Helper()
	n := openNight(t)
	made, err := n.Book(n.ctx(), app.Actor{}, secretive(at(t, tuesday, "09:20")))
	if err != nil {
		t.Fatal(err)
	}
	passed, start := time.Duration(0), n.clock()
	n.eraser.CountTimeBy(func() time.Duration { return passed })
	for _, s := range steps {
		n.set(start.Add(s[0]))
		passed = s[1]
		n.erase()
	}
	data, err := n.PersonalData(n.ctx(), markt, tuesday, made.Ticket.Number)
	if err != nil {
		t.Fatal(err)
	}
	if date := n.keys.Date(); (date > tuesday) != (data.Person == nil) {
		t.Errorf("keys from %s, person %v", date, data.Person)
	}
	return data.Person == nil, n.eraser.Paused()
}

// The hall opens at eight: a day later is the night after the appointment.
func TestErasingGoesByTheSlowerClock(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	for name, test := range map[string]struct {
		steps          [][2]time.Duration
		erased, paused bool
	}{
		"both go on":                                {[][2]time.Duration{{day, day}}, true, false},
		"the machine slept, and both know":          {[][2]time.Duration{{hour, hour}, {3 * day, 3 * day}}, true, false},
		"the clock was set ahead":                   {[][2]time.Duration{{400 * day, hour}}, false, true},
		"it stays so, and the day is really over":   {[][2]time.Duration{{400 * day, hour}, {401 * day, day}}, true, true},
		"a virtual machine stood still for a night": {[][2]time.Duration{{hour, hour}, {day, 2 * hour}}, false, true},
		"and erases late, by itself":                {[][2]time.Duration{{day, 2 * hour}, {2 * day, 26 * hour}}, true, true},
		"the clock was set back":                    {[][2]time.Duration{{-2 * day, day}}, false, true},
		"and right again":                           {[][2]time.Duration{{-2 * day, day}, {day + hour, day + hour}}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			if erased, paused := erasedAfter(t, test.steps...); erased != test.erased || paused != test.paused {
				t.Errorf("erased %v, paused %v; want %v, %v", erased, paused, test.erased, test.paused)
			}
		})
	}
}

// A minute a night is nobody's fault, whatever it adds up to; more is.
func TestSmallDriftIsForgivenEachNight(t *testing.T) {
	const day = 24 * time.Hour
	nights := func(drift time.Duration) [][2]time.Duration {
		var steps [][2]time.Duration
		for night := time.Duration(1); night <= 70; night++ {
			steps = append(steps, [2]time.Duration{night * day, night * (day - drift)})
		}
		return steps
	}
	if _, paused := erasedAfter(t, nights(time.Minute)...); paused {
		t.Error("a minute a night: paused")
	}
	if _, paused := erasedAfter(t, nights(6*time.Minute)...); !paused {
		t.Error("seven hours in seventy nights: not paused")
	}
}
