package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aufruf/internal/config"
)

// A town that records its own sounds needs their names and what to say.
func TestTheSoundsAreListed(t *testing.T) {
	own := t.TempDir()
	for _, name := range []string{"gong.wav", "de-4.txt", "westfluegel.ogg"} {
		if err := os.WriteFile(filepath.Join(own, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var list bytes.Buffer
	if got := run(t.Context(), []string{"--clips", "--sounds", own}, nil, &list, io.Discard); got != config.ExitOK {
		t.Fatalf("exit code: got %d, want %d", got, config.ExitOK)
	}
	got := map[string]string{}
	for line := range strings.Lines(list.String()) {
		fields := strings.Fields(line)
		got[fields[0]] = strings.Join(fields[1:], " ")
	}
	for clip, want := range map[string]string{
		"gong": "own -", "gong-low": "ships -", "westfluegel": "own -", "de/number": "ships Nummer", "en/number": "ships Number", "de-4": "",
	} {
		if got[clip] != want {
			t.Errorf("%s: got %q, want %q", clip, got[clip], want)
		}
	}
}
