package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// rotatedName is how backups are called that make room for later ones. By their
// names they are in the order of time, and nothing else in the folder is touched.
var rotatedName = regexp.MustCompile(`^aufruf-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(_\d)?\.db$`)

// sameSecond is how many backups of one second have a name.
const sameSecond = 10

// rotate has a backup written into a folder, which is made where it alone is
// missing and not the whole path to it, and then removes the oldest beyond those
// that are to be kept. It returns the backup's name. Where the backup fails, all
// stay.
func rotate(folder string, keep int, now time.Time, backup func(file string) error) (file string, err error) {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	if file, err = backupNamed(filepath.Join(folder, now.UTC().Format("aufruf-2006-01-02T15-04-05Z")), backup); err != nil {
		return "", err
	}
	return file, makeRoom(folder, keep)
}

// backupNamed takes the first name that is free: of two in one second the other one
// gets "_1", which stands behind it in order.
func backupNamed(name string, backup func(file string) error) (file string, err error) {
	for n := firstFree(name); n < sameSecond; n++ {
		file = numbered(name, n)
		if err = backup(file); !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
	return file, cmp.Or(err, fs.ErrExist)
}

// firstFree is the number behind the last one that is taken: what made room isn't
// filled up, or the newest would stand first in order.
func firstFree(name string) int {
	for n := sameSecond - 1; n >= 0; n-- {
		if _, err := os.Lstat(numbered(name, n)); err == nil {
			return n + 1
		}
	}
	return 0
}

func numbered(name string, n int) string {
	if n == 0 {
		return name + ".db"
	}
	return fmt.Sprintf("%s_%d.db", name, n)
}

func makeRoom(folder string, keep int) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var kept []string
	for _, entry := range entries {
		if entry.Type().IsRegular() && rotatedName.MatchString(entry.Name()) {
			kept = append(kept, entry.Name())
		}
	}
	slices.Sort(kept)
	for len(kept) > keep {
		if err := os.Remove(filepath.Join(folder, kept[0])); err != nil {
			return fmt.Errorf("make room for later backups: %w", err)
		}
		kept = kept[1:]
	}
	return nil
}
