package sqlite

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A disk that wrote something else than it was told is noticed while there still
// is a database to make another copy of.
func TestACopyThatIsntWholeIsNoBackup(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "copy.db")
	err := create(file, func(unfinished string) error {
		s, err := Open(context.Background(), unfinished, Options{})
		if err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
		raw, err := os.ReadFile(unfinished)
		if err != nil {
			return err
		}
		copy(raw[len(raw)/2:], bytes.Repeat([]byte("x"), 3000))
		return os.WriteFile(unfinished, raw, 0o600)
	})
	if err == nil {
		t.Error("got no error for a copy with other bytes in it")
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it was left as a backup: %v", err)
	}
}
