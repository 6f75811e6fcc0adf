package access_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/alexedwards/argon2id"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// Passwords of these tests.
const (
	oldPassword = "drei kleine Wörter"
	newPassword = "vier neue lange Wörter"
)

// addresses counts those that somebody has signed in from.
var addresses atomic.Int64

// account creates a user who signs in with oldPassword.
func (h *townHall) account(id town.UserID, role ledger.Role, branches ...town.BranchID) {
	h.t.Helper()
	if err := h.Access.AddUser(h.ctx(), ledger.User{ID: id, Role: role, Branches: branches}, oldPassword); err != nil {
		h.t.Fatal(err)
	}
}

// signIn tries a password from an address that nothing is known of, and returns
// the session's token.
func (h *townHall) signIn(id town.UserID, password string) (string, error) {
	token, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, id, password, access.From{Origin: fmt.Sprint("address ", addresses.Add(1))})
	return token, err
}

// signedIn is a user with a session of their own.
func (h *townHall) signedIn(id town.UserID) access.Actor {
	h.t.Helper()
	token, err := h.signIn(id, oldPassword)
	if err != nil {
		h.t.Fatal(err)
	}
	actor, err := h.Access.ActorOf(h.ctx(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return actor
}

func (h *townHall) isIn(token string) bool {
	h.t.Helper()
	_, err := h.Access.ActorOf(h.ctx(), token)
	if err != nil && problem.Of(err).Kind != problem.Unauthenticated {
		h.t.Fatal(err)
	}
	return err == nil
}

func (h *townHall) wantNone(errs ...error) {
	h.t.Helper()
	if err := errors.Join(errs...); err != nil {
		h.t.Error(err)
	}
}

// TestADisabledAccountStaysSoWhenItsPasswordIsReset: the reset read the account
// before it was disabled, and wrote the whole of it afterwards.
func TestADisabledAccountStaysSoWhenItsPasswordIsReset(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for _, point := range []string{"People.Hold", "People.SetPassword", "Update.Commit"} {
			id := town.UserID(point)
			h.account(id, ledger.RoleClerk)
			reset := func() error { return h.Access.SetPassword(h.ctx(), id, newPassword) }
			dismiss := func() error { return h.Access.DisableUser(h.ctx(), id) }
			h.wantNone(s.Meanwhile(point, reset, dismiss))
			for _, password := range []string{oldPassword, newPassword} {
				_, err := h.signIn(id, password)
				h.wantKey(point+": the dismissed, "+password, err, "session.wrong")
			}
		}
	})
}

// TestSigningOutEverywhereDoesNotReviveAPassword: it read the account before
// the reset, and wrote the whole of it afterwards.
func TestSigningOutEverywhereDoesNotReviveAPassword(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account(clerk, ledger.RoleClerk)
		out := func() error { return h.Access.SignOutEverywhere(h.ctx(), clerk) }
		reset := func() error { return h.Access.SetPassword(h.ctx(), clerk, newPassword) }
		h.wantNone(s.Meanwhile("People.DeleteSessionsOf", out, reset))
		_, err := h.signIn(clerk, oldPassword)
		h.wantKey("the old password", err, "session.wrong")
		_, err = h.signIn(clerk, newPassword)
		h.wantNone(err)
	})
}

// TestASessionOpenedWithTheOldPasswordEndsWithIt holds the sign-in at each of
// its steps while the password is reset.
func TestASessionOpenedWithTheOldPasswordEndsWithIt(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for _, point := range []string{"View.Done", "Update.Begin", "People.Hold", "People.InsertSession", "Update.Commit", "Update.Done"} {
			id := town.UserID(point)
			h.account(id, ledger.RoleClerk)
			var token string
			signIn := func() (err error) { token, err = h.signIn(id, oldPassword); return err }
			reset := func() error { return h.Access.SetPassword(h.ctx(), id, newPassword) }
			first, second := s.Meanwhile(point, signIn, reset)
			h.wantNone(second)
			if first != nil {
				h.wantKey(point, first, "session.wrong")
			}
			if h.isIn(token) {
				t.Errorf("%s: the old password's session outlived the reset", point)
			}
		}
	})
}

