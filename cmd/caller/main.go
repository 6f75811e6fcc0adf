// Command caller is the desk in a terminal: a full-screen interface, or one
// command and exit for hotkeys, foot pedals and scripts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"aufruf/internal/caller"
	"aufruf/internal/client"
	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// exitEmpty is the exit code where nobody is waiting.
const exitEmpty = 3

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program without its process. It returns the exit code: 0 done, 1
// failure, 2 usage, 3 nobody is waiting.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	texts, err := i18n.LoadOnly(language(environ), "caller", "client", "problem", "problem_desk", "words")
	if err != nil {
		fmt.Fprintln(stderr, "caller:", err)
		return config.ExitFailure
	}
	phrases := caller.Phrases{Texts: texts}
	o, err := parse(args, environ)
	if errors.Is(err, flag.ErrHelp) {
		help(stdout)
		return config.ExitOK
	}
	if err != nil {
		return fail(stderr, phrases, err)
	}
	d := &desk{options: o, phrases: phrases, stdin: stdin, stdout: stdout, stderr: stderr}
	if err := d.open(environ); err != nil {
		return fail(stderr, phrases, err)
	}
	return fail(stderr, phrases, d.do(ctx))
}

// fail prints why the program ends and returns its exit code.
func fail(stderr io.Writer, phrases caller.Phrases, err error) int {
	if err == nil {
		return config.ExitOK
	}
	var known *problem.Error
	text := err.Error()
	if errors.As(err, &known) {
		text = phrases.Refusal(known)
	}
	fmt.Fprintln(stderr, phrases.T("caller.failed", "text", text))
	if known != nil && known.Key == "queue.empty" {
		return exitEmpty
	}
	return config.ExitCode(err)
}

// language returns English for an English locale, else German.
func language(environ []string) town.Language {
	locale := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		locale[name] = value
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale[name] == "" {
			continue
		}
		if strings.HasPrefix(locale[name], "en") {
			return town.English
		}
		return town.German
	}
	return town.German
}

// desk is one run of the program.
type desk struct {
	options
	phrases        caller.Phrases
	stdin          io.Reader
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
		return &config.Usage{Reason: err.Error()}
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
