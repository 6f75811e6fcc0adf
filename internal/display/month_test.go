package display

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/web"
)

// TestAMonthOfCallsLeavesNothingBehind runs the whole program but for its
// sound card and its network through a month in virtual time: opening days of
// 300 calls and recalls, a lost connection each night, a browser that leaves
// and comes back each morning. Memory and goroutines stay where they were
// in the first days.
func TestAMonthOfCallsLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMonth(t)
		var evenings []load
		for day := range 31 {
			m.day(day)
			evenings = append(evenings, measure())
		}
		first, last := least(evenings[:5]), least(evenings[26:])
		if got, want := last.goroutines, first.goroutines; got != want {
			t.Errorf("goroutines: got %d, want %d as in the first days", got, want)
		}
		grown := last.heap - first.heap
		t.Logf("%d goroutines; the heap grew by %d bytes, from %d in the first days", last.goroutines, grown, first.heap)
		if grown > 48<<10 {
			t.Error("the heap grew")
		}
		if got, want := len(m.page.watchers), 1; got != want {
			t.Errorf("browsers that are sent views: got %d, want %d", got, want)
		}
		if got, want := m.rung, m.calls; got != want {
			t.Errorf("rung: got %d, want each of %d calls", got, want)
		}
		if got, want := m.sounded, m.calls; got != want {
			t.Errorf("reported: got %d, want each of %d calls", got, want)
		}
		m.end()
	})
}

type month struct {
	t       *testing.T
	program *Program
	page    *Page
	begun   time.Time
	end     func()
	browser func()

	seq                  town.Seq
	calls, rung, sounded int
}

func newMonth(t *testing.T) *month {
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := &month{t: t, begun: time.Now()}
	m.program = NewProgram(New(Defaults()), m, nil, slog.New(slog.DiscardHandler))
	m.page, err = NewPage(web.Files, PageOptions{Texts: bundle, Theme: "dark"}, PageActions{
		Painted: m.program.Painted, Fresh: m.program.Fresh, Test: m.program.TestHere,
	})
	if err != nil {
		t.Fatal(err)
	}
	m.program.Attach(m, m.page)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- m.program.Run(ctx, func() {}) }()
	m.browser = func() {}
	m.end = func() {
		m.browser()
		cancel()
		<-done
	}
	return m
}

// Ring, Ready and Changed are a sound card that works.
func (m *month) Ring(context.Context, Call) wire.Sound {
	time.Sleep(3 * time.Second)
	m.rung++
	return wire.SoundPlayed
}
func (m *month) Ready(context.Context) wire.Sound { return wire.SoundReady }
func (m *month) Changed() bool                    { return false }

// Send is a server that takes reports.
func (m *month) Send(r wire.Report) error {
	if _, ok := r.(wire.Sounded); ok {
		m.sounded++
	}
	return nil
}

// now is the server's time: the month begins on a first of December.
func (m *month) now() time.Time { return nine.AddDate(0, 0, -7).Add(time.Since(m.begun)) }

// day is 24 hours from nine o'clock on.
func (m *month) day(day int) {
	evening := m.begun.Add(time.Duration(day)*24*time.Hour + 9*time.Hour)
	m.program.OnBoard(wire.Board{Epoch: "e", Seq: m.seq, Resumed: m.seq > 0, Now: m.now()})
	m.watch()
	if weekday := m.now().Weekday(); weekday != time.Saturday && weekday != time.Sunday {
		for range 300 {
			m.call()
			time.Sleep(100 * time.Second)
		}
	}
	time.Sleep(time.Until(evening))
	m.program.OnDisconnected(context.DeadlineExceeded)
	time.Sleep(time.Until(evening.Add(15 * time.Hour)))
}

// call calls somebody, and one in ten once more; one in two comes.
func (m *month) call() {
	number := town.Number(100 + m.seq%900)
	m.seq++
	c := wire.ScreenCall{Seq: m.seq, Number: number, Room: wire.Room{ID: "r", Label: "Platz 1"}, At: m.now(), Now: m.now()}
	m.program.OnCall(c)
	m.calls++
	time.Sleep(time.Second)
	m.program.Painted(m.seq)
	if m.seq%10 == 0 {
		m.seq++
		c.Seq, c.Again = m.seq, true
		m.program.OnCall(c)
		m.calls++
	}
	if m.seq%2 == 0 {
		m.seq++
		m.program.OnClear(wire.Clear{Seq: m.seq, Number: number})
	}
}

// watch lets the browser of the day before go and a new one come.
func (m *month) watch() {
	m.browser()
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan struct{})
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:8090/events", nil)
	go func() {
		m.page.ServeHTTP(discarding{http.Header{}}, request)
		close(gone)
	}()
	m.browser = func() {
		cancel()
		<-gone
	}
}

// discarding is a browser that keeps nothing.
type discarding struct{ header http.Header }

func (d discarding) Header() http.Header         { return d.header }
func (d discarding) Write(p []byte) (int, error) { return len(p), nil }
func (d discarding) WriteHeader(int)             {}
func (d discarding) FlushError() error           { return nil }

type load struct {
	goroutines int
	heap       int64
}

// least is the least of several days: what others in this process hold for a
// while is in some of them, what is left behind is in all that follow.
func least(days []load) load {
	low := days[0]
	for _, day := range days {
		low.goroutines, low.heap = min(low.goroutines, day.goroutines), min(low.heap, day.heap)
	}
	return low
}

func measure() load {
	synctest.Wait()
	runtime.GC()
	runtime.GC() // what finalizers held
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return load{runtime.NumGoroutine(), int64(memory.HeapAlloc)}
}
