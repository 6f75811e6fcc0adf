package doctor

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Writable returns why nothing can be written into a folder; nil where it can. It
// asks the system, and writes nothing.
func Writable(folder string) error {
	if err := unix.Faccessat(unix.AT_FDCWD, folder, unix.W_OK|unix.X_OK, unix.AT_EACCESS); err != nil {
		return &fs.PathError{Op: "write into", Path: folder, Err: err}
	}
	info, err := os.Stat(folder)
	if err == nil && !info.IsDir() {
		return &fs.PathError{Op: "write into", Path: folder, Err: unix.ENOTDIR}
	}
	return err
}
