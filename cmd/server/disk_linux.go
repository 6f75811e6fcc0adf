package main

import "golang.org/x/sys/unix"

// freeBytes is how much a program without special rights may still write into a
// folder; false where that can't be told.
func freeBytes(folder string) (uint64, bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil || s.Bsize < 0 {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
