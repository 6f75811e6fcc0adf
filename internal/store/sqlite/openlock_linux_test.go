package sqlite

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestOpeningWaitsForWhoeverOpens: without the lock, eight at once passed on every
// machine but a slow one, where SQLite refuses the second while the first changes a
// new file.
func TestOpeningWaitsForWhoeverOpens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aufruf.db")
	other, err := lockFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	opened := make(chan error, 1)
	go func() {
		s, err := Open(t.Context(), path, Options{})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	for deadline := time.Now().Add(30 * time.Second); !someoneWaits(t); {
		select {
		case err := <-opened:
			t.Fatalf("opened beside somebody who was opening: %v", err)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody waits for the lock")
		}
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

// someoneWaits reports whether this process waits for a lock that it holds itself,
// by another handle.
func someoneWaits(t *testing.T) bool {
	t.Helper()
	raw, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if fields := strings.Fields(line); len(fields) > 5 && fields[1] == "->" && fields[2] == "FLOCK" && fields[5] == strconv.Itoa(os.Getpid()) {
			return true
		}
	}
	return false
}
