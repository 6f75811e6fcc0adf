package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/store/postgres/pgtest"
)

// wantNotServed expects that a sealed database isn't served with a key file that
// isn't there, and that nothing is made.
func (s site) wantNotServed(key string, database ...string) {
	s.t.Helper()
	args := append(append([]string{"serve"}, s.flags()...), database...)
	ctx, cancel := context.WithTimeout(s.t.Context(), patience) // one that serves all the same
	defer cancel()
	var stderr bytes.Buffer
	code := run(ctx, append(args, "--key-file", key), []string{"LANG=en_GB.UTF-8"}, strings.NewReader(""), io.Discard, &stderr)
	got := result{code: code, stderr: stderr.String()}
	last := got.stderr[strings.LastIndex(strings.TrimSpace(got.stderr), "\n")+1:]
	if got.code != config.ExitFailure || !strings.Contains(last, "there is no key file "+key) || !strings.Contains(last, "server key renew --lost") {
		s.t.Errorf("without %s: got %+v, want it refused, and the next step", key, got)
	}
	for _, path := range []string{key, key + ".lock"} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			s.t.Errorf("%s was made: %v", path, err)
		}
	}
}

// keys returns the key files that are there, and their locks.
func (s site) keys() []string {
	return slices.DeleteFunc(s.files(), func(file string) bool { return !strings.Contains(file, ".key") })
}

// booked is a town with an appointment, whose server has ended.
func booked(t *testing.T) site {
	t.Helper()
	s := newSite(t)
	server := s.serve()
	bookAhead(t, server)
	server.stop()
	server.ended(t)
	return s
}

// A second start with a mistyped path claimed the database for a chain of its own,
// and the server that ran booked nothing any more.
func TestAMistypedKeyFileLeavesTheRunningServerBooking(t *testing.T) {
	s := newSite(t)
	if err := os.Mkdir(s.path("keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	right := s.path("keys/right.key")
	if err := os.Rename(s.path("aufruf.key"), right); err != nil {
		t.Fatal(err)
	}
	good := s.serve("--key-file", right)
	s.wantNotServed(s.path("keys/rihgt.key")) // claimed, and nothing sealed yet
	made := bookAhead(t, good)
	s.wantNotServed(s.path("keys/rihgt.key"))
	s.wantNotServed(s.path("aufruf.key")) // forgotten: the one beside the database
	if second := bookAhead(t, good); second.Token == "" || second.Number == made.Number {
		t.Errorf("meanwhile: got %+v, want it booked", second)
	}
	wantReady(t, "the good one", good, http.StatusOK, "ready")
	if k, got := s.personWith("keys/right.key", made); k.Name != "Ada" {
		t.Errorf("with the right file: got %+v, %+v", k, got)
	}
	good.stop()
	good.ended(t)
	if again := bookAhead(t, s.serve("--key-file", right)); again.Token == "" {
		t.Error("with the right file again nothing is booked")
	}
}

func TestAMistypedKeyFileClaimsNoPostgreSQL(t *testing.T) {
	postgres, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { postgres.Stop() })
	s := emptySite(t)
	database := []string{"--database", postgres.Database(t)}
	on := append(slices.Clone(database), "--key-file", s.path("right.key"))
	invoke(t, "", nil, append([]string{"init", "--example", "grimma"}, on...)...).ok(t)
	good := s.serve(on...)
	bookAhead(t, good)
	s.wantNotServed(s.path("rihgt.key"), database...)
	if made := bookAhead(t, good); made.Token == "" {
		t.Error("the good server books nothing any more")
	}
}

// A restored town is sealed too: its key file is carried over, or given up.
func TestARestoredTownWithoutItsKeyFileIsRefusedUntilThatIsGivenUp(t *testing.T) {
	old := booked(t)
	old.command("", "backup", old.path("copy.db")).ok(t)
	s := emptySite(t)
	s.command("", "restore", old.path("copy.db")).ok(t)
	s.wantNotServed(s.path("aufruf.key"))
	if got := s.command("", "key", "renew", "--lost").ok(t); !strings.Contains(got, "lost: what is stored of number") {
		t.Errorf("got %q, want what is lost", got)
	}
	server := s.serve()
	wantReady(t, "begun anew", server, http.StatusOK, "ready")
	if made := bookAhead(t, server); made.Token == "" {
		t.Error("begun anew: nothing is booked")
	}
}

// A renewal with a mistyped path, or another town's file, gave up all that was
// stored and ended with 0.
func TestARenewalThatWouldLoseAllIsRefused(t *testing.T) {
	s, other := booked(t), booked(t)
	s.copyFile(other.path("aufruf.key"), s.path("others.key"))
	for name, says := range map[string]string{"rihgt.key": "there is no key file", "others.key": "opens nothing"} {
		before := s.keys()
		got := s.command("", "key", "renew", "--key-file", s.path(name))
		if got.code != config.ExitFailure || got.stdout != "" || !strings.Contains(got.stderr, says) || !strings.Contains(got.stderr, "--lost") {
			t.Errorf("%s: got %+v, want it refused", name, got)
		}
		if after := s.keys(); !slices.Equal(before, after) {
			t.Errorf("%s: before %v, after %v", name, before, after)
		}
	}
	if got := s.command("", "key", "renew", "--lost", "--key-file", s.path("rihgt.key"), "--old-key-file", s.path("none.key")); got.code != config.ExitFailure {
		t.Errorf("an old file that isn't there: got %+v", got)
	}
	if _, err := os.Lstat(s.path("rihgt.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a renewal that failed left a key file: %v", err)
	}
	server := s.serve()
	wantReady(t, "with the right file", server, http.StatusOK, "ready")
	if made := bookAhead(t, server); made.Token == "" {
		t.Error("nothing is booked any more")
	}
}

// Where another chain had claimed the database, the right file "isn't this
// database's", and what brings it back was named nowhere.
func TestTheRightFileOfAClaimedDatabaseNamesTheWayBack(t *testing.T) {
	s := newSite(t)
	server := s.serve()
	made := bookAhead(t, server)
	server.stop()
	server.ended(t)
	s.copyFile(s.path("aufruf.key"), s.path("right.key"))
	if err := os.Remove(s.path("aufruf.key")); err != nil {
		t.Fatal(err)
	}
	s.command("", "key", "renew", "--lost").ok(t) // what an earlier program's start did by itself
	s.copyFile(s.path("right.key"), s.path("aufruf.key"))
	server = s.serve()
	server.stderr.await(t, `level=ERROR msg=(.the database is sealed with other keys, and nothing is booked; this key file opens what is stored: stop the server and seal it anew \(server key renew\))`)
	wantUnkeyed(t, "the right file", server)
	wantReady(t, "the right file", server, http.StatusServiceUnavailable, "opens what is stored; stop the server and seal that anew (server key renew)")
	if got := s.command("", "doctor"); !strings.Contains(got.stdout, "opens what is stored") || !strings.Contains(got.stdout, "server key renew --key-file "+s.path("aufruf.key")) {
		t.Errorf("doctor: got %s", got.stdout)
	}
	server.stop()
	server.ended(t)
	if got := s.command("", "key", "renew").ok(t); strings.Contains(got, "lost") {
		t.Errorf("got %q, want nothing lost", got)
	}
	server = s.serve()
	wantReady(t, "sealed anew", server, http.StatusOK, "ready")
	if k, got := s.person(made); k.Name != "Ada" {
		t.Errorf("got %+v, %+v", k, got)
	}
}
