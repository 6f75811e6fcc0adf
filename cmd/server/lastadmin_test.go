package main

import (
	"strings"
	"testing"

	"aufruf/internal/config"
)

// A town was left without anybody who may administer it.
func TestTheLastAdministratorStays(t *testing.T) {
	s := newSite(t)
	s.admin()
	for _, command := range [][]string{{"user", "disable", "ida"}, {"user", "set", "ida", "--role", "clerk"}} {
		got := s.command("", command...)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "server user add NAME --role admin") {
			t.Errorf("%v: got %+v", command, got)
		}
	}
	s.command("", "user", "set", "ida", "--role", "admin", "--shown-name", "Ida").ok(t)
	s.command("drei kleine Wörter\n", "user", "add", "otto", "--role", "admin").ok(t)
	s.command("", "user", "disable", "ida").ok(t)
	if got := s.command("", "user", "disable", "otto"); got.code != config.ExitFailure {
		t.Errorf("the other one is disabled: got %+v", got)
	}
	s.command("", "user", "enable", "ida").ok(t)
	s.command("", "user", "set", "otto", "--role", "clerk").ok(t)
}

// Whoever typed a password twice heard only then that it is nobody's.
func TestNobodyIsAskedForAPasswordThatNobodyGets(t *testing.T) {
	s := newSite(t)
	s.admin()
	for command, want := range map[string]string{
		"passwd nobody":          "there is no such account",
		"add IDA --role clerk":   `the account "ida" exists already`,
		"add a/b --role clerk":   "an account's name has letters",
		"add bert --role cleark": "did you mean clerk?",
	} {
		got := s.command("", append([]string{"user"}, strings.Fields(command)...)...) // no password: it isn't looked for
		if got.code == config.ExitOK || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: got %+v, want %q", command, got, want)
		}
	}
}

// A copy that succeeded said nothing, and whoever waited didn't know where it is.
func TestBackupAndRestoreSayWhereTheyWrote(t *testing.T) {
	s := newSite(t)
	if got := s.command("", "backup", s.path("copy.db")).ok(t); !strings.Contains(got, s.path("copy.db")+" (") || !strings.Contains(got, "KiB") {
		t.Errorf("backup: got %q", got)
	}
	if got := s.command("", "backup", "--into", s.path("copies")).ok(t); !strings.Contains(got, s.path("copies")+"/aufruf-") {
		t.Errorf("backup into: got %q", got)
	}
	other := emptySite(t)
	if got := other.command("", "restore", s.path("copy.db")).ok(t); !strings.Contains(got, other.path("aufruf.key")) {
		t.Errorf("restore: got %q", got)
	}
}
