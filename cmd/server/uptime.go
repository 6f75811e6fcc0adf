package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// uptimeFile tells seconds since the machine started, its sleep included
// (Linux). Go's own monotonic clock stands still while a machine sleeps.
const uptimeFile = "/proc/uptime"

// newUptime returns a clock that counts on while the machine sleeps and that
// nobody sets; where the system doesn't tell, sleep isn't counted.
func newUptime() func() time.Duration { return uptimeFrom(uptimeFile) }

func uptimeFrom(file string) func() time.Duration {
	began := time.Now()
	first, _ := readUptime(file)
	var asleep atomic.Int64
	return func() time.Duration {
		awake := time.Since(began)
		if up, ok := readUptime(file); ok && first > 0 {
			asleep.Store(int64(max(0, up-first-awake)))
		}
		return awake + time.Duration(asleep.Load())
	}
}

// readUptime reads "12345.67 …"; false where there is no such file.
func readUptime(file string) (time.Duration, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	up, err := parseUptime(string(text))
	return up, err == nil
}

func parseUptime(text string) (time.Duration, error) {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	seconds, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return 0, fmt.Errorf("read uptime: %w", err)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
