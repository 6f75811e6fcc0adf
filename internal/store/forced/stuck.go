package forced

import (
	"bytes"
	"runtime"
	"strings"
	"time"
)

const (
	// grace is how long nobody gets on before whoever waits is said to stand behind
	// a lock, where one can't see that. Too short a time makes a test see less, never
	// fail.
	grace = 300 * time.Millisecond
	// between two looks at who stands still, and how many must see the same. Longer
	// than anybody pauses who tries again.
	between, looks = 8 * time.Millisecond, 4
)

// Asked is a store whose engine is another process, and which can tell how many
// statements stand there behind what another transaction holds.
type Asked interface{ Waiting() int }

// untilStuck returns when done is closed or nothing moves any more.
func (s *Store) untilStuck(done <-chan struct{}) {
	tick := time.NewTicker(between)
	defer tick.Stop()
	before, still, since := s.Steps(), 0, time.Now()
	for still < looks && time.Since(since) < grace {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		now := s.Steps()
		if now != before {
			before, still, since = now, 0, time.Now()
			continue
		}
		still++
		if !s.standsStill() {
			still = 0
		}
	}
}

// standsStill reports that nobody but who asks is at work: not in this process,
// and as far as one can tell not in a database either.
func (s *Store) standsStill() bool {
	asking := 0
	for _, g := range goroutines() {
		switch {
		case g.atWork():
			return false
		case g.asksServer():
			asking++
		}
	}
	if asking == 0 {
		return true
	}
	engine, ok := s.Store.(Asked)
	return ok && engine.Waiting() >= asking
}

// goroutine is one as the runtime describes it: "goroutine 7 [select]:", then
// its frames.
type goroutine struct{ state, frames string }

// goroutines returns all but the one that asks.
func goroutines() []goroutine {
	buffer := make([]byte, 1<<20)
	n := runtime.Stack(buffer, true)
	var all []goroutine
	for i, one := range bytes.Split(buffer[:n], []byte("\n\n")) {
		if i == 0 {
			continue
		}
		head, frames, _ := strings.Cut(string(one), "\n")
		_, state, _ := strings.Cut(head, "[")
		state, _, _ = strings.Cut(state, "]")
		state, _, _ = strings.Cut(state, ",") // ", 2 minutes"
		all = append(all, goroutine{state, frames})
	}
	return all
}

// atWork: it runs, or SQLite does for it, or it comes back by itself soon.
func (g goroutine) atWork() bool {
	switch g.state {
	case "running", "runnable", "sleep":
		return true
	case "syscall":
		return strings.Contains(g.frames, "_Cfunc_")
	}
	return false
}

// asksServer: it waits for what a database server answers.
func (g goroutine) asksServer() bool {
	return g.state == "IO wait" && strings.Contains(g.frames, "/pgconn.")
}