// TestWhoIsSignedOutEverywhereMaySignInAgain: a session that is opened while the
// others end is either one of them or a new one.
func TestWhoIsSignedOutEverywhereMaySignInAgain(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account(clerk, ledger.RoleClerk)
		out := func() error { return h.Access.SignOutEverywhere(h.ctx(), clerk) }
		signIn := func() error { _, err := h.signIn(clerk, oldPassword); return err }
		h.wantNone(s.Meanwhile("People.InsertSession", signIn, out))
		h.wantNone(s.Meanwhile("People.DeleteSessionsOf", out, signIn))
	})
}

// TestAnOwnNewPasswordDoesNotReplaceAReset: whoever knew the old password began
// to change it before an administrator reset it.
func TestAnOwnNewPasswordDoesNotReplaceAReset(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account(clerk, ledger.RoleClerk)
		thief := h.signedIn(clerk)
		change := func() error { return h.Access.ChangeOwnPassword(h.ctx(), thief, oldPassword, "das Kennwort des Diebs") }
		reset := func() error { return h.Access.SetPassword(h.ctx(), clerk, newPassword) }
		first, second := s.Meanwhile("Update.Begin", change, reset)
		h.wantNone(second)
		if first == nil {
			t.Error("the thief's change counted")
		}
		_, err := h.signIn(clerk, newPassword)
		h.wantNone(err)
	})
}

// TestWhoIsDismissedMeanwhileLetsNobodyIn holds what a manager has begun until
// they are dismissed.
func TestWhoIsDismissedMeanwhileLetsNobodyIn(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account("chief", ledger.RoleManager)
		h.account(clerk, ledger.RoleClerk)
		p := h.startPairing()
		for what, begun := range map[string]func(access.Actor) error{
			"hire": func(chief access.Actor) error {
				return h.Access.Hire(h.ctx(), chief, ledger.User{ID: "ghost", Role: ledger.RoleClerk}, oldPassword)
			},
			"reset":     func(chief access.Actor) error { return h.Access.ResetPassword(h.ctx(), chief, clerk, newPassword) },
			"reinstate": func(chief access.Actor) error { return h.Access.Reinstate(h.ctx(), chief, clerk) },
			"pair": func(chief access.Actor) error {
				_, err := h.Access.CompletePairing(h.ctx(), chief, p.Code, ledger.Device{Name: "ghost", Branch: markt})
				return err
			},
		} {
			chief := h.signedIn("chief")
			first, second := s.Meanwhile("Update.Begin", func() error { return begun(chief) }, func() error {
				return h.Access.DisableUser(h.ctx(), "chief")
			})
			h.wantNone(second, h.Access.Reinstate(h.ctx(), access.Actor{Kind: access.Maintenance}, "chief"))
			h.wantKey(what, first, "session.required")
		}
		_, err := h.signIn("ghost", oldPassword)
		h.wantKey("hired", err, "session.wrong")
		_, err = h.signIn(clerk, newPassword)
		h.wantKey("reset", err, "session.wrong")
		if h.isIn(p.Secret) {
			t.Error("the screen was paired")
		}
	})
}

// TestTwoManagersWhoResetEachOtherDoNotWaitForEver: each holds one account and
// wants the other's.
func TestTwoManagersWhoResetEachOtherDoNotWaitForEver(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account("anna", ledger.RoleAdmin)
		h.account("bert", ledger.RoleAdmin)
		anna, bert := h.signedIn("anna"), h.signedIn("bert")
		first, second := s.Meanwhile("People.SetPassword",
			func() error { return h.Access.ResetPassword(h.ctx(), bert, "anna", newPassword) },
			func() error { return h.Access.ResetPassword(h.ctx(), anna, "bert", newPassword) })
		h.wantNone(first)
		h.wantKey("whoever came second, signed out by then", second, "session.required")
	})
}

