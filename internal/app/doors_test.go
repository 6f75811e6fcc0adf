package app_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app/apptest"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// watched is what a watcher was told.
type watched struct {
	mu   sync.Mutex
	told []string
}

func (w *watched) tell(kind string, e access.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, fmt.Sprintf("%s %s account=%s by=%s way=%s detail=%s from=%s", kind, e.Name, e.Account, e.Actor, e.Way, e.Detail, e.Address))
}

func (w *watched) Done(_ context.Context, e access.Event)    { w.tell("done", e) }
func (w *watched) Refused(_ context.Context, e access.Event) { w.tell("refused", e) }

// since returns what was told since it was asked last.
func (w *watched) since() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}

// watch has the town hall tell what happens at its doors.
func (h *townHall) watch() *watched {
	h.t.Helper()
	w := new(watched)
	watching, err := apptest.Node(h.t, apptest.Options{Clock: h.time, Store: h.store, Keys: h.seals, Watcher: w})
	if err != nil {
		h.t.Fatal(err)
	}
	h.App = watching
	return w
}

// TestWhatHappensAtTheDoorsIsTold: over a hundred wrong passwords left no line.
func TestWhatHappensAtTheDoorsIsTold(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		w := h.watch()
		boss := access.Actor{Kind: access.Maintenance, Address: "192.0.2.1"}
		steps := []struct {
			do   func() error
			want []string
		}{
			{func() error {
				return h.Access.Hire(h.ctx(), boss, ledger.User{ID: clerk, Role: ledger.RoleClerk}, oldPassword)
			},
				[]string{"done user_added account=clerk by=server way= detail= from=192.0.2.1"}},
			{func() error { return h.tries(clerk, wrongPassword) },
				[]string{"refused sign_in_refused account=clerk by= way=password detail=wrong_password from=203.0.113.1"}},
			{func() error { return h.tries("hunter2", wrongPassword) }, // what is typed may be a password
				[]string{"refused sign_in_refused account= by= way=password detail=unknown_account from=203.0.113.1"}},
			{func() error { return h.tries(clerk, oldPassword) },
				[]string{"done signed_in account=clerk by=clerk way=password detail= from=203.0.113.1"}},
			{func() error { return h.Access.Dismiss(h.ctx(), boss, clerk) },
				[]string{"done user_disabled account=clerk by=server way= detail= from=192.0.2.1"}},
			{func() error { return h.tries(clerk, oldPassword) },
				[]string{"refused sign_in_refused account=clerk by= way=password detail=disabled from=203.0.113.1"}},
			{func() error { return h.Access.Reinstate(h.ctx(), boss, clerk) },
				[]string{"done user_enabled account=clerk by=server way= detail= from=192.0.2.1"}},
			{func() error { return h.Access.ResetPassword(h.ctx(), boss, clerk, newPassword) },
				[]string{"done password_changed account=clerk by=server way= detail= from=192.0.2.1"}},
			{func() error {
				_, err := h.Access.AddDevice(h.ctx(), ledger.Device{Name: "Halle", Kind: ledger.DeviceDisplay, Branch: markt})
				return err
			},
				[]string{"done device_added account= by=server way= detail=Halle from="}},
			{func() error { return h.Access.RevokeDevice(h.ctx(), "Halle") },
				[]string{"done device_revoked account= by=server way= detail=Halle from="}},
		}
		for _, s := range steps {
			if err := s.do(); err != nil && problem.Of(err).Kind.Ours() {
				t.Fatal(err)
			}
			if diff := cmp.Diff(w.since(), s.want); diff != "" {
				t.Errorf("got -, want +:\n%s", diff)
			}
		}
		for range 4 { // with the one of the disabled account
			h.wantKey("wrong", h.tries("nobody", wrongPassword), "session.wrong")
		}
		w.since()
		h.wantKey("slowed", h.tries(clerk, newPassword), "session.slow_down")
		if diff := cmp.Diff(w.since(), []string{"refused sign_in_slowed account=clerk by= way=password detail= from=203.0.113.1"}); diff != "" {
			t.Errorf("got -, want +:\n%s", diff)
		}

		all, err := h.Access.SecurityEvents(h.ctx(), access.Actor{Kind: access.Maintenance}, 100)
		h.wantNone(err)
		var names []string
		for _, e := range slices.Backward(all) {
			names = append(names, e.Name)
		}
		want := []string{"user_added", "signed_in", "user_disabled", "user_enabled", "password_changed", "device_added", "device_revoked"}
		if diff := cmp.Diff(names, want); diff != "" {
			t.Errorf("on record: got -, want +:\n%s", diff)
		}
	})
}

// tries signs in from one address.
func (h *townHall) tries(id town.UserID, password string) error {
	_, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, id, password, access.From{Origin: "203.0.113.1", Address: "203.0.113.1"})
	return err
}
