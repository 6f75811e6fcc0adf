package app_test

import (
	"strings"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
)

func TestASecondSourceSettlesOrForbids(t *testing.T) {
	for name, test := range map[string]struct {
		says    []clock.Word
		erased  bool
		doubted bool
	}{
		"nobody":           {nil, false, true},
		"silence":          {[]clock.Word{clock.Silent}, false, true},
		"one agrees":       {[]clock.Word{clock.Silent, clock.Agrees}, true, false},
		"they contradict":  {[]clock.Word{clock.Agrees, clock.Differs}, false, true},
		"the other denies": {[]clock.Word{clock.Differs}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := openNight(t)
			m := n.machine()
			past := n.bookSecretive(tuesday, "09:20")
			for _, word := range test.says {
				n.witnesses = append(n.witnesses, saying(word))
			}
			m.restart(63 * time.Hour)
			m.pass(time.Minute)
			if got := n.stored("", past).Persons == 0; got != test.erased || n.ClockState().Doubted != test.doubted {
				t.Errorf("erased %v, doubted %v; want %v, %v", got, n.ClockState().Doubted, test.erased, test.doubted)
			}
		})
	}
}

// The clock was off by a day at the start, which it is trusted with; the
// database server knows better.
func TestAClockThatAnotherDeniesErasesNothing(t *testing.T) {
	n := openNight(t)
	m := n.machine()
	made := n.bookSecretive(tuesday, "09:20")
	n.witnesses = []app.Witness{saying(clock.Differs)}
	m.offset = 20 * time.Hour
	m.restart(0)
	m.pass(time.Minute)
	if got := n.stored("", made); got.Persons != 1 || !n.ClockState().Denied {
		t.Errorf("got %+v, %+v", got, n.ClockState())
	}
}

func TestAClockThatStoodSteadyForADayOfServiceIsBelieved(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		past := n.bookSecretive(tuesday+2, "09:20") // over by the clock, and not by the time of service
		m.restart(100 * time.Hour)
		for range 11 {
			m.pass(time.Hour)
		}
		m.restart(12 * time.Hour) // the service is counted, not the time it was off
		for range 12 {
			m.pass(time.Hour)
			if !n.ClockState().Doubted {
				t.Fatal("believed after less than a day of service")
			}
			if got := n.stored("", past); got.Persons != 1 {
				t.Fatal("erased by a clock that is doubted")
			}
		}
		m.pass(2 * time.Hour)
		if got := n.stored("", past); got.Persons != 0 || n.ClockState().Doubted {
			t.Errorf("after a day: got %+v, %+v", got, n.ClockState())
		}
		if !strings.Contains(n.log.String(), "clock_steady") {
			t.Error("the log says nothing of it")
		}
	})
}

// A virtual machine stood still; the node beside it went on. What was begun at
// that one stays as it is.
func TestANodeThatStoodStillLearnsTheTimeFromAnother(t *testing.T) {
	place := postgresql.Database(t)
	n := openNightIn(t, func() ledger.Store { return reopenPostgreSQL(t, place) })
	m := n.machine()
	other := openNightIn(t, func() ledger.Store { return reopenPostgreSQL(t, place) })
	m.pass(time.Minute)
	n.hires("anna")

	other.set(n.clock().Add(63 * time.Hour))
	kept := other.signsIn("anna")
	if err := other.LookAtClock(other.ctx()); err != nil {
		t.Fatal(err)
	}
	m.offset = 63 * time.Hour // its clock is set by the host when it goes on
	m.set()
	own := n.signsIn("anna")
	m.pass(time.Minute)
	if n.ClockState().Doubted {
		t.Errorf("got %+v, want the other node's word to count", n.ClockState())
	}
	other.set(n.clock())
	for name, session := range map[string]string{"its own": own, "the other's": kept} {
		if _, err := n.Access.ActorOf(n.ctx(), session); err != nil {
			t.Errorf("%s: signed out: %v", name, err)
		}
	}
	m.pass(access.SessionTime)
	for name, session := range map[string]string{"its own": own, "the other's": kept} {
		if _, err := n.Access.ActorOf(n.ctx(), session); err == nil {
			t.Errorf("%s: signed in for more than twelve hours", name)
		}
	}
}
