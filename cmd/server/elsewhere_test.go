package main

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/wire"
)

// closing a day by a file, and opening it again.
const (
	closedByFile = `format: aufruf/1
branches:
  - id: grimma-markt
    closures: [{from: "2030-12-10", to: "2030-12-10", reason: Probe}]
`
	openByFile = `format: aufruf/1
branches:
  - id: grimma-markt
    closures: []
`
)

// elsewhereWithin is how long another node may go by what was: a second until it
// looks again without a hint, and what a busy machine takes for the rest.
const elsewhereWithin = 3 * time.Second

// becomes waits until a server says of a day that it is in a state, and returns how
// long that took.
func (r *serving) becomes(t *testing.T, state wire.DayState) time.Duration {
	t.Helper()
	began := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var days wire.Days
		ask(t, http.MethodGet, r.url+"/api/v1/days?branch=grimma-markt&service=eid-pin&from=2030-12-10&to=2030-12-10", "", nil, &days)
		if len(days.Days) == 1 && days.Days[0].State == state {
			return time.Since(began)
		}
		if time.Since(began) > elsewhereWithin {
			t.Fatalf("after %s it still says %v, want %s", elsewhereWithin, days.Days, state)
		}
		<-tick.C
	}
}

const nodeClock = "2030-12-02T09:05:00+01:00"

// TestAChangeByTheCommandLineCountsWithinASecond: the command line writes beside the
// server that runs, with nobody to give it a hint.
func TestAChangeByTheCommandLineCountsWithinASecond(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", nodeClock)
	server.becomes(t, "free")
	for range 3 {
		for _, step := range []struct {
			file  string
			state wire.DayState
		}{{closedByFile, "closed"}, {openByFile, "free"}} {
			s.command(step.file, "import", "--clock", nodeClock, "-").ok(t)
			t.Logf("%s after %s", step.state, server.becomes(t, step.state))
		}
	}
}

// TestAChangeByTheBrowserCountsAtOtherNodesWithinASecond: at once where it is made, at
// another node of the same PostgreSQL soon after; until then a time that was offered in
// vain is refused, with others.
func TestAChangeByTheBrowserCountsAtOtherNodesWithinASecond(t *testing.T) {
	postgres, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { postgres.Stop() })
	s := emptySite(t)
	on := []string{"--database", postgres.Database(t), "--key-file", s.path("town.key")}
	invoke(t, "", nil, append([]string{"init", "--example", "grimma"}, on...)...).ok(t)
	invoke(t, "ganz lang und geheim\n", nil, append([]string{"user", "add", "ida", "--role", "manager"}, on[:2]...)...).ok(t)
	here, there := s.serve(append(on, "--clock", nodeClock)...), s.serve(append(on, "--clock", nodeClock)...)
	here.becomes(t, "free")
	there.becomes(t, "free")
	ida := signedIn(t, here.url, "ida", "ganz lang und geheim")
	day := url.Values{"wo": {"grimma-markt"}, "von": {"2030-12-10"}, "bis": {"2030-12-10"}, "grund": {"house"}}
	closes := func(path string) {
		t.Helper()
		response, err := ida.PostForm(here.url+"/staff/verwaltung/schliessen"+path, day)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	for range 3 {
		closes("")
		var refused wire.Problem
		response := bookAt(t, there.url, "2030-12-10T10:00:00+01:00", &refused)
		if response.StatusCode != http.StatusUnprocessableEntity || refused.Alternatives == nil || len(*refused.Alternatives) == 0 {
			t.Errorf("at once, at the other node: got %s %+v, want it refused with others", response.Status, refused)
		}
		if took := here.becomes(t, "closed"); took > time.Second {
			t.Errorf("where it was made it counted after %s", took)
		}
		t.Logf("closed at the other node after %s", there.becomes(t, "closed"))
		closes("/oeffnen")
		t.Logf("open at the other node after %s", there.becomes(t, "free"))
	}
}
