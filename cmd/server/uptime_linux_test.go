package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The kernel writes down for people how long the machine is up, sleep included.
func TestSleepIsCounted(t *testing.T) {
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		t.Fatal(err)
	}
	word, _, _ := strings.Cut(string(text), " ")
	seconds, err := strconv.ParseFloat(word, 64)
	if err != nil {
		t.Fatal(err)
	}
	want, got := time.Duration(seconds*float64(time.Second)), newUptime()()
	if got < want || got > want+time.Minute {
		t.Errorf("got %s, want %s as the kernel says", got, want)
	}
}

func TestUptimeGoesOn(t *testing.T) {
	uptime := newUptime()
	first := uptime()
	if second := uptime(); second < first || second > first+time.Minute {
		t.Errorf("got %s, then %s", first, second)
	}
}
