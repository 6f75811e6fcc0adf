package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/config"
	"aufruf/internal/display"
)

// deviceToken is this screen's token, kept in a file that nobody else reads.
type deviceToken struct {
	path string

	mu    sync.Mutex
	value string
}

// openToken reads the token; a screen without one is not paired yet.
func openToken(path string) (*deviceToken, error) {
	value, err := config.SecretFile("--token-file", path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, config.Because(err, "cli.display.token_folder", "file", path) // a pairing would be lost
	}
	return &deviceToken{path: path, value: value}, nil
}

// Token implements client.Tokens.
func (t *deviceToken) Token(context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.value, nil
}

// Renew implements client.Tokens: only a manager can.
func (t *deviceToken) Renew(context.Context, string) (string, error) { return "", client.ErrFixed }

func (t *deviceToken) known() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.value != ""
}

// set takes a new token, and keeps it as long as it can where the file can't be
// written.
func (t *deviceToken) set(value string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.value = value
	next := t.path + ".new"
	if err := os.WriteFile(next, []byte(value+"\n"), 0o600); err != nil {
		return fmt.Errorf("keep the token: %w", err)
	}
	return os.Rename(next, t.path)
}

// deniedPause is how long a screen that the server refuses waits before it
// tries its old token again: the server may have been restored from a copy.
const deniedPause = 30 * time.Second

// door keeps the screen connected, and paired.
type door struct {
	token      *deviceToken
	connection *client.Display
	program    *display.Program
	pairing    *display.Pairing
	log        *slog.Logger
}

// stay runs until ctx ends.
func (d *door) stay(ctx context.Context) error {
	for {
		if d.token.known() {
			err := d.connection.Run(ctx)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			d.log.Error("the server refuses this screen", "error", err)
			d.program.Denied()
		}
		if err := d.pair(ctx); err != nil {
			return err
		}
	}
}

// pair waits for a token; with an old one no longer than deniedPause. It
// returns an error only when ctx ends.
func (d *door) pair(ctx context.Context) error {
	waiting := ctx
	if d.token.known() {
		limited, cancel := context.WithTimeout(ctx, deniedPause)
		defer cancel()
		waiting = limited
	}
	token, err := d.pairing.Token(waiting)
	if err != nil {
		return ctx.Err()
	}
	if err := d.token.set(token); err != nil {
		d.log.Error("the screen must be paired again after its next start", "error", err)
	}
	return nil
}
