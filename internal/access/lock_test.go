package access_test

import (
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// locksAfter has idle sessions of a branch lock after so many minutes.
func (h *townHall) locksAfter(yaml string) {
	h.t.Helper()
	file, mistakes := catalogue.Parse("lock.yaml", []byte("format: aufruf/1\nbranches:\n"+yaml))
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
	if _, mistakes, err := h.Town.Import(h.ctx(), file); err != nil || len(mistakes) > 0 {
		h.t.Fatal(err, mistakes)
	}
}

// idle lets time pass in which nobody does anything.
func (h *townHall) idle(d time.Duration) { h.set(h.clock().Add(d)) }

func (h *townHall) wantLocked(token string) access.Actor {
	h.t.Helper()
	actor, err := h.Access.ActorOf(h.ctx(), token)
	if !problem.Is(err, "session.locked") || !actor.Locked {
		h.t.Fatalf("got %+v, %v; want a locked session", actor, err)
	}
	return actor
}

// acts is a request of the person.
func (h *townHall) acts(token string) access.Actor {
	h.t.Helper()
	actor, err := h.Access.ActorOf(h.ctx(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	h.wantNone(h.Access.Acted(h.ctx(), actor))
	return actor
}

func TestASessionLocksOnlyAfterTheTimeWithoutAnAct(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(between func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account("lena", ledger.RoleClerk, markt)
		h.account("nils", ledger.RoleClerk, nera)
		h.account("boss", ledger.RoleManager)
		h.locksAfter("  - {id: nerchau, lock_after_minutes: 30}\n")
		lena, nils, boss := h.mustSignIn("lena"), h.mustSignIn("nils"), h.mustSignIn("boss")
		h.idle(29 * time.Minute)
		if left := h.acts(nils).LocksIn; left != time.Minute {
			t.Errorf("got %s left, want a minute", left)
		}
		h.idle(29 * time.Minute)
		h.acts(lena) // no branch of hers locks
		h.acts(nils)
		h.wantLocked(boss) // good for every branch, and so for the strictest
		h.idle(30 * time.Minute)
		h.acts(lena)
		locked := h.wantLocked(nils)
		h.wantNone(h.Access.Acted(h.ctx(), locked))
		h.wantLocked(nils) // an act of a locked session is none
		h.locksAfter("  - {id: nerchau, lock_after_minutes: 0}\n")
		h.acts(nils)
	})
}

// mustSignIn returns the token of a new session.
func (h *townHall) mustSignIn(id town.UserID) string {
	h.t.Helper()
	token, err := h.signIn(id, oldPassword)
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

func TestThePasswordUnlocksAndCountsAsASignInDoes(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(between func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account("lena", ledger.RoleClerk, markt)
		h.locksAfter("  - {id: grimma-markt, lock_after_minutes: 10}\n")
		token := h.mustSignIn("lena")
		h.idle(10 * time.Minute)
		h.wantLocked(token)
		from := access.From{Origin: "192.0.2.7"}
		h.wantNone(h.Access.Unlock(h.ctx(), token, oldPassword, from))
		h.acts(token)
		h.idle(10 * time.Minute)
		for range 5 {
			if err := h.Access.Unlock(h.ctx(), token, "falsch", from); !problem.Is(err, "session.wrong") {
				t.Fatalf("got %v, want a wrong password", err)
			}
		}
		if err := h.Access.Unlock(h.ctx(), token, oldPassword, from); problem.Of(err).Kind != problem.TooMany {
			t.Errorf("got %v, want too many", err)
		}
		if _, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, "lena", oldPassword, from); problem.Of(err).Kind != problem.TooMany {
			t.Errorf("sign in: got %v, want too many: it is the same password", err)
		}
		h.wantLocked(token)
		h.idle(2 * time.Minute)
		h.wantNone(h.Access.Unlock(h.ctx(), token, oldPassword, from))
		h.acts(token)
	})
}

// TestAnActThatWasStoredLateDoesNotUnlock: the act began a moment before the
// session locked, and was written after it.
func TestAnActThatWasStoredLateDoesNotUnlock(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.account("lena", ledger.RoleClerk, markt)
		h.locksAfter("  - {id: grimma-markt, lock_after_minutes: 10}\n")
		token := h.mustSignIn("lena")
		h.idle(9 * time.Minute)
		late, err := h.Access.ActorOf(h.ctx(), token)
		if err != nil {
			t.Fatal(err)
		}
		h.idle(10 * time.Minute)
		h.wantLocked(token)
		h.wantNone(h.Access.Acted(h.ctx(), late))
		h.wantLocked(token)
	})
}

// TestAPasswordThatWasResetMeanwhileDoesNotUnlock: whoever knows only the old one
// stays out, however both follow each other; whoever was in before is out again.
func TestAPasswordThatWasResetMeanwhileDoesNotUnlock(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.locksAfter("  - {id: grimma-markt, lock_after_minutes: 10}\n")
		for _, point := range []string{"View.Done", "Update.Begin", "People.Hold", "People.Acted"} {
			id := town.UserID(point)
			h.account(id, ledger.RoleClerk, markt)
			token := h.mustSignIn(id)
			h.idle(10 * time.Minute)
			h.wantNone(s.Meanwhile(point,
				func() error {
					if h.Access.Unlock(h.ctx(), token, oldPassword, access.From{Origin: point}) == nil && (point == "View.Done" || point == "Update.Begin") {
						t.Errorf("%s: the old password unlocked", point)
					}
					return nil
				},
				func() error { return h.Access.SetPassword(h.ctx(), id, newPassword) }))
			if h.isIn(token) {
				t.Errorf("%s: the session goes on", point)
			}
		}
	})
}

func TestWhatABrowserKeepsIsReadByNobodyElse(t *testing.T) {
	h := openTownHall(t)
	sealed, err := h.Access.Sealed("form of lena", []byte("name=Ada"))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := h.Access.Unsealed("form of lena", sealed); !ok || string(got) != "name=Ada" {
		t.Errorf("got %q, %t", got, ok)
	}
	for _, other := range []struct{ purpose, sealed string }{{"form of nils", sealed}, {"form of lena", sealed[1:]}, {"form of lena", ""}, {"form of lena", "%"}} {
		if got, ok := h.Access.Unsealed(other.purpose, other.sealed); ok {
			t.Errorf("%q opens %q", other, got)
		}
	}
}
