package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/sqlite"
)

func TestWhoLooksChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aufruf.db")
	kept := openFile(t, path)
	set(t, kept, "key", "value")
	looking, err := sqlite.OpenToLook(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer looking.Close()
	read := func(tx ledger.Tx) error {
		got, err := tx.Meta().Get(t.Context(), "key")
		if got != "value" {
			t.Errorf("got %q", got)
		}
		return err
	}
	if err := errors.Join(looking.View(t.Context(), read), looking.Update(t.Context(), nil, read)); err != nil {
		t.Errorf("reading: %v", err)
	}
	err = looking.Update(t.Context(), nil, func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), "key", "another") })
	if !errors.Is(err, ledger.ErrLooking) || errors.Is(err, ledger.ErrAway) {
		t.Errorf("got %v, want %v", err, ledger.ErrLooking)
	}
	if err := kept.View(t.Context(), read); err != nil {
		t.Error(err)
	}
}

func TestWhoLooksMakesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	if s, err := sqlite.OpenToLook(t.Context(), path); err == nil {
		t.Error("got a store of nothing", s.Close())
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file was made: %v", err)
	}
}
