package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/wire"
)

// wantUnkeyed expects a server that books nothing, and says so to monitors.
func wantUnkeyed(t *testing.T, what string, server *serving) {
	t.Helper()
	var refused wire.Problem
	if got := tryAhead(t, server, &refused); got.StatusCode != http.StatusServiceUnavailable || refused.Key != "booking.no_key" || got.Header.Get("Retry-After") == "" {
		t.Errorf("%s: got %s %+v, want 503 booking.no_key and when to come back", what, got.Status, refused)
	}
	wantReady(t, what, server, http.StatusServiceUnavailable, "sealed with other keys")
}

// wantReady waits for what monitors read.
func wantReady(t *testing.T, what string, server *serving, status int, says string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		got, said := readyz(t, server.url)
		if got == status && strings.Contains(said, says) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: /readyz: got %d %q, want %d and %q", what, got, said, status, says)
		}
	}
}

func (s site) copyFile(from, to string) {
	s.t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// A node that wasn't told of a renewal after a theft booked on, and whoever had
// stolen the old file read it; one without a file began a chain of its own, for
// all.
func TestANodeWithAnotherKeyFileBooksNothing(t *testing.T) {
	postgres, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { postgres.Stop() })
	first, second := emptySite(t), emptySite(t)
	shared := []string{"--database", postgres.Database(t)}
	on := func(s site) []string { return append(shared, "--key-file", s.path("aufruf.key")) }
	invoke(t, "", nil, append([]string{"init", "--example", "grimma"}, on(first)...)...).ok(t)
	one := first.serve(on(first)...)
	first.copyFile(first.path("aufruf.key"), second.path("aufruf.key"))
	two := second.serve(on(second)...)
	bookAhead(t, two)
	wantReady(t, "with the same file", two, http.StatusOK, "ready")
	one.stop()
	one.ended(t)
	invoke(t, "", nil, append([]string{"key", "renew"}, on(first)...)...).ok(t)
	wantUnkeyed(t, "while it runs", two)
	two.stderr.await(t, "level=ERROR msg=(.the database is sealed with other keys)")
	two.stop()
	two.ended(t)
	wantUnkeyed(t, "started with the old file", second.serve(on(second)...))
	one = first.serve(on(first)...)
	wantReady(t, "the one that renewed", one, http.StatusOK, "ready")
	emptySite(t).wantNotServed(second.path("none.key"), shared...)
	if made := bookAhead(t, one); made.Token == "" {
		t.Error("the node that renewed books nothing any more")
	}
}

func TestAKeyFileThatIsAnothersBooksNothing(t *testing.T) {
	s, other := newSite(t), newSite(t)
	for _, each := range []site{s, other} {
		server := each.serve()
		server.stop()
		server.ended(t)
	}
	s.copyFile(s.path("aufruf.key"), s.path("right.key"))
	s.copyFile(other.path("aufruf.key"), s.path("aufruf.key"))
	wrong := s.serve("--metrics-listen", "127.0.0.1:0")
	wantUnkeyed(t, "another's file", wrong)
	awaitMetrics(t, wrong.stderr.await(t, `msg=metrics addr=(\S+)`), "aufruf_key_replaced 1")
	wrong.stop()
	wrong.ended(t)
	s.copyFile(s.path("right.key"), s.path("aufruf.key"))
	right := s.serve()
	wantReady(t, "put back", right, http.StatusOK, "ready")
	if made := bookAhead(t, right); made.Token == "" {
		t.Error("with the right file again nothing is booked")
	}
}

// A file that was laid under a running server was noticed in the night.
func TestAKeyFilePutUnderTheServerIsNoticedAtOnce(t *testing.T) {
	s, other := newSite(t), newSite(t)
	of := other.serve()
	of.stop()
	of.ended(t)
	server := s.serve("--metrics-listen", "127.0.0.1:0")
	wantReady(t, "as it began", server, http.StatusOK, "ready")
	ours := s.path("right.key")
	s.copyFile(s.path("aufruf.key"), ours)
	s.copyFile(other.path("aufruf.key"), s.path("aufruf.key"))
	wantReady(t, "another's", server, http.StatusServiceUnavailable, "taken away or replaced")
	server.stderr.await(t, "level=ERROR msg=(.the key file isn't the right one)")
	awaitMetrics(t, server.stderr.await(t, `msg=metrics addr=(\S+)`), "aufruf_key_replaced 1")
	s.copyFile(ours, s.path("aufruf.key"))
	wantReady(t, "put back", server, http.StatusOK, "ready")
}
