package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// sinceBoot is the time since the machine started, its sleep included; false
// where the system doesn't tell. Go's own monotonic clock stands still while a
// machine sleeps.
func sinceBoot() (time.Duration, bool) {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}

// synchronised reports whether the kernel knows that a time server sets this
// machine's clock: it forgets when somebody else sets it, and hours after the
// last word from there.
func synchronised() bool {
	var t unix.Timex // no mode: it only reads, which needs no right
	state, err := unix.Adjtimex(&t)
	return err == nil && state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0
}
