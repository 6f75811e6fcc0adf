package seal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockSuffix names the file by whose lock a server shows that it runs. It lies
// beside the key file, empty, because that is replaced every night.
const lockSuffix = ".lock"

// ErrInUse: a server runs with the key file, or a renewal is under way.
var ErrInUse = errors.New("key file is in use")

// Use shows, until release, that a server runs with a key file. ErrInUse while a
// renewal is under way.
func Use(path string) (release func() error, err error) { return lock(path, syscall.LOCK_SH) }

// Exclude keeps servers away from a key file until release. ErrInUse where one
// runs with it.
func Exclude(path string) (release func() error, err error) { return lock(path, syscall.LOCK_EX) }

func lock(path string, how int) (release func() error, err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	f, err := os.OpenFile(path+lockSuffix, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("lock key file: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("%s: %w", path, ErrInUse)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil // which ends the lock
}
