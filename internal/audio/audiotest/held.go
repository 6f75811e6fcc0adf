package audiotest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// heldConfig routes the default device into a pipe, which takes no more than
// is read from it.
const heldConfig = `</usr/share/alsa/alsa.conf>
pcm.!default {
	type file
	slave.pcm "null"
	file %q
	format "raw"
}
`

// Held is a sound card that plays no further than its test listens: whoever
// has heard a part of an announcement knows that it is still going on.
type Held struct {
	config string
	pipe   *os.File
}

// NewHeld makes a held card in an empty folder. Close it.
func NewHeld(dir string) (*Held, error) {
	path := filepath.Join(dir, "heard")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return nil, fmt.Errorf("make pipe: %w", err)
	}
	h := &Held{config: filepath.Join(dir, "asoundrc")}
	if err := os.WriteFile(h.config, fmt.Appendf(nil, heldConfig, path), 0o600); err != nil {
		return nil, err
	}
	// For reading and writing, so that nobody waits for the other to come and
	// the pipe has no end between two announcements.
	var err error
	h.pipe, err = os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	return h, err
}

// Config returns the value of Variable.
func (h *Held) Config() string { return h.config }

// Hear lets the card go on for a number of samples and returns the left
// channel at 48 kHz. Fewer than that within a time is an error.
func (h *Held) Hear(samples int, within time.Duration) ([]int16, error) {
	raw := make([]byte, samples*4)
	if err := h.pipe.SetReadDeadline(time.Now().Add(within)); err != nil {
		return nil, err
	}
	n, err := io.ReadFull(h.pipe, raw)
	if err != nil {
		return nil, fmt.Errorf("heard %d of %d samples: %w", n/4, samples, err)
	}
	return left(raw), nil
}

// Close takes the card away.
func (h *Held) Close() error { return h.pipe.Close() }
