package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"aufruf/internal/config"
)

// longestLine is how much of standard input a password is looked for in.
const longestLine = 4096

// newPassword reads a password: on a terminal it is asked for twice and not
// shown, otherwise it is one line on standard input.
func (w world) newPassword(ctx context.Context) (string, error) {
	if file, ok := w.stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return w.askTwice(ctx, int(file.Fd()))
	}
	line, err := bufio.NewReader(io.LimitReader(w.stdin, longestLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password from standard input: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", config.Failure("cli.server.user.no_password")
	}
	return line, nil
}

// askTwice asks for a password until it was typed twice the same way, at most
// three times.
func (w world) askTwice(ctx context.Context, terminal int) (string, error) {
	for range 3 {
		first, err := w.ask(ctx, terminal, "cli.server.user.ask")
		if err != nil {
			return "", err
		}
		second, err := w.ask(ctx, terminal, "cli.server.user.ask_again")
		if err != nil {
			return "", err
		}
		if first == second {
			return first, nil
		}
		fmt.Fprintln(w.stderr, w.texts.T("cli.server.user.not_the_same"))
	}
	return "", config.Failure("cli.server.user.given_up")
}

// ask reads a line that isn't shown. Interrupted, it leaves the terminal as it
// was: whoever waits for a key knows nothing of ctx.
func (w world) ask(ctx context.Context, terminal int, key string) (string, error) {
	before, err := term.GetState(terminal)
	if err != nil {
		return "", err
	}
	fmt.Fprint(w.stderr, w.texts.T(key), " ")
	type answer struct {
		line []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(terminal)
		typed <- answer{line, err}
	}()
	select {
	case a := <-typed:
		fmt.Fprintln(w.stderr)
		if errors.Is(a.err, io.EOF) {
			return "", config.Failure("cli.server.user.no_password")
		}
		return string(a.line), a.err
	case <-ctx.Done():
		fmt.Fprintln(w.stderr)
		return "", errors.Join(config.Failure("cli.server.user.interrupted"), term.Restore(terminal, before))
	}
}
