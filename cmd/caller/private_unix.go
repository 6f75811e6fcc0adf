//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// private reports whether a file belongs to this user and nobody else may
// enter.
func private(info fs.FileInfo) bool {
	owner, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(owner.Uid) == os.Getuid() && info.Mode().Perm()&0o077 == 0
}
