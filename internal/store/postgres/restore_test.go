package postgres_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/store"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/town"
)

// TestRestore takes a backup of each engine into an empty place of each.
func TestRestore(t *testing.T) {
	type place interface {
		ledger.Store
		Fill(ctx context.Context, fn func(store.Session) error) error
	}
	engines := map[string]func(t *testing.T) place{
		"sqlite": func(t *testing.T) place {
			s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "aufruf.db"), sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		"postgres": func(t *testing.T) place {
			s, err := postgres.Open(t.Context(), server.Database(t), postgres.Options{Create: sqlite.Create})
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
	}
	for from, openFrom := range engines {
		for to, openTo := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				source, target := openFrom(t), openTo(t)
				defer source.Close()
				defer target.Close()
				furnish(t, source)
				file := filepath.Join(t.TempDir(), "backup")
				if err := source.Backup(t.Context(), file, func(ledger.Tx) error { return nil }); err != nil {
					t.Fatal(err)
				}
				restore := func() error {
					return sqlite.Read(t.Context(), file, func(from store.Session) error {
						return target.Fill(t.Context(), func(to store.Session) error { return store.Transfer(t.Context(), from, to) })
					})
				}
				if err := restore(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(everything(t, source), everything(t, target)); diff != "" {
					t.Errorf("restored (-source +target):\n%s", diff)
				}
				if err := restore(); !errors.Is(err, store.ErrNotEmpty) {
					t.Errorf("restored over something: got error %v, want %v", err, store.ErrNotEmpty)
				}
				// New rows don't meet the restored ones.
				furnishAudit(t, target, "after")
			})
		}
	}
}

var moment = time.Date(2026, time.December, 1, 8, 5, 0, 0, time.UTC)

func furnish(t *testing.T, s ledger.Store) {
	t.Helper()
	err := s.Update(t.Context(), []town.BranchID{"b"}, func(tx ledger.Tx) error {
		if err := tx.Catalogue().Put(t.Context(), catalogue.Document{Kind: "branch", ID: "b", Body: []byte("{}")}); err != nil {
			return err
		}
		_, appendErr := tx.Events().Append(t.Context(), "b", ledger.Event{At: moment, Kind: ledger.EventAlarm}, ledger.Event{At: moment, Kind: ledger.EventSound})
		return errors.Join(appendErr,
			tx.People().Insert(t.Context(), ledger.User{ID: "meier", Role: ledger.RoleAdmin, Disabled: true, Created: moment, Changed: moment}),
			tx.People().Insert(t.Context(), ledger.User{ID: "adler", Role: ledger.RoleAdmin, Created: moment, Changed: moment}),
			tx.People().InsertSession(t.Context(), ledger.Session{Hash: []byte{0, 1}, User: "meier", Created: moment, Expires: moment, Acted: moment}),
			tx.Meta().Set(t.Context(), "epoch", "e"),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"first", "second", "third"} {
		furnishAudit(t, s, action)
	}
}

func furnishAudit(t *testing.T, s ledger.Store, action string) {
	t.Helper()
	err := s.Update(t.Context(), nil, func(tx ledger.Tx) error {
		return tx.Audit().Put(t.Context(), ledger.AuditEntry{At: moment, Branch: "b", Actor: "meier", Action: action, Number: 417})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// everything is what furnish stored, as a store reads it.
func everything(t *testing.T, s ledger.Store) []any {
	t.Helper()
	var found []any
	err := s.View(t.Context(), func(tx ledger.Tx) error {
		documents, documentsErr := tx.Catalogue().All(t.Context())
		users, usersErr := tx.People().All(t.Context())
		session, user, sessionErr := tx.People().SessionUser(t.Context(), []byte{0, 1})
		events, eventsErr := tx.Events().After(t.Context(), "b", 0, 10)
		last, lastErr := tx.Events().Last(t.Context(), "b")
		epoch, epochErr := tx.Meta().Get(t.Context(), "epoch")
		audit, auditErr := tx.Audit().Of(t.Context(), ledger.AuditFilter{Branch: "b", From: moment, To: moment.Add(time.Second)}, 10)
		for i := range audit {
			audit[i].ID = 0
		}
		found = []any{documents, users, session, user, events, last, epoch, audit}
		return errors.Join(documentsErr, usersErr, sessionErr, eventsErr, lastErr, epochErr, auditErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