// TestALinkedAccountThatIsDisabledMeanwhileGetsNoRights: the sign-in elsewhere
// read the account before it was disabled, and wrote the whole of it afterwards.
func TestALinkedAccountThatIsDisabledMeanwhileGetsNoRights(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for _, point := range []string{"People.BySubject", "People.SetRights", "People.InsertSession"} {
			p := access.Proven{Subject: point, Name: "lena", Groups: []string{"/Bürgerbüro"}}
			lena, err := h.proven(point+" before", p)
			if err != nil {
				t.Fatal(err)
			}
			p.Groups, p.Once = []string{"/IT"}, point
			var token string
			signIn := func() (err error) { token, _, err = h.Access.SignInProven(h.ctx(), grants, p); return err }
			dismiss := func() error { return h.Access.DisableUser(h.ctx(), lena.User.ID) }
			first, second := s.Meanwhile(point, signIn, dismiss)
			h.wantNone(second)
			if first != nil {
				h.wantKey(point, first, "session.disabled")
			}
			if h.isIn(token) {
				t.Errorf("%s: the dismissed got in", point)
			}
			_, err = h.proven(point+" after", p)
			h.wantKey(point+": later", err, "session.disabled")
		}
	})
}

// TestTheSameKeyAtOnceAtSignInIsOneSession: both found the key unused.
func TestTheSameKeyAtOnceAtSignInIsOneSession(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account(clerk, ledger.RoleClerk)
		for _, point := range []string{"Update.Begin", "People.InsertSession", "Requests.Put", "Update.Commit"} {
			var tokens [2]string
			signIn := func(i int) func() error {
				return func() (err error) {
					tokens[i], _, err = h.Access.SignIn(h.ctx(), access.Actor{Key: point}, clerk, oldPassword, access.From{})
					return err
				}
			}
			h.wantNone(s.Meanwhile(point, signIn(0), signIn(1)))
			if tokens[0] != tokens[1] || !h.isIn(tokens[0]) {
				t.Errorf("%s: got %q and %q, want one session", point, tokens[0], tokens[1])
			}
		}
	})
}

// TestTheSameKeyAtOnceForACodeIsOneCode: where no row is held, the second finds
// the key used only when it remembers its answer.
func TestTheSameKeyAtOnceForACodeIsOneCode(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		screen := access.Actor{Key: "5b0f2b1e-8d0c-4c0e-9a0b-1d1f9a7c0001"}
		var codes [2]access.Pairing
		pair := func(i int) func() error {
			return func() (err error) {
				codes[i], err = h.Access.StartPairing(h.ctx(), screen, ledger.DeviceDisplay)
				return err
			}
		}
		h.wantNone(s.Meanwhile("Update.Commit", pair(0), pair(1)))
		if codes[0].Code != codes[1].Code || codes[0].Secret != codes[1].Secret {
			t.Errorf("got %v and %v, want one code", codes[0], codes[1])
		}
	})
}

// TestManyAtOnceLeaveNobodyInWhoWasDismissed has accounts disabled while they
// sign in, get new passwords and are signed out.
func TestManyAtOnceLeaveNobodyInWhoWasDismissed(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		const accounts = 6
		var all sync.WaitGroup
		for n := range accounts {
			id := town.UserID(fmt.Sprint("clerk-", n))
			h.account(id, ledger.RoleClerk)
			for _, act := range []func() error{
				func() error { return h.Access.DisableUser(h.ctx(), id) },
				func() error { return h.Access.SetPassword(h.ctx(), id, newPassword) },
				func() error { return h.Access.SetPassword(h.ctx(), id, newPassword) },
				func() error { return h.Access.SignOutEverywhere(h.ctx(), id) },
				func() error { _, err := h.signIn(id, oldPassword); return refusedOr(err) },
				func() error { _, err := h.signIn(id, newPassword); return refusedOr(err) },
			} {
				all.Go(func() { h.wantNone(act()) })
			}
		}
		all.Wait()
		for n := range accounts {
			for _, password := range []string{oldPassword, newPassword} {
				_, err := h.signIn(town.UserID(fmt.Sprint("clerk-", n)), password)
				if err == nil {
					t.Errorf("clerk-%d is in with %q", n, password)
				}
			}
		}
	})
}

