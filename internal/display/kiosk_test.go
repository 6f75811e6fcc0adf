package display

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var hasty = pace{start: 400 * time.Millisecond, silent: 200 * time.Millisecond, pause: time.Millisecond, rest: 2 * time.Millisecond, end: time.Second}

func TestKioskStartsTheBrowserAgain(t *testing.T) {
	starts := runKiosk(t, "exit 1", hasty, time.Now, t.Output())
	for range 3 {
		if got, want := <-starts, "http://page/"; !strings.HasSuffix(got, want) {
			t.Errorf("arguments: got %q, want them to end with %q", got, want)
		}
	}
}

func TestKioskEndsABrowserThatHangs(t *testing.T) {
	starts := runKiosk(t, "sleep 1000", hasty, never, t.Output())
	<-starts
	<-starts
}

func TestKioskLeavesALivingBrowserAlone(t *testing.T) {
	starts := runKiosk(t, "sleep 1000", hasty, time.Now, t.Output())
	<-starts
	select {
	case <-starts:
		t.Error("a living browser was started again")
	case <-time.After(4 * hasty.start):
	}
}

// A browser that can't come up is not started thirty times a minute for ever,
// and the log holds what it said. One whose page was there is back at once.
func TestKioskIsPatientWithABrowserThatNeverComes(t *testing.T) {
	pace := hasty
	pace.pause, pace.rest = 20*time.Millisecond, 50*time.Millisecond
	for _, c := range []struct {
		name  string
		alive func() time.Time
		want  []string
	}{
		{"no page", never, []string{"in=20ms", "in=40ms", "in=50ms"}},
		{"a page", time.Now, []string{"in=20ms", "in=20ms", "in=20ms"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			log, lines := io.Pipe()
			runKiosk(t, "echo Missing X server >&2; exit 1", pace, c.alive, lines)
			told := bufio.NewScanner(log)
			for _, want := range c.want {
				if !told.Scan() || !strings.Contains(told.Text(), want) || !strings.Contains(told.Text(), "Missing X server") {
					t.Errorf("log: got %q, want %s and what the browser said", told.Text(), want)
				}
			}
			log.Close()
		})
	}
}

// A power cut leaves a browser's profile locked, and one that gave another name
// to the machine leaves it locked for good.
func TestKioskLeavesNoLockBehind(t *testing.T) {
	profile := t.TempDir()
	lock := filepath.Join(profile, "SingletonLock")
	if err := os.Symlink("the-name-before-4711", lock); err != nil {
		t.Fatal(err)
	}
	k := &Kiosk{Command: "false", Profile: profile, Alive: never, Log: quietLog(t), pace: hasty}
	if _, err := k.once(t.Context()); err == nil {
		t.Error("a browser that failed passed for one that ended well")
	}
	if _, err := os.Lstat(lock); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no lock of the browser before", err)
	}
}

func TestTheLastWordsOfABrowserAreKept(t *testing.T) {
	var last lastWords
	for i := range 1000 {
		fmt.Fprintln(&last, "line", i)
	}
	if got, want := string(last), "line 999\n"; len(got) != manyWords || !strings.HasSuffix(got, want) {
		t.Errorf("got %d bytes that end with %q, want %d that end with %q", len(got), got[len(got)-10:], manyWords, want)
	}
}

// never is the sign of life of a page that doesn't come.
func never() time.Time { return time.Time{} }

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
func runKiosk(t *testing.T, script string, pace pace, alive func() time.Time, log io.Writer) <-chan string {
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
	k := &Kiosk{
		Command: browser, Profile: filepath.Join(folder, "profile"), URL: "http://page/", Alive: alive,
		Log: slog.New(slog.NewTextHandler(log, nil)), pace: pace,
	}
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
