package postgres_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"aufruf/internal/ledger"
)

// TestConflictsAreRunAgain: nothing of ours makes a conflict, but another
// program may, and the server then ends one of the two.
func TestConflictsAreRunAgain(t *testing.T) {
	for _, c := range []struct {
		name      string
		code      string
		conflicts int
		runs      int
	}{
		{"deadlock", "40P01", 2, 3},
		{"serialization failure", "40001", 1, 2},
		{"without end", "40001", 99, 5},
		{"something else", "53100", 99, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openEmpty(t)
			runs := 0
			err := s.Update(t.Context(), nil, func(tx ledger.Tx) error {
				if runs++; runs <= c.conflicts {
					return &pgconn.PgError{Code: c.code}
				}
				return tx.Meta().Set(t.Context(), "key", "value")
			})
			if runs != c.runs {
				t.Errorf("ran %d times, want %d", runs, c.runs)
			}
			if failed := c.conflicts >= c.runs; (err != nil) != failed {
				t.Errorf("got error %v", err)
			}
		})
	}
}

// TestSwallowedErrorIsNotCommitted: a failed statement ends the transaction,
// whatever fn makes of it.
func TestSwallowedErrorIsNotCommitted(t *testing.T) {
	s := openEmpty(t)
	err := s.Update(t.Context(), nil, func(tx ledger.Tx) error {
		if err := tx.Meta().Set(t.Context(), "key", "value"); err != nil {
			return err
		}
		if err := tx.Deliveries().Put(t.Context(), ledger.Delivery{}); err == nil {
			t.Error("stored a delivery of nothing")
		}
		return nil
	})
	if err == nil {
		t.Error("committed after a failed statement")
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	url := server.Database(t)
	s, err := openStore(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`insert into goose_db_version (version_id, is_applied) values (99999, true)`); err != nil {
		t.Fatal(err)
	}
	if _, err := openStore(t.Context(), url); !errors.Is(err, ledger.ErrNewer) {
		t.Errorf("got error %v, want %v", err, ledger.ErrNewer)
	}
}

func TestManyNodesOpenANewDatabase(t *testing.T) {
	url := server.Database(t)
	const nodes = 4
	got := make(chan error, nodes)
	for range nodes {
		go func() {
			s, err := openStore(t.Context(), url)
			if err == nil {
				err = s.Close()
			}
			got <- err
		}()
	}
	for range nodes {
		if err := <-got; err != nil {
			t.Error(err)
		}
	}
}

func openEmpty(t *testing.T) ledger.Store {
	t.Helper()
	s, err := openStore(t.Context(), server.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
