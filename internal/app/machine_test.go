package app_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
)

// machine is what a town hall's night runs on: it knows what time it really is,
// and has a wall clock that may show something else.
type machine struct {
	n      *night
	base   time.Time     // when truth began
	offset time.Duration // how far the wall clock is ahead of truth

	mu    sync.Mutex
	truth time.Duration // how much time has really passed since
}

// machine gives a night a machine whose clocks part when a test says so. It
// starts the server again, for it counts the time that passes by another clock.
func (n *night) machine() *machine {
	n.t.Helper()
	m := &machine{n: n, base: n.clock()}
	n.passed = m.passed
	m.restart(0)
	return m
}

// passed reads how much time has passed.
func (m *machine) passed() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.truth
}

// set sets the wall clock.
func (m *machine) set() { m.n.set(m.base.Add(m.passed() + m.offset)) }

// goOn lets time pass on both clocks.
func (m *machine) goOn(d time.Duration) {
	m.mu.Lock()
	m.truth += d
	m.mu.Unlock()
	m.set()
}

// pass lets time pass, and the server do what it then does: look at the clock,
// erase, tidy.
func (m *machine) pass(d time.Duration) {
	m.n.t.Helper()
	m.goOn(d)
	m.n.erase()
	if err := m.n.Upkeep.Tidy(m.n.ctx()); err != nil {
		m.n.t.Fatal(err)
	}
}

// restart ends the server and starts it again after a while.
func (m *machine) restart(off time.Duration) {
	m.n.t.Helper()
	if err := m.n.store.Close(); err != nil {
		m.n.t.Fatal(err)
	}
	m.goOn(off)
	m.n.open()
}

// believed starts the server anew at the machine's time, which somebody has
// confirmed.
func (m *machine) believed(n *night) {
	n.t.Helper()
	m.set()
	if _, err := app.ConfirmTime(n.ctx(), n.store, n.clock()); err != nil {
		n.t.Fatal(err)
	}
	m.restart(0)
}

// saying is a second source that says the same whatever it is asked.
type saying clock.Word

func (saying) Name() string { return "somebody" }

func (s saying) Ask(context.Context) clock.Word { return clock.Word(s) }

// onEachEnginesNight runs a test once per engine with a machine.
func onEachEnginesNight(t *testing.T, test func(t *testing.T, n *night, m *machine)) {
	t.Run("SQLite", func(t *testing.T) {
		n := openNight(t)
		test(t, n, n.machine())
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		place := postgresql.Database(t)
		n := openNightIn(t, func() ledger.Store { return reopenPostgreSQL(t, place) })
		test(t, n, n.machine())
	})
}

// running lets the clock be watched as the server does, until the end is called.
func (n *night) running() (context.Context, func()) {
	ctx, cancel := context.WithTimeout(n.ctx(), 20*time.Second)
	ended := make(chan error, 1)
	go func() { ended <- n.RunTime(ctx) }()
	return ctx, func() {
		cancel()
		if err := <-ended; err != nil {
			n.t.Error(err)
		}
	}
}

// await polls for a line of the log.
func (l *lines) await(ctx context.Context, t *testing.T, text string) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !strings.Contains(l.String(), text) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited for %q, got\n%s", text, l)
		}
	}
}
