package display

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aufruf/internal/i18n"
	"aufruf/internal/wire"
	"aufruf/web"
)

// TestALostCardIsReportedWithinASecond takes the card away while nobody calls
// and gives it back, in virtual time. An hour without one costs a look every
// five seconds, and nobody has to start anything.
func TestALostCardIsReportedWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := &pluggable{state: wire.SoundReady, status: make(chan wire.Sound, 10)}
		end := run(t, card)
		if got, want := card.reported(t, time.Second), wire.SoundReady; got != want {
			t.Errorf("at the start: got %s, want %s", got, want)
		}
		time.Sleep(time.Hour)
		card.plug(wire.SoundNoDevice, true)
		if got, want := card.reported(t, time.Second), wire.SoundNoDevice; got != want {
			t.Errorf("pulled: got %s, want %s", got, want)
		}
		before := card.looked()
		time.Sleep(time.Hour)
		if got, want := card.looked()-before, 720; got < want-1 || got > want+1 {
			t.Errorf("looked %d times in an hour without a card, want about %d", got, want)
		}
		card.plug(wire.SoundReady, false) // freed by another program
		if got, want := card.reported(t, 5*time.Second), wire.SoundReady; got != want {
			t.Errorf("back: got %s, want %s", got, want)
		}
		end()
	})
}

// run runs a program with this bell, which is also its server.
func run(t *testing.T, card *pluggable) (end func()) {
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	page, err := NewPage(web.Files, PageOptions{Texts: bundle, Theme: "dark"}, PageActions{})
	if err != nil {
		t.Fatal(err)
	}
	program := NewProgram(New(Defaults()), card, nil, slog.New(slog.DiscardHandler))
	program.Attach(card, page)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- program.Run(ctx, func() {}) }()
	return func() {
		cancel()
		<-done
	}
}

// pluggable is a sound card that comes and goes.
type pluggable struct {
	status chan wire.Sound // as reported

	mu    sync.Mutex
	state wire.Sound
	news  bool // the kernel tells of the change
	looks int
}

func (c *pluggable) plug(state wire.Sound, news bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state, c.news = state, news
}

func (c *pluggable) looked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.looks
}

// reported returns what the server was told of within a time.
func (c *pluggable) reported(t *testing.T, within time.Duration) wire.Sound {
	t.Helper()
	select {
	case sound := <-c.status:
		return sound
	case <-time.After(within + time.Millisecond):
		t.Fatalf("nothing was reported within %v", within)
		return ""
	}
}

// Ring, Ready and Changed are the bell.
func (c *pluggable) Ring(context.Context, Call) wire.Sound { return wire.SoundPlayed }
func (c *pluggable) Ready(context.Context) wire.Sound {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks++
	return c.state
}
func (c *pluggable) Changed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	news := c.news
	c.news = false
	return news
}

// Send is the server.
func (c *pluggable) Send(r wire.Report) error {
	if status, ok := r.(wire.Status); ok {
		c.status <- status.Sound
	}
	return nil
}
