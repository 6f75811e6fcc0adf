package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"aufruf/internal/ledger"
	"aufruf/internal/store/postgres/pgtest"
)

func TestWhatTheServerCantDoIsAway(t *testing.T) {
	s := openEmpty(t)
	for name, c := range map[string]struct {
		err  error
		away bool
	}{
		"disk full":            {&pgconn.PgError{Code: "53100"}, true},
		"too many connections": {&pgconn.PgError{Code: "53300"}, true},
		"shut down":            {&pgconn.PgError{Code: "57P01"}, true},
		"starting":             {&pgconn.PgError{Code: "57P03"}, true},
		"disk broken":          {&pgconn.PgError{Code: "58030"}, true},
		"a standby":            {&pgconn.PgError{Code: "25006"}, true},
		"page damaged":         {&pgconn.PgError{Code: "XX001"}, true},
		"too late":             {context.DeadlineExceeded, true},
		"a mistake of ours":    {&pgconn.PgError{Code: "42703"}, false},
		"a check of a table":   {&pgconn.PgError{Code: "23514"}, false},
		"caller gone":          {context.Canceled, false},
		"an answer":            {ledger.ErrNotFound, false},
	} {
		fail := func(ledger.Tx) error { return c.err }
		for way, err := range map[string]error{"View": s.View(t.Context(), fail), "Update": s.Update(t.Context(), nil, fail)} {
			if errors.Is(err, ledger.ErrAway) != c.away || !errors.Is(err, c.err) {
				t.Errorf("%s, %s: got %v, want away %v", name, way, err, c.away)
			}
		}
	}
}

// A server that is restarted ends its connections, whatever runs on them.
func TestAServerThatGoesAwayIsAway(t *testing.T) {
	own, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	address := own.Database(t)
	s, err := openStore(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	set := func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), "key", "value") }
	err = s.Update(t.Context(), nil, func(tx ledger.Tx) error {
		db, err := sql.Open("pgx", address)
		if err != nil {
			return err
		}
		defer db.Close()
		if _, err := db.Exec(`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = 'aufruf'`); err != nil {
			return err
		}
		return set(tx)
	})
	if !errors.Is(err, ledger.ErrAway) {
		t.Errorf("in the middle: got %v, want %v", err, ledger.ErrAway)
	}
	if err := s.Update(t.Context(), nil, set); err != nil {
		t.Errorf("on a new connection: %v", err)
	}
	if err := own.Stop(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // connections that are kept, and new ones
		if err := s.Update(t.Context(), nil, set); !errors.Is(err, ledger.ErrAway) {
			t.Errorf("afterwards: got %v, want %v", err, ledger.ErrAway)
		}
	}
}
