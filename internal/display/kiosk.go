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
// starts it again when it ends or when its page gives no sign of life.
type Kiosk struct {
	Command string // the browser, with further arguments behind blanks: "chromium"
	Profile string // its folder
	URL     string
	Alive   func() time.Time // the page's last sign of life
	Log     *slog.Logger

	pace pace
}

// pace is the kiosk's patience.
type pace struct {
	start  time.Duration // for a slow machine to show its first page
	silent time.Duration // without a heartbeat: it hangs
	pause  time.Duration // between two starts
	end    time.Duration // to end by itself
}

var steady = pace{start: 60 * time.Second, silent: 20 * time.Second, pause: 2 * time.Second, end: 5 * time.Second}

// Run keeps the browser running until ctx ends, and ends it then.
func (k *Kiosk) Run(ctx context.Context) error {
	if k.pace == (pace{}) {
		k.pace = steady
	}
	for {
		if err := k.once(ctx); ctx.Err() == nil {
			k.Log.Warn("browser ended, starting it again", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(k.pace.pause):
		}
	}
}

// once runs one browser until it ends, hangs, or ctx ends.
func (k *Kiosk) once(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := k.command(ctx)
	if err := command.Start(); err != nil {
		return err
	}
	go k.watch(ctx, cancel, time.Now())
	err := command.Wait()
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // what is left of its group, mostly nothing
	return err
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
