package postgres_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"aufruf/internal/ledger"
	"aufruf/internal/store"
	"aufruf/internal/store/postgres"
)

// A database as createdb makes it under LANG=C took a town, and then refused the
// first name with a letter that it doesn't have.
func TestNoTownBeginsInAnEncodingThatLacksLetters(t *testing.T) {
	place := server.Database(t)
	conn, err := pgx.Connect(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, encoding := range []string{"LATIN1", "SQL_ASCII"} {
		name := "in_" + strings.ToLower(encoding)
		if _, err := conn.Exec(t.Context(), "create database "+name+" template template0 encoding '"+encoding+"' lc_collate 'C' lc_ctype 'C'"); err != nil {
			t.Fatal(err)
		}
		other, err := url.Parse(place)
		if err != nil {
			t.Fatal(err)
		}
		other.Path = "/" + name
		_, err = postgres.Look(t.Context(), other.String())
		if why, says, ok := postgres.Refused(err); !ok || why != postgres.NotUTF8 || !strings.Contains(says, encoding) {
			t.Errorf("%s: got %v, want a refusal that names it", encoding, err)
		}
	}
	if state, err := postgres.Look(t.Context(), place); err != nil || state != store.Empty {
		t.Errorf("UTF-8: got %v, %v", state, err)
	}
}

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
