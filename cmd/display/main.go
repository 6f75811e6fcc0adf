// Command display is the waiting-room screen: it stays connected to the
// server, plays the gong and speech on the sound card, and serves the page
// that a browser on the same machine shows. It wires internal/display,
// internal/audio and internal/client, and decides nothing.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/config"
	"aufruf/internal/display"
	"aufruf/internal/i18n"
	"aufruf/web"
)

// version is set by the linker.
var version = "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// run is the program; it returns its exit code when ctx ends or something
// fails. The address of the page goes to stdout as "page http://…".
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	flags := newFlags()
	settings, err := flags.read(args, environ)
	switch {
	case err == nil && settings.listClips:
		listClips(stdout, settings.sound.folder)
	case err == nil:
		err = show(ctx, settings, stdout, slog.New(slog.NewTextHandler(stderr, nil)))
	}
	if config.ExitCode(err) != config.ExitOK {
		fmt.Fprintln(stderr, "display:", err)
	} else if err != nil {
		flags.Help(stdout)
	}
	return config.ExitCode(err)
}

// show runs the screen until ctx ends, which is no error.
func show(ctx context.Context, s settings, stdout io.Writer, log *slog.Logger) error {
	token, err := openToken(s.tokenFile)
	if err != nil {
		return err
	}
	server, err := client.New(s.server, token, string(s.language))
	if err != nil {
		return config.Usagef("%v", err)
	}
	bell, closeBell, err := newBell(s, log)
	if err != nil {
		return err
	}
	defer closeBell()
	disk, saved := openDisk(s.stateDir, log)
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return err
	}
	defer listener.Close()

	screen := display.New(s.screen)
	if saved != nil {
		screen.Restore(*saved)
	}
	program := display.NewProgram(screen, bell, disk, log)
	page, err := newPage(s, program)
	if err != nil {
		return err
	}
	connection := client.NewDisplay(server, s.branch, program)
	program.Attach(connection, page)

	address := "http://" + listener.Addr().String() + "/"
	fmt.Fprintln(stdout, "page", address)
	parts := []func(context.Context) error{
		servePage(listener, page),
		supervised(program),
		(&door{token: token, connection: connection, program: program, log: log, pairing: &display.Pairing{
			Server: server, Show: program.Pairing, Log: log,
		}}).stay,
	}
	if s.browser != "" {
		kiosk := &display.Kiosk{
			Command: s.browser, Profile: filepath.Join(s.stateDir, "browser"), URL: address, Alive: page.Alive, Log: log,
		}
		parts = append(parts, kiosk.Run)
	}
	return together(ctx, parts)
}

// together runs the parts until ctx ends or one of them fails, then ends the
// others. An end that ctx asked for is no error.
func together(ctx context.Context, parts []func(context.Context) error) error {
	running, end := context.WithCancel(ctx)
	defer end()
	results := make(chan error, len(parts))
	for _, part := range parts {
		go func() { results <- part(running) }()
	}
	var first error
	for range parts {
		err := <-results
		if first == nil && ctx.Err() == nil {
			first = err
		}
		end()
	}
	return first
}

// openDisk returns nil for both where nothing is to be kept, or can be: a
// screen shows calls on a dead disk too. A board that can't be read is left
// behind, since the server has a better one.
func openDisk(folder string, log *slog.Logger) (*display.Disk, *display.Saved) {
	if folder == "" {
		return nil, nil
	}
	disk, err := display.OpenDisk(folder)
	if err != nil {
		log.Error("the board isn't kept over a power cut", "error", err)
		return nil, nil
	}
	saved, ok, err := disk.Load()
	if err != nil {
		log.Warn("start without the last board", "error", err)
	}
	if err != nil || !ok {
		return disk, nil
	}
	return disk, &saved
}

func newPage(s settings, program *display.Program) (*display.Page, error) {
	bundle, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	options := display.PageOptions{Texts: bundle, Language: s.language, Theme: s.theme, Server: s.origin}
	actions := display.PageActions{Painted: program.Painted, Fresh: program.Fresh, Test: program.TestHere}
	return display.NewPage(web.Files, options, actions)
}

// servePage returns a part that serves until its context ends. Streams of
// views never end by themselves, so they get no grace.
func servePage(listener net.Listener, page *display.Page) func(context.Context) error {
	return func(ctx context.Context) error {
		server := &http.Server{Handler: page, ReadHeaderTimeout: 5 * time.Second}
		stop := context.AfterFunc(ctx, func() { server.Close() })
		defer stop()
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve page: %w", err)
		}
		return ctx.Err()
	}
}

func supervised(program *display.Program) func(context.Context) error {
	return func(ctx context.Context) error {
		supervisor := display.NewSupervisor(os.Getenv)
		supervisor.Ready()
		defer supervisor.Stopping()
		return program.Run(ctx, supervisor.Alive)
	}
}
