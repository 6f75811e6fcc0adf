package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"

	"aufruf/internal/audio/audiotest"
	"aufruf/test/townhall"
)

const (
	glassCalls = 200
	glassPause = 60 * time.Millisecond // for the browser to come to rest
	idleFor    = 20 * time.Second
)

// measureGlass presses a key and waits for a real screen: the frame in a real
// Chromium that holds the number, and the first sample that isn't silence on
// its way to the sound card. The screen is told to keep no number longer than
// it must, or 200 calls would take 20 minutes.
func measureGlass(ctx context.Context, b *bench) error {
	for range b.runs {
		pixels, samples, idle, err := b.lookAndListen(ctx)
		if err != nil {
			return err
		}
		for _, share := range []struct {
			name string
			of   float64
		}{{"p50", 0.50}, {"p99", 0.99}} {
			b.table.figure(fmt.Sprintf("key to pixels in Chromium, %d calls, %s", glassCalls, share.name), "ms", "").add(percentile(pixels, share.of))
			b.table.figure(fmt.Sprintf("key to first sample, %d calls, %s", glassCalls, share.name), "ms", "").add(percentile(samples, share.of))
		}
		b.table.figure("processor of an idle screen program", "%", "").add(idle)
	}
	return nil
}

func (b *bench) lookAndListen(ctx context.Context) (pixels, samples []time.Duration, idle float64, err error) {
	h, err := b.openServer(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	card, err := newEar(h.server.Dir)
	if err != nil {
		return nil, nil, 0, err
	}
	defer card.close()
	token, err := h.server.WriteSecret("screen.token", h.screens)
	if err != nil {
		return nil, nil, 0, err
	}
	screen, err := townhall.StartScreen(ctx, h.server, token, townhall.ScreenOptions{
		Player: "alsa", Flags: []string{"--large", "0"}, Env: []string{audiotest.Variable + "=" + card.config},
	})
	if err != nil {
		return nil, nil, 0, err
	}
	defer func() { err = errors.Join(err, screen.Stop()) }()
	glass, err := openGlass(ctx, screen.URL)
	if err != nil {
		return nil, nil, 0, err
	}
	defer glass.close()
	if idle, err = idleShare(ctx, screen.Program().PID()); err != nil {
		return nil, nil, 0, err
	}
	pixels, samples, err = h.callGlass(ctx, glass, card)
	return pixels, samples, idle, err
}

// callGlass calls so many people, each when the gong of the one before is out.
func (h *benchServer) callGlass(ctx context.Context, glass *glass, card *ear) (pixels, samples []time.Duration, err error) {
	var pressed []time.Time
	for range glassCalls {
		if err := h.issueOne(ctx); err != nil {
			return nil, nil, err
		}
		call := h.desk()
		at := time.Now()
		if err := call(ctx); err != nil {
			return nil, nil, err
		}
		heard, err := card.next(ctx)
		if err != nil {
			return nil, nil, err
		}
		pressed, samples = append(pressed, at), append(samples, heard.Sub(at))
		select {
		case <-time.After(glassPause):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	painted, err := glass.painted()
	if err != nil {
		return nil, nil, err
	}
	if len(painted) != len(pressed) {
		return nil, nil, fmt.Errorf("the browser painted %d of %d calls", len(painted), len(pressed))
	}
	for i, at := range pressed {
		pixels = append(pixels, painted[i].Sub(at))
	}
	return pixels, samples, nil
}

// glass is a Chromium on a screen's page that notes when it painted a number.
type glass struct {
	ctx   context.Context
	close func()
}

// notePaints has the page note, for each number that it shows, when the first
// frame after the change was done: the second callback follows its paint.
const notePaints = `(() => {
	window.painted = [];
	new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(() =>
		window.painted.push(performance.timeOrigin + performance.now()))))
		.observe(document.getElementById("number"), {childList: true, characterData: true, subtree: true});
	return true;
})()`

func openGlass(ctx context.Context, url string) (*glass, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU)
	allocator, release := chromedp.NewExecAllocator(ctx, options...)
	tab, quit := chromedp.NewContext(allocator)
	g := &glass{ctx: tab, close: func() { quit(); release() }}
	err := chromedp.Do(tab, chromedp.EmulateViewport(1920, 1080), chromedp.Navigate(url), chromedp.WaitVisible("#idle"))
	if err == nil {
		_, err = chromedp.Run(tab, chromedp.Evaluate[bool](notePaints))
	}
	if err != nil {
		g.close()
		return nil, fmt.Errorf("open the screen's page: %w", err)
	}
	return g, nil
}

func (g *glass) painted() ([]time.Time, error) {
	millis, err := chromedp.Run(g.ctx, chromedp.Evaluate[[]float64]("window.painted"))
	if err != nil {
		return nil, err
	}
	var times []time.Time
	for _, ms := range millis {
		times = append(times, time.UnixMicro(int64(ms*1000)))
	}
	return times, nil
}

// ear is a sound card that notes when it first hears something after silence.
type ear struct {
	config string
	fifo   *os.File
	heard  chan time.Time
}

// earConfig routes what is played into a named pipe, over the null device.
const earConfig = `</usr/share/alsa/alsa.conf>
pcm.!default {
	type file
	slave.pcm "null"
	file %q
	truncate true
	format "raw"
}
`

func newEar(dir string) (*ear, error) {
	path := filepath.Join(dir, "ear")
	e := &ear{config: filepath.Join(dir, "asoundrc"), heard: make(chan time.Time, glassCalls)}
	err := errors.Join(syscall.Mkfifo(path, 0o600), os.WriteFile(e.config, fmt.Appendf(nil, earConfig, path), 0o600))
	if err != nil {
		return nil, err
	}
	// Open for both, so that it doesn't end when the screen closes its card.
	if e.fifo, err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
		return nil, err
	}
	go e.listen()
	return e, nil
}

func (e *ear) close() { e.fifo.Close() }

// gap is the silence between two announcements, in bytes: the end of each is
// padded with more.
const gap = 48000 * 4 / 20

func (e *ear) listen() {
	silent := gap
	buffer := make([]byte, 4096)
	for {
		n, err := e.fifo.Read(buffer)
		if err != nil {
			return
		}
		for _, b := range buffer[:n] {
			if b == 0 {
				silent++
				continue
			}
			if silent >= gap {
				e.heard <- time.Now()
			}
			silent = 0
		}
	}
}

func (e *ear) next(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	select {
	case at := <-e.heard:
		return at, nil
	case <-ctx.Done():
		return time.Time{}, fmt.Errorf("no gong: %w", ctx.Err())
	}
}

// idleShare returns how much of one processor a program takes while nothing
// happens, in percent.
func idleShare(ctx context.Context, pid int) (float64, error) {
	before, err := ticks(pid)
	if err != nil {
		return 0, err
	}
	select {
	case <-time.After(idleFor):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	after, err := ticks(pid)
	if err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, "getconf", "CLK_TCK").Output()
	if err != nil {
		return 0, fmt.Errorf("getconf CLK_TCK: %w", err)
	}
	second, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return 100 * (after - before) / second / idleFor.Seconds(), err
}

// ticks returns the processor time of a process, as proc(5) counts it.
func ticks(pid int) (float64, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest) // from the third field on
	if len(fields) < 13 {
		return 0, fmt.Errorf("short stat of process %d", pid)
	}
	user, err := strconv.ParseFloat(fields[11], 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseFloat(fields[12], 64)
	return user + system, err
}
