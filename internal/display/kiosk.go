package display

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Kiosk keeps a browser on the screen's page: it starts it in kiosk mode and
// starts it again when it ends or when its page gives no sign of life. Each
// start begins with an empty profile: one that a power cut left half-written,
// or that is locked in the name that this machine had before, would keep the
// screen dark, and one that is kept grows for years.
type Kiosk struct {
	Command string // the browser, with further arguments behind blanks: "chromium"
	Profile string // its folder, emptied at each start
	URL     string
	Alive   func() time.Time // the page's last sign of life
	Log     *slog.Logger

	pace pace
}

// pace is the kiosk's patience.
type pace struct {
	start  time.Duration // for a slow machine to show its first page
	silent time.Duration // without a heartbeat: it hangs
	pause  time.Duration // before the next start; twice as long after each whose page never came
	rest   time.Duration // but no longer than this
	end    time.Duration // to end by itself
}

var steady = pace{start: 60 * time.Second, silent: 20 * time.Second, pause: 2 * time.Second, rest: 30 * time.Second, end: 5 * time.Second}

// Run keeps the browser running until ctx ends, and ends it then.
func (k *Kiosk) Run(ctx context.Context) error {
	if k.pace == (pace{}) {
		k.pace = steady
	}
	for pause := k.pace.pause; ; pause = min(2*pause, k.pace.rest) {
		started := time.Now()
		said, err := k.once(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if k.Alive().After(started) {
			pause = k.pace.pause
		}
		k.Log.Warn("browser ended, starting it again", "in", pause, "error", err, "said", said)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// once runs one browser until it ends, hangs, or ctx ends, and returns the last
// that it said.
func (k *Kiosk) once(ctx context.Context) (said string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := os.RemoveAll(k.Profile); err != nil {
		k.Log.Warn("the browser keeps its old profile", "error", err)
	}
	var last lastWords
	command := k.command(ctx)
	command.Stdout, command.Stderr = &last, &last
	if err := command.Start(); err != nil {
		return "", err
	}
	go k.watch(ctx, cancel, time.Now())
	err = command.Wait()
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // what is left of its group, mostly nothing
	return string(last), err
}

// lastWords keeps the end of what is written to it.
type lastWords []byte

const manyWords = 600 // bytes

// Write implements io.Writer.
func (w *lastWords) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	*w = append((*w)[:0], (*w)[max(0, len(*w)-manyWords):]...)
	return len(p), nil
}

func (k *Kiosk) command(ctx context.Context) *exec.Cmd {
	words := strings.Fields(k.Command)
	args := append(words[1:],
		"--kiosk", "--no-first-run", "--no-default-browser-check", "--noerrdialogs", "--disable-infobars",
		"--disable-background-networking", "--disable-component-update", "--disable-session-crashed-bubble",
		"--disable-translate", "--overscroll-history-navigation=0", "--password-store=basic",
		"--user-data-dir="+filepath.Clean(k.Profile))
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses to start as root with one
	}
	command := exec.CommandContext(ctx, words[0], append(args, k.URL)...)
	// Its helpers are a group of their own, so that none outlives it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	command.WaitDelay = k.pace.end
	return command
}

// watch ends a browser whose page is silent.
func (k *Kiosk) watch(ctx context.Context, end func(), started time.Time) {
	look := time.NewTicker(k.pace.silent / 20)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-look.C:
			if k.hangs(now, started) {
				k.Log.Warn("browser gives no sign of life")
				end()
				return
			}
		}
	}
}

func (k *Kiosk) hangs(now, started time.Time) bool {
	alive := k.Alive()
	if alive.Before(started) {
		return now.Sub(started) > k.pace.start
	}
	return now.Sub(alive) > k.pace.silent
}
