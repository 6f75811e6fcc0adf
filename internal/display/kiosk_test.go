package display

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var hasty = pace{start: 400 * time.Millisecond, silent: 200 * time.Millisecond, pause: time.Millisecond, end: time.Second}

func TestKioskStartsTheBrowserAgain(t *testing.T) {
	starts := runKiosk(t, "exit 1", time.Now)
	for range 3 {
		if got, want := <-starts, "http://page/"; !strings.HasSuffix(got, want) {
			t.Errorf("arguments: got %q, want them to end with %q", got, want)
		}
	}
}

func TestKioskEndsABrowserThatHangs(t *testing.T) {
	starts := runKiosk(t, "sleep 1000", func() time.Time { return time.Time{} })
	<-starts
	<-starts
}

func TestKioskLeavesALivingBrowserAlone(t *testing.T) {
	starts := runKiosk(t, "sleep 1000", time.Now)
	<-starts
	select {
	case <-starts:
		t.Error("a living browser was started again")
	case <-time.After(4 * hasty.start):
	}
}

func TestKioskWithoutABrowser(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	k := &Kiosk{Command: "/none", Profile: t.TempDir(), Alive: time.Now, Log: quietLog(t), pace: hasty}
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to try until it is told to end", err)
	}
}

// runKiosk runs a kiosk whose browser writes its arguments into a pipe and then
// does what the script says; they arrive on the channel.
func runKiosk(t *testing.T, script string, alive func() time.Time) <-chan string {
	t.Helper()
	folder := t.TempDir()
	pipe := filepath.Join(folder, "pipe")
	browser := filepath.Join(folder, "browser")
	text := "#!/bin/sh\necho \"$*\" > " + pipe + "\n" + script + "\n"
	if err := os.WriteFile(browser, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	// Open for both, so that neither side waits for the other.
	opened, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	starts := make(chan string, 1000)
	go func() {
		for lines := bufio.NewScanner(opened); lines.Scan(); {
			starts <- lines.Text()
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	k := &Kiosk{Command: browser, Profile: folder, URL: "http://page/", Alive: alive, Log: quietLog(t), pace: hasty}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = k.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		opened.Close()
	})
	return starts
}

func quietLog(t *testing.T) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }
