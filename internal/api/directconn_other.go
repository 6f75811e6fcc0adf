//go:build !unix

package api

import "syscall"

// writeNow can't write without waiting here.
func writeNow(syscall.RawConn, []byte) int { return 0 }
