package app_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/store/sqlite"
)

// copied is what a backup holds.
func (h *townHall) copied(t *testing.T) ledger.Store {
	t.Helper()
	file := filepath.Join(t.TempDir(), "copy.db")
	if err := h.Upkeep.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.wantNone(s.Close()) })
	return s
}

func TestABackupLetsNobodyIn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account(clerk, ledger.RoleClerk)
		token, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, clerk, oldPassword, access.From{Origin: "192.0.2.1"})
		h.wantNone(err)
		chief, err := h.Access.ActorOf(h.ctx(), token)
		h.wantNone(err)
		copied := h.copied(t)
		err = copied.View(t.Context(), func(tx ledger.Tx) error {
			_, _, err := tx.People().SessionUser(context.Background(), chief.Proof)
			return err
		})
		if !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("got %v, want the session left out", err)
		}
	})
}

// TestABackupTellsNothingOfWhoSignedIn: neither known browsers nor who tried.
func TestABackupTellsNothingOfWhoSignedIn(t *testing.T) {
	h := openTownHall(t)
	h.account(clerk, ledger.RoleClerk)
	from := access.From{Origin: "192.0.2.1", Browser: "a browser's mark"}
	_, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, clerk, oldPassword, from)
	h.wantNone(err)
	_, _, err = h.Access.SignIn(h.ctx(), access.Actor{}, "nobody", wrongPassword, from)
	h.wantKey("wrong", err, "session.wrong")
	copied := h.copied(t)
	err = copied.Update(h.ctx(), nil, func(tx ledger.Tx) error {
		late := time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)
		browsers, err := tx.People().SweepBrowsers(h.ctx(), late)
		tries, tried := tx.Attempts().DeleteBefore(h.ctx(), late)
		if browsers+tries > 0 {
			t.Errorf("the copy holds %d browsers, %d tries", browsers, tries)
		}
		return errors.Join(err, tried)
	})
	h.wantNone(err)
}
