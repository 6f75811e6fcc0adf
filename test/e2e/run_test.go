package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"aufruf/test/townhall"
)

var (
	bookingLine = regexp.MustCompile(`Booking +(http://\S+)`)
	screenLine  = regexp.MustCompile(`Screen +(http://\S+)`)
	callerLine  = regexp.MustCompile(`\S+/caller --server .+`)
)

// What `make run` starts opens a town hall in which the next number can be
// called as printed, and leaves nothing behind.
func TestTheDemonstrationOpensAndCloses(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	temporary := t.TempDir()
	demo, err := townhall.Start("demo", []string{"TMPDIR=" + temporary}, built.Demo, filepath.Dir(built.Demo))
	if err != nil {
		t.Fatal(err)
	}
	defer demo.Kill()
	said, err := demo.Log().Await(ctx, "the town hall", func(text string) (string, bool) {
		return text, strings.Contains(text, "Ctrl-C ends everything")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []*regexp.Regexp{bookingLine, screenLine} {
		match := line.FindStringSubmatch(said)
		if match == nil {
			t.Fatalf("no %s in:\n%s", line, said)
		}
		if err := townhall.AwaitPage(ctx, match[1]); err != nil {
			t.Error(err)
		}
	}
	words := strings.Fields(strings.ReplaceAll(callerLine.FindString(said), "--wait", ""))
	call := exec.CommandContext(ctx, words[0], words[1:]...)
	call.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir())
	number, err := call.Output()
	if err != nil || len(strings.TrimSpace(string(number))) != 3 {
		t.Errorf("%s: got %q, %v, want a number", strings.Join(words, " "), number, err)
	}
	if err := demo.Stop(); err != nil {
		t.Error(err)
	}
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
