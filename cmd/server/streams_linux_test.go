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
	read := make(chan error, 1)
	go func() {
		_, _, err := world{}.read(pipe)
		read <- err
	}()
	select {
	case err := <-read:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting")
	}
}
