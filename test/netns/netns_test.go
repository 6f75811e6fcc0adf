//go:build netns

package netns

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

const (
	branch  = "grimma-markt"
	room    = "platz-1"
	service = town.ServiceID("meldebescheinigung")

	noticed   = 15 * time.Second // a dead line is seen on the screen by then
	recovered = 2 * time.Second  // and a line that is back has its call by then
	slack     = 8 * time.Second  // for a busy machine
)

// TestADeadLineIsSeenAndNothingIsLost cuts the line to a screen without a
// word, in each direction and in both, calls meanwhile, and mends it: what was
// missed is shown, and rings unless it is old by then.
func TestADeadLineIsSeenAndNothingIsLost(t *testing.T) {
	h := openSite(t)
	var called []town.Number
	for _, c := range []struct {
		name                 string
		toScreen, fromScreen bool
	}{
		{"both directions", true, true},
		{"to the screen", true, false},
		{"from the screen", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.t = t
			first := h.call()
			h.until("the call before the cut", slack, func(v view) bool { return v.Online && v.large() == first })
			h.line.cut(c.toScreen, c.fromScreen)
			cut := time.Now()
			missed := h.call()
			h.late(missed)
			h.until("the notice", noticed+slack, func(v view) bool { return !v.Online && v.Since != nil })
			t.Logf("the screen says after %v that it has no connection", time.Since(cut).Round(time.Millisecond))

			h.line.heal()
			mended := time.Now()
			h.until("the call that was missed", recovered+slack, func(v view) bool { return v.Online && v.large() == missed })
			took := time.Since(mended)
			t.Logf("it is back %v after the line", took.Round(time.Millisecond))
			after := h.call()
			h.until("the call after it", slack, func(v view) bool { return v.Online && v.large() == after })
			called = append(called, first, after)
			if !c.toScreen { // the call came through: only what the screen says was lost
				called = append(called, missed)
			}
			for _, number := range called {
				h.rungOnce(number)
			}
			h.rungAtMostOnce(missed)
		})
	}
}

// site is a town hall with a desk here and a screen behind the line.
type site struct {
	t      *testing.T
	ctx    context.Context
	line   *line
	server *townhall.Server
	desk   *townhall.Desk
	watch  *townhall.Program
	rung   string // the transcript
	views  chan view
}

// view is what the screen's page paints.
type view struct {
	Large *struct {
		Number town.Number `json:"number"`
	} `json:"large"`
	Online bool    `json:"online"`
	Since  *string `json:"since"`
}

func (v view) large() town.Number {
	if v.Large == nil {
		return 0
	}
	return v.Large.Number
}

func openSite(t *testing.T) *site {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Minute, errors.New("the whole test took too long"))
	t.Cleanup(cancel)
	h := &site{t: t, ctx: ctx, line: newLine(t), views: make(chan view, 1000), rung: filepath.Join(t.TempDir(), "rung")}
	programs, err := townhall.Build(ctx, t.TempDir())
	must(t, err)
	programs.Display = h.behindTheLine(programs.Display)
	h.server = townhall.NewServer(programs, t.TempDir(), townhall.ServerOptions{
		Clock:   time.Date(2026, time.December, 1, 9, 5, 0, 0, time.FixedZone("CET", 3600)),
		Address: h.line.here.address + ":0", Flags: []string{"--insecure-http"},
	})
	must(t, h.server.Start(ctx))
	t.Cleanup(h.server.Kill)
	h.openDesk()
	h.openScreen()
	return h
}

// behindTheLine returns a program that runs another in the far namespace.
func (h *site) behindTheLine(program string) string {
	path := filepath.Join(h.t.TempDir(), "display")
	script := fmt.Sprintf("#!/bin/sh\nexec ip netns exec %s %s \"$@\"\n", h.line.space, program)
	must(h.t, os.WriteFile(path, []byte(script), 0o755))
	return path
}

