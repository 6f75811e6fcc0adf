package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"aufruf/internal/caller"
	"aufruf/internal/client"
	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// exitEmpty is the exit code where nobody is waiting.
const exitEmpty = 3

// version is set by the linker.
var version = "unknown"

// surfaces are the catalogues that the program speaks from.
var surfaces = []string{"cli", "cli_caller", "caller", "client", "problem", "problem_desk", "words"}

// run is the program without its process. It returns the exit code: 0 done, 1
// failure, 2 usage, 3 nobody is waiting.
func run(ctx context.Context, args, environ []string, stdin io.Reader, screen, stderr io.Writer) int {
	stdout := caller.Printer(screen)
	stderr = caller.Printer(stderr)
	texts, err := i18n.LoadOnly(config.Language(environ, town.German), surfaces...)
	if err != nil {
		fmt.Fprintln(stderr, "caller:", err)
		return config.ExitFailure
	}
	phrases := caller.Phrases{Texts: texts}
	root := rootCommand(config.CalledAs(os.Args[0], "caller"), func(ctx context.Context, o options) error {
		d := &desk{options: o, phrases: phrases, stdin: stdin, screen: screen, stdout: stdout, stderr: stderr}
		if err := d.open(environ); err != nil {
			return err
		}
		return d.do(ctx)
	})
	program := config.Program{Root: root, Texts: texts, Environ: environ, Stdin: stdin, Stdout: screen, Stderr: stderr, Licences: licencesOfAll}
	return fail(stderr, phrases, program.Run(ctx, args))
}

// fail prints why the program ends and returns its exit code.
func fail(stderr io.Writer, phrases caller.Phrases, err error) int {
	if err == nil {
		return config.ExitOK
	}
	var known *problem.Error
	text := config.Tell(phrases.Texts, err)
	if errors.As(err, &known) {
		text = phrases.Refusal(known)
	}
	fmt.Fprintln(stderr, phrases.T("caller.failed", "text", text))
	if known != nil && known.Key == "queue.empty" {
		return exitEmpty
	}
	return config.ExitCode(err)
}

// desk is one run of the program.
type desk struct {
	options
	phrases        caller.Phrases
	stdin          io.Reader
	screen         io.Writer // the terminal itself, which the full-screen interface steers
	stdout, stderr io.Writer
	sessions       *sessions
	client         *client.Client
}

// open prepares the client; it reaches for nothing yet.
func (d *desk) open(environ []string) error {
	place, err := privateFolder(environ)
	if err != nil {
		fmt.Fprintln(d.stderr, d.phrases.T("caller.failed", "text", d.phrases.T("caller.session_not_kept", "cause", err)))
	}
	d.sessions = &sessions{folder: place, server: d.server, user: town.UserID(d.user), passwordFile: d.passwordFile}
	anonymous, err := client.New(d.server, nil, string(d.phrases.Lang))
	if err != nil {
		return config.Usage("cli.caller.wrong_server", "given", d.server)
	}
	d.sessions.signIn = anonymous.SignIn
	d.client, err = client.New(d.server, d.sessions, string(d.phrases.Lang))
	return err
}

func (d *desk) do(ctx context.Context) error {
	switch d.command {
	case "":
		return d.terminal(ctx)
	case "queue":
		return d.queue(ctx)
	case "watch":
		return d.watch(ctx)
	case "afterwards":
		return d.afterwards(ctx)
	}
	return d.oneShot(ctx)
}
