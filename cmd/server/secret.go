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
		return w.askUnseen(ctx, file)
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

// askUnseen asks at a terminal that shows nothing of what is typed, from before
// the question, and is left as it was found, also when ctx ends: whoever waits
// for a key knows nothing of that.
func (w world) askUnseen(ctx context.Context, terminal *os.File) (string, error) {
	before, err := term.MakeRaw(int(terminal.Fd()))
	if err != nil {
		return "", fmt.Errorf("hide what is typed: %w", err)
	}
	type answer struct {
		password string
		err      error
	}
	typed := make(chan answer, 1)
	go func() {
		password, err := w.askTwice(term.NewTerminal(keyboard{terminal, w.stderr}, ""))
		typed <- answer{password, err}
	}()
	a := answer{err: config.Failure("cli.server.user.interrupted")}
	select {
	case a = <-typed:
	case <-ctx.Done():
	}
	return a.password, errors.Join(a.err, term.Restore(int(terminal.Fd()), before))
}

// keyboard reads what is typed and shows what is asked.
type keyboard struct {
	io.Reader
	io.Writer
}

// askTwice asks for a password until it was typed twice the same way, at most
// three times.
func (w world) askTwice(at *term.Terminal) (string, error) {
	for range 3 {
		first, err := w.ask(at, "cli.server.user.ask")
		if err != nil {
			return "", err
		}
		second, err := w.ask(at, "cli.server.user.ask_again")
		if err != nil {
			return "", err
		}
		if first == second {
			return first, nil
		}
		if _, err := fmt.Fprintln(at, w.texts.T("cli.server.user.not_the_same")); err != nil {
			return "", err
		}
	}
	return "", config.Failure("cli.server.user.given_up")
}

func (w world) ask(at *term.Terminal, key string) (string, error) {
	line, err := at.ReadPassword(w.texts.T(key) + " ")
	if errors.Is(err, io.EOF) { // Ctrl-C, or the end of input
		return "", config.Failure("cli.server.user.interrupted")
	}
	return line, err
}
