// Package e2e tries the three real programs together, as a town would use
// them: a browser books, a desk calls, a screen shows and a sound card made of
// files hears. It tests what is promised to people; details have tests of
// their own beside the code.
package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"aufruf/internal/audio/audiotest"
	"aufruf/internal/client"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/town"
	"aufruf/test/browser"
	"aufruf/test/townhall"
)

const (
	branch = town.BranchID("grimma-markt")
	// patience is how long anything may take before a test gives up. It is
	// generous because a busy machine is no fault of the programs.
	patience = time.Minute
)

// built are the programs, built once for all tests.
var built townhall.Programs

func TestMain(m *testing.M) {
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "aufruf-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if built, err = townhall.Build(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return browser.Run(m)
}

// tuesday is a day on which both branches are open, at a wall-clock time.
func tuesday(hour, minute int) time.Time {
	return time.Date(2026, time.December, 1, hour, minute, 0, 0, time.FixedZone("CET", 3600))
}

// townHall is a town hall in a temporary folder.
type townHall struct {
	*testing.T
	ctx      context.Context
	server   *townhall.Server
	password string // of lena, a clerk
}

// openTownHall starts a server whose clock begins at an instant, with one clerk.
func openTownHall(t *testing.T, clock time.Time) *townHall {
	t.Helper()
	return openTownHallWith(t, townhall.ServerOptions{Clock: clock})
}

// openTownHallOnPostgreSQL starts it on an empty database of a PostgreSQL of its
// own.
func openTownHallOnPostgreSQL(t *testing.T, clock time.Time) *townHall {
	t.Helper()
	engine := must(pgtest.Start())(t)
	t.Cleanup(func() {
		if err := engine.Stop(); err != nil {
			t.Error(err)
		}
	})
	return openTownHallWith(t, townhall.ServerOptions{Clock: clock, Database: engine.Database(t)})
}

func openTownHallWith(t *testing.T, options townhall.ServerOptions) *townHall {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Minute, errors.New("the whole test took too long"))
	t.Cleanup(cancel)
	h := &townHall{T: t, ctx: ctx, server: townhall.NewServer(built, t.TempDir(), options)}
	h.start()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server said:\n%s", h.server.Program().Log())
		}
		h.server.Kill()
	})
	h.password = must(h.server.AddUser(ctx, "lena", "clerk"))(t)
	return h
}

func (h *townHall) start() {
	h.Helper()
	if err := h.server.Start(h.ctx); err != nil {
		h.Fatal(err)
	}
}

// restartAt stops the server and starts it with its clock at another instant.
func (h *townHall) restartAt(clock time.Time) {
	h.Helper()
	if err := h.server.Stop(); err != nil {
		h.Fatal(err)
	}
	h.server.SetClock(clock)
	h.start()
}

// desk returns lena's desk in a room.
func (h *townHall) desk(room town.RoomID) *desk {
	h.Helper()
	file := must(h.server.WriteSecret("lena.password", h.password))(h)
	return &desk{townHall: h, Desk: must(townhall.NewDesk(h.server, "lena", file, string(branch), string(room)))(h)}
}

// desk is a desk whose commands must succeed.
type desk struct {
	*townHall
	*townhall.Desk
}

// do runs a command and returns the number it printed.
func (d *desk) do(command ...string) string {
	d.townHall.Helper()
	printed, _, err := d.Do(d.ctx, command...)
	if err != nil {
		d.Fatal(err)
	}
	return printed
}

// staff returns a client with lena's session.
func (h *townHall) staff() *client.Client {
	h.Helper()
	return must(h.server.SignIn(h.ctx, "lena", h.password))(h)
}

// screen is a running screen program and what was heard from it.
type screen struct {
	*townHall
	*townhall.Screen
	capture *audiotest.Capture
}

func (h *townHall) screen() *screen {
	h.Helper()
	token := must(h.server.AddDevice(h.ctx, "wartehalle", "display", string(branch)))(h)
	capture := must(audiotest.New(h.TempDir()))(h)
	s := must(townhall.StartScreen(h.ctx, h.server, token, townhall.ScreenOptions{
		Player: "alsa", Env: []string{audiotest.Variable + "=" + capture.Config()},
	}))(h)
	h.Cleanup(func() {
		if h.Failed() {
			h.Logf("the screen said:\n%s", s.Program().Log())
		}
		s.Program().Kill()
	})
	return &screen{townHall: h, Screen: s, capture: capture}
}

// await tries until there is no error, for as long as patience lasts.
func (h *townHall) await(what string, try func() error) {
	h.Helper()
	ctx, cancel := context.WithTimeoutCause(h.ctx, patience, fmt.Errorf("%s didn't happen", what))
	defer cancel()
	if err := townhall.Eventually(ctx, try); err != nil {
		h.Fatal(err)
	}
}

// must returns the value, or ends the test where there was an error.
func must[V any](value V, err error) func(testing.TB) V {
	return func(t testing.TB) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
