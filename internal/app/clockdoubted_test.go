package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/problem"
)

func TestWhatWasBegunEndsByElapsedTimeWhileTheClockIsDoubted(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		n.hires("anna")
		m.offset = aYear
		m.restart(time.Hour)
		m.pass(time.Minute)
		start := at(t, tuesday+365+6, "11:00") // a Tuesday, by the clock that citizens see
		free := n.free(start)
		held := n.hold(access.Actor{Origin: "198.51.100.7"}, start)
		if left := held.Expires.Sub(n.clock()); left < app.HoldTime || left > app.HoldTime+time.Second {
			t.Errorf("a hold is shown to end in %s", left)
		}
		session := n.signsIn("anna")
		m.pass(app.HoldTime - time.Minute)
		if got := n.free(start); got != free-1 {
			t.Errorf("beside the hold: got %d free, want %d", got, free-1)
		}
		m.pass(2 * time.Minute)
		if got := n.free(start); got != free {
			t.Errorf("after the hold: got %d free, want %d", got, free)
		}
		m.pass(access.SessionTime - 15*time.Minute)
		if _, err := n.Access.ActorOf(n.ctx(), session); err != nil {
			t.Errorf("signed out before time: %v", err)
		}
		m.pass(10 * time.Minute)
		if _, err := n.Access.ActorOf(n.ctx(), session); !problem.Is(err, "session.required") {
			t.Errorf("after twelve hours: got %v", err)
		}
	})
}

// begunInDoubt opens a doubt after a weekend off and begins what lasts.
type begunInDoubt struct {
	session string
	held    app.HeldSlot
	start   time.Time
	free    int
	made    app.Appointment
	request access.Actor
}

func (n *night) beginsInDoubt(m *machine) begunInDoubt {
	n.t.Helper()
	b := begunInDoubt{start: at(n.t, tuesday+7, "11:00"), request: access.Actor{Key: "a-key-of-its-own-0002"}}
	n.hires("anna")
	m.restart(63 * time.Hour) // over a long weekend
	m.pass(time.Minute)
	if !n.ClockState().Doubted {
		n.t.Fatal("trusted after 63 hours")
	}
	b.session = n.signsIn("anna")
	b.free = n.free(b.start)
	b.held = n.hold(access.Actor{Origin: "198.51.100.7"}, b.start)
	var err error
	if b.made, err = n.Book(n.ctx(), b.request, wants(at(n.t, tuesday+7, "10:00"))); err != nil {
		n.t.Fatal(err)
	}
	m.pass(5 * time.Minute)
	return b
}

// goesOn checks that what was begun in doubt has the rest of its time.
func (n *night) goesOn(m *machine, b begunInDoubt) {
	n.t.Helper()
	if _, err := n.Access.ActorOf(n.ctx(), b.session); err != nil {
		n.t.Errorf("signed out: %v", err)
	}
	if got := n.free(b.start); got != b.free-1 {
		n.t.Errorf("beside the hold: got %d free, want %d", got, b.free-1)
	}
	memory, rows, followed, err := n.Memory.Compare(n.ctx(), markt)
	if err != nil || followed && !cmp.Equal(memory, rows) {
		n.t.Errorf("memory and rows part: %v\n%s", err, cmp.Diff(memory, rows))
	}
	again, err := n.Book(n.ctx(), b.request, wants(at(n.t, tuesday+7, "10:00")))
	if err != nil || again.Ticket.ID != b.made.Ticket.ID {
		n.t.Errorf("the same key: got %v, %v", again.Ticket.ID, err)
	}
	if still, err := n.HeldSlot(n.ctx(), b.held.ID); err != nil || still.Expires.Sub(b.held.Expires).Abs() > time.Second {
		n.t.Errorf("the hold ends at %s, %v; want %s", still.Expires, err, b.held.Expires)
	}
	m.pass(6 * time.Minute)
	if got := n.free(b.start); got != b.free {
		n.t.Errorf("after the hold: got %d free, want %d", got, b.free)
	}
	m.pass(12 * time.Hour)
	if _, err := n.Access.ActorOf(n.ctx(), b.session); err == nil {
		n.t.Error("signed in for more than twelve hours")
	}
}

func TestAfterAWeekendOffNothingIsErasedUntilSomebodyConfirms(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		past := n.bookSecretive(tuesday, "09:20")
		b := n.beginsInDoubt(m)
		if got := n.stored("", past); got.Persons != 1 {
			t.Error("erased although nobody knows the time")
		}
		if _, err := app.ConfirmTime(n.ctx(), n.store, n.clock().Add(-aYear)); err != nil {
			t.Fatal(err)
		}
		m.pass(time.Second)
		if !n.ClockState().Doubted {
			t.Error("believed by a word about another clock")
		}
		at, err := app.ConfirmFrom(n.ctx(), n.store, n.clock())
		if err != nil || !at.Equal(n.clock()) {
			t.Fatal(at, err)
		}
		m.pass(time.Second)
		if got := n.stored(b.session, past); got.Persons != 0 || got.Keys != tuesday+2 {
			t.Errorf("confirmed: got %+v", got)
		}
		if at, err := app.ConfirmFrom(n.ctx(), n.store, n.clock()); err != nil || !at.IsZero() {
			t.Errorf("confirmed again: got %v, %v; want nothing to confirm", at, err)
		}
		n.goesOn(m, b)
	})
}

func TestAConfirmationWhileNothingRunsCountsAtTheStart(t *testing.T) {
	n := openNight(t)
	m := n.machine()
	past := n.bookSecretive(tuesday, "09:20")
	if _, err := app.ConfirmFrom(n.ctx(), n.store, n.clock().Add(100*time.Hour)); err != nil {
		t.Fatal(err)
	}
	m.restart(100 * time.Hour)
	m.pass(time.Second)
	if got := n.stored("", past); got.Persons != 0 {
		t.Errorf("got %+v, want the Tuesday erased", got)
	}
	// It is used up.
	m.restart(100 * time.Hour)
	if !n.ClockState().Doubted {
		t.Error("an old confirmation counts twice")
	}
}

func TestAnAdministratorsWordCounts(t *testing.T) {
	onEachEnginesNight(t, func(t *testing.T, n *night, m *machine) {
		b := n.beginsInDoubt(m)
		if err := n.ConfirmClock(n.ctx(), staff(clerk), n.clock()); !problem.Is(err, "right.missing") {
			t.Errorf("a clerk: got %v", err)
		}
		admin, err := n.Access.ActorOf(n.ctx(), b.session)
		if err != nil {
			t.Fatal(err)
		}
		if err := n.ConfirmClock(n.ctx(), admin, n.clock().Add(-aYear)); !problem.Is(err, "clock.moved_on") {
			t.Errorf("another time than it shows: got %v", err)
		}
		if err := n.ConfirmClock(n.ctx(), admin, n.clock()); err != nil {
			t.Fatal(err)
		}
		if n.ClockState().Doubted {
			t.Error("doubted")
		}
		n.goesOn(m, b)
	})
}
