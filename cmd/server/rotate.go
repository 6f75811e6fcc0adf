package main

import (
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
var rotatedName = regexp.MustCompile(`^aufruf-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$`)

// rotate has a backup written into a folder, which is made where it alone is
// missing and not the whole path to it, and then removes the oldest beyond those that are to be kept. Where the backup
// fails, all stay.
func rotate(folder string, keep int, now time.Time, backup func(file string) error) error {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := backup(filepath.Join(folder, now.UTC().Format("aufruf-2006-01-02T15-04-05Z.db"))); err != nil {
		return err
	}
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
