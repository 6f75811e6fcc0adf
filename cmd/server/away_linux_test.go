package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"aufruf/internal/wire"
)

// room lets a process write files up to a size, as a disk does that fills up.
func (c *child) room(t *testing.T, size uint64) {
	t.Helper()
	var now unix.Rlimit
	pid := c.cmd.Process.Pid
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &now); err != nil {
		t.Fatal(err)
	}
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: now.Max}, nil); err != nil {
		t.Fatal(err)
	}
}

// A server whose disk was full answered each write with 500, and "ready" to whom
// asked that.
func TestAServerWithoutRoomSaysSoAndGoesOn(t *testing.T) {
	s := newSite(t)
	c := s.fork("--clock", tuesday)
	s.command("ganz lang und geheim\n", "user", "add", "anna", "--role", "clerk").ok(t)
	var session wire.Session
	ask(t, http.MethodPost, c.url+"/api/v1/session", "", map[string]string{"user": "anna", "password": "ganz lang und geheim"}, &session)
	issue := func() *http.Response {
		return ask(t, http.MethodPost, c.url+"/api/v1/tickets", session.Token, map[string]any{"branch": "grimma-markt", "services": []map[string]any{{"id": "eid-pin"}}}, nil)
	}
	wantReady := func(want int) {
		t.Helper()
		for deadline := time.Now().Add(patience); ; {
			status, says := readyz(t, c.url)
			if status == want {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("/readyz: got %d %q, want %d", status, says, want)
			}
		}
	}
	wantReady(http.StatusOK)
	full, err := os.Stat(s.path("aufruf.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	c.room(t, uint64(full.Size()))
	for try := range 3 {
		if got := issue(); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
			t.Errorf("try %d: got %s, Retry-After %q; want 503 and when to come back", try, got.Status, got.Header.Get("Retry-After"))
		}
	}
	if status, says := readyz(t, c.url); status != http.StatusServiceUnavailable || !strings.Contains(says, "can't be read or written") {
		t.Errorf("/readyz: got %d %q, want 503 and why", status, says)
	}
	if got := ask(t, http.MethodGet, c.url+"/api/v1/queue?branch=grimma-markt", session.Token, nil, nil); got.StatusCode != http.StatusOK {
		t.Errorf("reading: got %s, want 200", got.Status)
	}
	c.room(t, 1<<40)
	if got := issue(); got.StatusCode != http.StatusCreated {
		t.Errorf("with room again: got %s, want 201", got.Status)
	}
	wantReady(http.StatusOK)
}
