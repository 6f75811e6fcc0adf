package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockFolder keeps other processes from opening a file of the same folder, until
// what it returns is closed. A lock on the file itself would be lost, and with it
// SQLite's own, as soon as this process closed any other handle to the file.
func lockFolder(path string) (*os.File, error) {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX); err != nil {
		folder.Close()
		return nil, fmt.Errorf("lock %s: %w", folder.Name(), err)
	}
	return folder, nil
}
