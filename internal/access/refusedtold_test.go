package access_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app/apptest"
	"aufruf/internal/ledger"
	"aufruf/internal/store/sqlite/sqlitetest"
)

// heard is what a watcher was told.
type heard struct{ refused []access.Event }

func (h *heard) Done(context.Context, access.Event) {}

func (h *heard) Refused(_ context.Context, e access.Event) { h.refused = append(h.refused, e) }

// TestWhatIsRefusedAtTheDoorsIsToldByItsName: blockers and alarms go by the names, and
// a refusal without one reaches nobody.
func TestWhatIsRefusedAtTheDoorsIsToldByItsName(t *testing.T) {
	told := &heard{}
	h := &townHall{t: t}
	hall := apptest.Open(t, apptest.Options{Store: sqlitetest.Open(t, filepath.Join(t.TempDir(), "aufruf.db")), Watcher: told})
	h.App, h.time = hall.App, hall.Clock
	h.account(clerk, ledger.RoleClerk)
	actor := h.signedIn(clerk)
	const address = "192.0.2.7"
	actor.Address = address
	signIn := func() error {
		_, _, err := h.Access.SignIn(h.ctx(), access.Actor{Origin: address}, clerk, "falsch", access.From{Address: address})
		return err
	}
	change := func() error { return h.Access.ChangeOwnPassword(h.ctx(), actor, "falsch", newPassword) }
	pair := func() error {
		_, err := h.Access.CompletePairing(h.ctx(), staffOf(ledger.RoleAdmin, address), "XXXXXX", ledger.Device{Name: "Halle", Branch: markt})
		return err
	}
	for name, c := range map[string]struct {
		try           func() error
		first, slowed access.Event
	}{
		"sign-in": {signIn,
			access.Event{Name: access.EventSignInRefused, Account: clerk, Way: access.ByPassword, Detail: "wrong_password", Address: address},
			access.Event{Name: access.EventSignInSlowed, Account: clerk, Way: access.ByPassword, Address: address}},
		"own password": {change,
			access.Event{Name: access.EventPasswordRefused, Account: clerk, Actor: string(clerk), Address: address},
			access.Event{Name: access.EventPasswordSlowed, Account: clerk, Actor: string(clerk), Address: address}},
		"code": {pair,
			access.Event{Name: access.EventCodeRefused, Account: "boss", Actor: "boss", Address: address},
			access.Event{Name: access.EventCodeSlowed, Account: "boss", Actor: "boss", Address: address}},
	} {
		told.refused = nil
		for range 30 {
			if err := c.try(); err == nil {
				t.Fatalf("%s: let in", name)
			}
		}
		first, last := told.refused[0], told.refused[len(told.refused)-1]
		if diff := cmp.Diff([]access.Event{c.first, c.slowed}, []access.Event{first, last}); diff != "" || len(told.refused) != 30 {
			t.Errorf("%s: told %d times, want 30 (-want +got):\n%s", name, len(told.refused), diff)
		}
	}
}

func staffOf(role ledger.Role, address string) access.Actor {
	return access.Actor{Kind: access.Staff, User: ledger.User{ID: "boss", Role: role}, Address: address, Origin: address}
}
