//go:build unix

package api

import "syscall"

// writeNow writes what fits into a connection's buffer and returns how much
// that was. What went wrong is for the next Write to find out.
func writeNow(raw syscall.RawConn, p []byte) int {
	written := 0
	err := raw.Write(func(fd uintptr) bool {
		if n, err := syscall.Write(int(fd), p); err == nil {
			written = n
		}
		return true // don't wait
	})
	if err != nil {
		return 0
	}
	return written
}
