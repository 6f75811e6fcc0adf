package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A copy can go through a pipe, to where only another user may write.
func TestABackupGoesThroughAPipe(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	s.serve("--clock", tuesday)
	before := s.command("", "export").ok(t)
	copied := s.command("", "backup", "-").ok(t)
	if !strings.HasPrefix(copied, "SQLite format 3") {
		t.Fatalf("got %d bytes, want a database", len(copied))
	}
	again := emptySite(t)
	again.command(copied, "restore", "-").ok(t)
	if after := again.command("", "export").ok(t); after != before {
		t.Error("what was restored is another town")
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestImportReadsStandardInput(t *testing.T) {
	s := newSite(t)
	s.serve("--clock", tuesday)
	if got := s.command(s.command("", "export").ok(t), "import", "-").ok(t); got != "nothing changed\n" {
		t.Errorf("got %q, want nothing changed", got)
	}
	got := s.command("format: aufruf/1\nlunch: 12:00\n", "import", "-")
	if got.code == 0 || !strings.Contains(got.stderr, "stdin:2:") {
		t.Errorf("got %d, %q, want the line named", got.code, got.stderr)
	}
}

// What fails on its way leaves nothing either.
func TestABackupOfNothingWritesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := emptySite(t)
	if got := s.command("", "backup", "-"); got.code == 0 || got.stdout != "" {
		t.Errorf("got %d and %d bytes", got.code, len(got.stdout))
	}
	if got := s.command("hello", "restore", "-"); got.code == 0 {
		t.Error("something that is no backup was restored")
	}
	if left, err := filepath.Glob(os.Getenv("TMPDIR") + "/*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
