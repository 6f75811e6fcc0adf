package main

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"aufruf/internal/config"
	"aufruf/internal/store"
)

func TestCheckFindsWhatContradictsItself(t *testing.T) {
	for complaint, spoil := range map[store.Complaint]string{
		store.EventAhead:    `update branches set seq = 0`,
		store.SessionAstray: `insert into sessions (hash, username, created_at, expires_at) values (x'00', 'nobody', 1, 2)`,
		store.MailAstray: `insert into mails (id, ticket, branch, date, kind, revision, due_at, state, attempts, reason)
			values ('m', 'nothing', 'grimma-markt', '2026-12-01', 'confirmation', 0, 1, 'queued', 0, '')`,
	} {
		t.Run(string(complaint), func(t *testing.T) {
			s := newSite(t)
			s.command("", "check").ok(t)
			db, err := sql.Open("sqlite3", s.path("aufruf.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(spoil); err != nil {
				t.Fatal(err)
			}
			got := s.command("", "check")
			if got.code != config.ExitFailure || !strings.Contains(got.stderr, "contradicts itself") || strings.Count(got.stdout, "\n") == 0 {
				t.Errorf("got %d %q %q", got.code, got.stdout, got.stderr)
			}
		})
	}
}

// A page in the middle that was overwritten is found, by the engine.
func TestCheckFindsADamagedFile(t *testing.T) {
	s := newSite(t)
	raw, err := os.ReadFile(s.path("aufruf.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i := len(raw) / 2; i < len(raw)/2+3*4096; i++ {
		raw[i] ^= 0x5a
	}
	s.keep("aufruf.db", raw)
	if got := s.command("", "check"); got.code != config.ExitFailure {
		t.Errorf("got %d %q %q", got.code, got.stdout, got.stderr)
	}
}

// A file that broke off was told in the engine's words, with nothing to do.
func TestADatabaseThatBrokeOffIsToldWithTheNextStep(t *testing.T) {
	s := newSite(t)
	raw, err := os.ReadFile(s.path("aufruf.db"))
	if err != nil {
		t.Fatal(err)
	}
	s.keep("aufruf.db", raw[:200_000])
	for _, command := range [][]string{{"check"}, {"user", "list"}, {"backup", s.path("copy.db")}} {
		got := s.command("", command...)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "Keep the file as it is, and bring back the last backup") {
			t.Errorf("%v: got %d %q %q", command, got.code, got.stdout, got.stderr)
		}
	}
	if now, err := os.ReadFile(s.path("aufruf.db")); err != nil || len(now) != 200_000 {
		t.Errorf("the file was changed: %d bytes, %v", len(now), err)
	}
}