// refusedOr passes over a refusal: whoever is late is refused.
func refusedOr(err error) error {
	if problem.Of(err).Kind == problem.Internal {
		return err
	}
	return nil
}

// stored is an account as the database has it.
func (h *townHall) stored(id town.UserID) ledger.User {
	h.t.Helper()
	var u ledger.User
	err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
		u, err = tx.People().ByID(h.ctx(), id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

// hashed replaces what is stored of a password, as an older program made it.
func (h *townHall) hashed(id town.UserID, typed string, costs argon2id.Params) {
	h.t.Helper()
	old, err := argon2id.CreateHash(typed, &costs)
	if err != nil {
		h.t.Fatal(err)
	}
	err = h.store.Update(h.ctx(), nil, func(tx ledger.Tx) error { return tx.People().SetPassword(h.ctx(), id, old, h.clock()) })
	if err != nil {
		h.t.Fatal(err)
	}
}

// cheapHash is what a hash says of itself that cost cheap.
const cheapHash = "m=64,t=1,p=2"

var olderCosts = argon2id.Params{Memory: 32, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}

func TestAnOldHashIsMadeAnewAtSignIn(t *testing.T) {
	h := openTownHall(t)
	h.account(clerk, ledger.RoleClerk)
	before := h.stored(clerk)
	h.hashed(clerk, oldPassword, olderCosts)
	if _, err := h.signIn(clerk, "ein falsches Wort"); err == nil {
		t.Fatal("a wrong password let somebody in")
	}
	if got := h.stored(clerk).Password; strings.Contains(got, cheapHash) {
		t.Error("a wrong password renewed the hash")
	}
	first, err := h.signIn(clerk, oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	renewed := h.stored(clerk)
	if !strings.Contains(renewed.Password, cheapHash) || renewed.Password == before.Password {
		t.Errorf("got %s, want the costs %s", renewed.Password, cheapHash)
	}
	if _, err := h.signIn(clerk, oldPassword); err != nil {
		t.Errorf("with the renewed hash: %v", err)
	}
	if !h.isIn(first) || h.stored(clerk).Password != renewed.Password {
		t.Error("the session ended, or what is new was renewed again")
	}
}

// TestTwoSignInsRenewOneHash: the second compared with the old hash, which the
// first replaced.
func TestTwoSignInsRenewOneHash(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account(clerk, ledger.RoleClerk)
		h.hashed(clerk, oldPassword, olderCosts)
		var tokens [2]string
		signIn := func(i int) func() error {
			return func() (err error) { tokens[i], err = h.signIn(clerk, oldPassword); return err }
		}
		h.wantNone(s.Meanwhile("Update.Begin", signIn(0), signIn(1)))
		if !h.isIn(tokens[0]) || !h.isIn(tokens[1]) {
			t.Error("one of the two isn't in")
		}
	})
}

// The same letters in one piece and in two: as Linux and as macOS type them.
const (
	composed   = "schöne lange Wörter"
	decomposed = "scho\u0308ne lange Wo\u0308rter"
)

func TestAPasswordIsTheSameHoweverItsLettersAreWritten(t *testing.T) {
	h := openTownHall(t)
	for typed, later := range map[string]string{composed: decomposed, decomposed: composed} {
		id := town.UserID(fmt.Sprint("clerk", len(typed)))
		if err := h.Access.AddUser(h.ctx(), ledger.User{ID: id, Role: ledger.RoleClerk}, typed); err != nil {
			t.Fatal(err)
		}
		for _, again := range []string{typed, later} {
			if _, err := h.signIn(id, again); err != nil {
				t.Errorf("set as %+q, typed as %+q: %v", typed, again, err)
			}
		}
	}
}

// Passwords that were set before they were normalised keep letting in, and are
// normalised then.
func TestAPasswordThatWasNotNormalisedStaysGood(t *testing.T) {
	h := openTownHall(t)
	h.account(clerk, ledger.RoleClerk)
	h.hashed(clerk, decomposed, olderCosts)
	for _, typed := range []string{decomposed, composed} {
		if _, err := h.signIn(clerk, typed); err != nil {
			t.Errorf("%+q: %v", typed, err)
		}
	}
}
