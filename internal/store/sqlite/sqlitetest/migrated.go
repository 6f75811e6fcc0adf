// Package sqlitetest gives tests SQLite files with today's schema, without
// migrating each of them.
package sqlitetest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"aufruf/internal/store/sqlite"
)

// empty is the content of a file with today's schema and nothing in it, made once
// for a test binary.
var empty = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "aufruf-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "empty.db")
	store, err := sqlite.Open(context.Background(), file, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	if err := store.Close(); err != nil { // and so nothing is left in a log beside it
		return nil, err
	}
	return os.ReadFile(file)
})

// File makes a file with today's schema where there is none, and returns its
// path.
func File(t testing.TB, path string) string {
	t.Helper()
	if err := fill(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Open opens a file; a missing one begins with today's schema.
func Open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), File(t, path), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func fill(file string) error {
	content, err := empty()
	if err != nil {
		return err
	}
	opened, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = opened.Write(content)
	return errors.Join(err, opened.Close())
}
