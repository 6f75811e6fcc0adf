package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/wire"
)

// TestATownIsCopiedWhileItServes: the contract names `server copy`, and there was none.
func TestATownIsCopiedWhileItServes(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	var made wire.AppointmentReply
	bookAt(t, server.url, "2026-12-08T10:00:00+01:00", &made)
	other := "sqlite:" + filepath.Join(t.TempDir(), "moved", "town.db")
	run := func(args ...string) result { return invoke(t, "", nil, args...) }

	said := run("copy", "--from", s.database(), "--to", other).ok(t)
	if !strings.Contains(said, s.path("aufruf.key")) {
		t.Errorf("got %q, want it to say which key file belongs to it", said)
	}
	if got, want := run("export", "--database", other).ok(t), s.command("", "export").ok(t); got != want {
		t.Error("the copy offers something else")
	}
	told := run("personal-data", "--number", made.Number.String(), "--date", "2026-12-08", "--branch", "grimma-markt", "--database", other, "--key-file", s.path("aufruf.key")).ok(t)
	if !strings.Contains(told, "ada@example.org") {
		t.Errorf("got %q, want who booked", told)
	}
	if again := run("copy", "--from", s.database(), "--to", other); again.code != config.ExitFailure {
		t.Errorf("onto a town: got %+v", again)
	}
}

func TestACopyOfNothingMakesNothing(t *testing.T) {
	s := newSite(t)
	to := s.path("to/town.db")
	for _, test := range []struct {
		args []string
		code int
	}{
		{[]string{"copy"}, config.ExitUsage},
		{[]string{"copy", "--from", s.database()}, config.ExitUsage},
		{[]string{"copy", "--from", "sqlite:" + s.path("typo.db"), "--to", "sqlite:" + to}, config.ExitFailure},
		{[]string{"copy", "--from", s.database(), "--to", "mysql://somewhere"}, config.ExitUsage},
	} {
		if got := invoke(t, "", nil, test.args...); got.code != test.code || got.stderr == "" {
			t.Errorf("%v: got %+v, want exit code %d", test.args, got, test.code)
		}
	}
	for _, file := range []string{to, s.path("typo.db")} {
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s was made", file)
		}
	}
}
