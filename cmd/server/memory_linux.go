package main

import (
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// keepMemoryPrivate keeps what the process holds out of core dumps, and other
// programs of the same user from reading it. A core that is piped to a program
// isn't bound by the limit, hence both.
func keepMemoryPrivate() error {
	dumps := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	limit := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	if err := errors.Join(dumps, limit); err != nil {
		return fmt.Errorf("keep memory out of dumps: %w", err)
	}
	return nil
}
