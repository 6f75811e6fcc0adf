package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSleepIsCounted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "uptime")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("1000.00 3000.00\n")
	uptime := uptimeFrom(file)
	if got := uptime(); got > time.Hour {
		t.Errorf("at the start: got %s", got)
	}
	write("37000.50 3000.00\n") // ten hours later, slept through
	if got := uptime(); got < 9*time.Hour || got > 11*time.Hour {
		t.Errorf("after ten hours of sleep: got %s", got)
	}
	write("rubbish")
	if got := uptime(); got < 9*time.Hour {
		t.Errorf("once it can't be read: got %s, want it to go on", got)
	}
}

func TestWithoutTheSystemsWordTheProgramsOwnClockCounts(t *testing.T) {
	uptime := uptimeFrom(filepath.Join(t.TempDir(), "none"))
	first := uptime()
	if second := uptime(); second < first || second > time.Hour {
		t.Errorf("got %s, then %s", first, second)
	}
}
