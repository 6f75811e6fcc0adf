package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"aufruf/internal/display"
	"aufruf/internal/town"
)

func TestAPowerCutKeepsTheBoard(t *testing.T) {
	server := newFakeServer(t)
	state := t.TempDir()
	screen := start(t, server, "--player", "none", "--state-dir", state)
	views := screen.watch()
	server.call(5, 417, "Platz 1")
	views.until(func(v display.View) bool { return v.Large != nil })
	screen.stop()
	server.http.Close()
	again := start(t, server, "--player", "none", "--state-dir", state)
	view := again.watch().until(func(display.View) bool { return true })
	if view.Large == nil || view.Large.Number != 417 || view.Online || view.Since == nil {
		t.Errorf("got %+v, want 417 with its age", view)
	}
}

// A memory card that hangs in a write, as dying ones do, holds up no call.
func TestADiskThatHangsHoldsUpNoCall(t *testing.T) {
	server := newFakeServer(t)
	state := t.TempDir()
	hanging := filepath.Join(state, "board.json.new") // to open a pipe that nobody reads takes for ever
	if err := syscall.Mkfifo(hanging, 0o600); err != nil {
		t.Fatal(err)
	}
	screen := start(t, server, "--player", "none", "--state-dir", state)
	t.Cleanup(func() {
		if reader, err := os.OpenFile(hanging, os.O_RDWR, 0); err == nil {
			t.Cleanup(func() { reader.Close() })
			screen.stop()
		}
	})
	views := screen.watch()
	for seq := range 5 {
		server.recall(town.Seq(seq+1), 417, "Platz 1")
		views.until(func(v display.View) bool { return v.Large != nil && v.Large.Seq == town.Seq(seq+1) })
		server.await("sounded")
	}
}

func TestAScreenWithoutItsFolderShowsCalls(t *testing.T) {
	server := newFakeServer(t)
	screen := start(t, server, "--player", "none", "--state-dir", "/dev/null/state")
	views := screen.watch()
	server.call(1, 417, "Platz 1")
	views.until(func(v display.View) bool { return v.Large != nil })
}
