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
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/client"
	"aufruf/internal/config"
	"aufruf/internal/display"
	"aufruf/internal/i18n"
	"aufruf/internal/systemd"
	"aufruf/internal/town"
	"aufruf/web"
)

// version is set by the linker.
var version = "unknown"

// surfaces are the catalogues that the command line is worded in.
var surfaces = []string{"cli", "cli_display", "cli_doctor"}

// run is the program; it returns its exit code when ctx ends or something
// fails. The address of the page goes to stdout as "page http://…".
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	texts, err := i18n.LoadOnly(config.Language(environ, town.English), surfaces...)
	if err != nil {
		fmt.Fprintln(stderr, "display:", err)
		return config.ExitFailure
	}
	root := rootCommand(config.CalledAs(os.Args[0], "display"), stdout, stderr)
	root.AddCommand(doctorCommand(texts, stdout, stderr))
	program := config.Program{Root: root, Texts: texts, Environ: environ, Stdout: stdout, Stderr: stderr, Licences: licencesOfAll}
	err = program.Run(ctx, args)
	if err != nil {
		fmt.Fprintln(stderr, "display:", config.Tell(texts, err))
	}
	return config.ExitCode(err)
}

// rootCommand is the program's one command, the screen.
func rootCommand(name string, stdout, stderr io.Writer) *cobra.Command {
	var f *flags
	c := config.Command(name, config.Arguments(0), func(ctx context.Context, _ []string) error {
		s, err := f.read()
		if err != nil {
			return err
		}
		if s.listClips {
			listClips(stdout, s.sound.folder)
			return nil
		}
		return show(ctx, s, stdout, newLog(stderr))
	})
	c.Version = version
	f = declareFlags(c.Flags())
	config.Complete(c, "theme", themes)
	return c
}

func newLog(to io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(to, nil)) }

// show runs the screen until ctx ends, which is no error.
func show(ctx context.Context, s settings, stdout io.Writer, log *slog.Logger) error {
	token, err := openToken(s.tokenFile)
	if err != nil {
		return err
	}
	server, err := client.New(s.server, token, string(s.language))
	if err != nil {
		return config.Usage("cli.display.wrong_server", "given", s.server)
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
		supervisor := systemd.NewSupervisor(os.Getenv)
		supervisor.Ready()
		defer supervisor.Stopping()
		return program.Run(ctx, supervisor.Alive)
	}
}
