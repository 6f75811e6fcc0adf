package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aufruf/internal/config"
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

// A pipe into which nobody writes kept a command from being stopped.
func TestACommandThatWaitsForItsInputCanBeStopped(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	for _, args := range [][]string{{"import", "-"}, {"user", "add", "eva", "--role", "clerk"}, {"restore", "-"}} {
		ctx, stop := context.WithCancel(t.Context())
		silent, writer := io.Pipe()
		var told strings.Builder
		where := append(args, "--database", s.database(), "--key-file", s.path("key"))
		ended := make(chan int, 1)
		go func() { ended <- run(ctx, where, nil, asking{silent, stop}, io.Discard, &told) }()
		if code := <-ended; code != config.ExitFailure || !strings.Contains(told.String(), "interrupted: nothing was changed.") {
			t.Errorf("%v: got %d, %q", args, code, told.String())
		}
		if err := writer.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// asking is input for which somebody loses patience once it is asked for.
type asking struct {
	io.Reader
	asked func()
}

// Read implements io.Reader.
func (a asking) Read(p []byte) (int, error) {
	a.asked()
	return a.Reader.Read(p)
}
