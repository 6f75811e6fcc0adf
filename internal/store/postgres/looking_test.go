package postgres_test

import (
	"errors"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/postgres"
)

func TestWhoLooksChangesNothing(t *testing.T) {
	url := server.Migrated(t)
	looking, err := postgres.OpenToLook(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer looking.Close()
	err = looking.Update(t.Context(), nil, func(tx ledger.Tx) error {
		if _, err := tx.Meta().Get(t.Context(), "key"); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Errorf("reading: %v", err)
	}
	err = looking.Update(t.Context(), nil, func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), "key", "value") })
	if !errors.Is(err, ledger.ErrLooking) || errors.Is(err, ledger.ErrAway) {
		t.Errorf("got %v, want %v", err, ledger.ErrLooking)
	}
}
