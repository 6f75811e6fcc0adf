//go:build !man

// Command display is the waiting-room screen: it stays connected to the
// server, plays the gong and speech on the sound card, and serves the page
// that a browser on the same machine shows. It wires internal/display,
// internal/audio and internal/client, and decides nothing.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}