func (h *site) openDesk() {
	password, err := h.server.AddUser(h.ctx, "lena", "clerk")
	must(h.t, err)
	file, err := h.server.WriteSecret("lena.password", password)
	must(h.t, err)
	h.desk, err = townhall.NewDesk(h.server, "lena", file, branch, room)
	must(h.t, err)
	staff, err := h.server.SignIn(h.ctx, "lena", password)
	must(h.t, err)
	for range 9 {
		_, err := staff.IssueTicket(h.ctx, wire.TicketRequest{Branch: branch, Services: []wire.ItemRequest{{ID: service}}})
		must(h.t, err)
	}
	h.watch, err = h.desk.Watch()
	must(h.t, err)
	h.t.Cleanup(h.watch.Kill)
}

func (h *site) openScreen() {
	token, err := h.server.AddDevice(h.ctx, "wartehalle", "display", branch)
	must(h.t, err)
	screen, err := townhall.StartScreen(h.ctx, h.server, token, townhall.ScreenOptions{
		Player: "transcript:" + h.rung, Address: h.line.page + ":8090",
	})
	must(h.t, err)
	h.t.Cleanup(func() {
		if h.t.Failed() {
			h.t.Logf("the screen said:\n%s", screen.Program().Log())
		}
		screen.Program().Kill()
	})
	request, err := http.NewRequestWithContext(h.ctx, http.MethodGet, screen.URL+"/events", nil)
	must(h.t, err)
	response, err := http.DefaultClient.Do(request)
	must(h.t, err)
	h.t.Cleanup(func() { response.Body.Close() })
	go h.read(response)
}

func (h *site) read(events *http.Response) {
	for lines := bufio.NewScanner(events.Body); lines.Scan(); {
		var v view
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &v) == nil {
			h.views <- v
		}
	}
}

// until waits for a view; those before it are passed over.
func (h *site) until(what string, within time.Duration, wanted func(view) bool) {
	h.t.Helper()
	deadline := time.After(within)
	var last view
	for {
		select {
		case last = <-h.views:
			if wanted(last) {
				return
			}
		case <-deadline:
			h.t.Fatalf("%s: not within %v; the last view is %+v", what, within, last)
		}
	}
}

// call calls the next number.
func (h *site) call() town.Number {
	h.t.Helper()
	printed, told, err := h.desk.Do(h.ctx, "next", "--sure")
	if err != nil {
		h.t.Fatal(err, told)
	}
	number, err := town.ParseNumber(printed)
	must(h.t, err)
	return number
}

// late waits until the desk is warned that no screen has shown its last call.
func (h *site) late(number town.Number) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, 3*time.Second+slack)
	defer cancel()
	before := strings.Count(h.watch.Log().String(), `"late":true`)
	_, err := h.watch.Log().Await(ctx, fmt.Sprintf("the warning about %v", number), func(text string) (string, bool) {
		return "", strings.Count(text, `"late":true`) > before
	})
	must(h.t, err)
}

// rungOnce waits for the announcement of a number, which its page is ahead of
// while an earlier one sounds, and checks that there is no second one.
func (h *site) rungOnce(number town.Number) {
	h.t.Helper()
	deadline := time.After(slack)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		transcript, err := os.ReadFile(h.rung)
		must(h.t, err)
		switch rung := strings.Count(string(transcript), fmt.Sprintf("%q", number.String())); {
		case rung == 1:
			return
		case rung > 1:
			h.t.Fatalf("%v was rung %d times, want once:\n%s", number, rung, transcript)
		}
		select {
		case <-look.C:
		case <-deadline:
			h.t.Fatalf("%v was not rung within %v:\n%s", number, slack, transcript)
		}
	}
}

// rungAtMostOnce checks the number that was called on a dead line. Whether it rings
// depends on when the screen noticed: after ten seconds a call is shown and rings no more.
func (h *site) rungAtMostOnce(number town.Number) {
	h.t.Helper()
	transcript, err := os.ReadFile(h.rung)
	must(h.t, err)
	if strings.Count(string(transcript), fmt.Sprintf("%q", number.String())) > 1 {
		h.t.Fatalf("%v was rung twice:\n%s", number, transcript)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
