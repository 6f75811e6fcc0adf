package main

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"

	"aufruf/internal/config"
)

// input is standard input that ends with ctx too: a pipe from which nothing comes
// would keep a command from stopping. A terminal stays what it is.
func input(ctx context.Context, from io.Reader) io.Reader {
	if file, ok := from.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return from
	}
	return reading(func(p []byte) (int, error) { return readUntil(ctx, from, p) })
}

// reading is one way to read.
type reading func(p []byte) (int, error)

// Read implements io.Reader.
func (r reading) Read(p []byte) (int, error) { return r(p) }

// readUntil reads, unless ctx ends before anything came: what comes then is lost.
func readUntil(ctx context.Context, from io.Reader, p []byte) (int, error) {
	type piece struct {
		n   int
		err error
	}
	came, into := make(chan piece, 1), make([]byte, len(p))
	go func() {
		n, err := from.Read(into)
		came <- piece{n, err}
	}()
	select {
	case got := <-came:
		return copy(p, into[:got.n]), got.err
	case <-ctx.Done():
		return 0, config.Failure("cli.server.user.interrupted")
	}
}
