package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/store/sqlite"
)

func openFile(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestNewerFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aufruf.db")
	if err := openFile(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`insert into goose_db_version (version_id, is_applied) values (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); !errors.Is(err, ledger.ErrNewer) {
		t.Errorf("got error %v, want %v", err, ledger.ErrNewer)
	}
}

func TestFileIsForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "aufruf.db")
	s := openFile(t, path)
	set(t, s, "key", "value")
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := info.Mode().Perm(), os.FileMode(0o600); got != want {
			t.Errorf("%s: got mode %v, want %v", filepath.Base(name), got, want)
		}
	}
}

// TestManyOpenANewFile: the command line may be started beside the server.
func TestManyOpenANewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aufruf.db")
	const programs = 8
	got := make(chan error, programs)
	for range programs {
		go func() {
			s, err := sqlite.Open(context.Background(), path, sqlite.Options{})
			if err == nil {
				err = errors.Join(used(s), s.Close())
			}
			got <- err
		}()
	}
	for range programs {
		if err := <-got; err != nil {
			t.Error(err)
		}
	}
}

// used reads what only the newest schema has: whoever gets a store finds it whole.
func used(s *sqlite.Store) error {
	return s.View(context.Background(), func(tx ledger.Tx) error {
		_, meta := tx.Meta().Get(context.Background(), "none")
		_, wishes := tx.Wishes().Open(context.Background(), 0)
		if errors.Is(meta, ledger.ErrNotFound) {
			meta = nil
		}
		return errors.Join(meta, wishes)
	})
}

// TestTwoProcessesWrite: two stores on one file stand for server and command
// line, which write in turns.
func TestTwoProcessesWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aufruf.db")
	stores := []*sqlite.Store{openFile(t, path), openFile(t, path)}
	const writers, rounds = 8, 20
	got := make(chan error, writers)
	for writer := range writers {
		go func() {
			var failed error
			for range rounds {
				failed = errors.Join(failed, stores[writer%2].Update(t.Context(), nil, func(tx ledger.Tx) error {
					return tx.Audit().Put(t.Context(), ledger.AuditEntry{At: time.Unix(1, 0), Actor: "server"})
				}))
			}
			got <- failed
		}()
	}
	for range writers {
		if err := <-got; err != nil {
			t.Error(err)
		}
	}
	var entries []ledger.AuditEntry
	err := stores[0].View(t.Context(), func(tx ledger.Tx) (err error) {
		entries, err = tx.Audit().Of(t.Context(), ledger.AuditFilter{From: time.Unix(0, 0), To: time.Unix(2, 0)}, 1000)
		return err
	})
	if err != nil || len(entries) != writers*rounds {
		t.Errorf("got %d entries and error %v, want %d", len(entries), err, writers*rounds)
	}
}

func set(t *testing.T, s ledger.Store, key, value string) {
	t.Helper()
	err := s.Update(t.Context(), nil, func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), key, value) })
	if err != nil {
		t.Fatal(err)
	}
}

// TestForgottenBytesAreGone searches what lies on disk, while somebody reads
// and others write.
func TestForgottenBytesAreGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aufruf.db")
	s := openFile(t, path)
	secret := []byte("Erika Mustermann, Markt 1, 04668 Grimma")
	wish := ledger.Wish{ID: "w", Hash: []byte{1}, Branch: "b", Body: bytes.Repeat(secret, 500), Created: time.Unix(1, 0)}
	change := func(fn func(ledger.Wishes) error) {
		t.Helper()
		if err := s.Update(t.Context(), nil, func(tx ledger.Tx) error { return fn(tx.Wishes()) }); err != nil {
			t.Fatal(err)
		}
	}
	change(func(wishes ledger.Wishes) error { return wishes.Put(t.Context(), wish) })
	if !onDisk(t, path, secret) {
		t.Fatal("not found before it was forgotten: the search is wrong")
	}
	change(func(wishes ledger.Wishes) error { return wishes.Delete(t.Context(), wish.ID) })

	// A reader still sees the row, so the log can't be emptied yet.
	reading, read := make(chan bool), make(chan error, 1)
	go func() {
		read <- s.View(t.Context(), func(tx ledger.Tx) error {
			_, err := tx.Meta().Get(t.Context(), "none")
			reading <- true
			<-reading
			if errors.Is(err, ledger.ErrNotFound) {
				return nil
			}
			return err
		})
	}()
	<-reading
	soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := s.Forget(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("forget while somebody reads: got error %v, want %v", err, context.DeadlineExceeded)
	}
	set(t, s, "others", "write on")
	reading <- true
	if err := <-read; err != nil {
		t.Errorf("read: %v", err)
	}
	if err := s.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, path, secret) {
		t.Error("still on disk after it was forgotten")
	}
}

func onDisk(t *testing.T, path string, secret []byte) bool {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, secret) {
			return true
		}
	}
	return false
}
