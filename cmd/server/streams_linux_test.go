package main

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A pipe without a writer was waited for, and no signal ended that.
func TestAPipeThatNobodyWritesToIsntWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, does := range map[string]func() bool{
		"a catalogue is empty": func() bool {
			_, _, err := world{}.read(pipe)
			return err == nil
		},
		"a backup is refused": func() bool {
			return place{database: "sqlite:" + pipe + ".db"}.restore(t.Context(), pipe) != nil
		},
	} {
		done := make(chan bool, 1)
		go func() { done <- does() }()
		select {
		case as := <-done:
			if !as {
				t.Errorf("%s: it isn't", name)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: still waiting", name)
		}
	}
}
