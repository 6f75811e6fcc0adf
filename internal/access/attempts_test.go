package access_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// node opens the use cases once more on the same database, as another server
// of the town does.
func (h *townHall) node() *app.App {
	h.t.Helper()
	node, err := apptest.Node(h.t, apptest.Options{Clock: h.time, Store: h.store, Keys: h.seals})
	if err != nil {
		h.t.Fatal(err)
	}
	return node
}

// atOnce runs try so often at once, and counts the keys of what came of it.
func atOnce(n int, try func(i int) error) map[string]int {
	keys, came := map[string]int{}, make(chan error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { came <- try(i) })
	}
	all.Wait()
	for range n {
		err := <-came
		key := "in"
		if err != nil {
			key = problem.Of(err).Key
		}
		for _, wrong := range problem.Of(err).Fields {
			key = wrong
		}
		keys[key]++
	}
	return keys
}

// wantTries expects five tries that were looked at, and refusals.
func wantTries(t *testing.T, what string, got map[string]int, looked string, refusals ...string) {
	t.Helper()
	if got[looked] != 5 {
		t.Errorf("%s: %d were looked at, want 5: %v", what, got[looked], got)
	}
	for key, n := range got {
		ok := key == looked
		for _, refusal := range refusals {
			ok = ok || key == refusal
		}
		if !ok {
			t.Errorf("%s: %d × %s", what, n, key)
		}
	}
}

const wrongPassword = "ein falsches langes Wort"

// TestSixtyWrongPasswordsAtOnceAreFive: each was compared before any had failed,
// 60 of 60; and each node counted for itself.
func TestSixtyWrongPasswordsAtOnceAreFive(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account(clerk, ledger.RoleClerk)
		nodes := []*app.App{h.App, h.node()}
		for what, of := range map[string]func(i int) (town.UserID, string){
			"one account":     func(int) (town.UserID, string) { return clerk, "192.0.2.1" },
			"made-up names":   func(i int) (town.UserID, string) { return town.UserID(fmt.Sprint("nobody", i)), "192.0.2.2" },
			"an IPv6 network": func(int) (town.UserID, string) { return clerk, "2001:db8:7:1::/64" },
		} {
			got := atOnce(60, func(i int) error {
				id, from := of(i)
				_, _, err := nodes[i%2].Access.SignIn(h.ctx(), access.Actor{}, id, wrongPassword, access.From{Origin: from})
				return err
			})
			wantTries(t, what, got, "session.wrong", "session.slow_down", "session.busy")
		}
		if _, err := h.signIn(clerk, oldPassword); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}

// TestANetworkOfManyAddressesSlowsDownToo: an IPv6 site has 65,536 addresses as
// limits see them.
func TestANetworkOfManyAddressesSlowsDownToo(t *testing.T) {
	h := openTownHall(t)
	var wrong int
	for i := range 60 {
		_, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, town.UserID(fmt.Sprint("nobody", i)), wrongPassword,
			access.From{Origin: fmt.Sprintf("2001:db8:7:%x::/64", i)})
		if problem.Is(err, "session.wrong") {
			wrong++
		}
	}
	if wrong != 25 {
		t.Errorf("got %d tries, want 25", wrong)
	}
}

// TestATryIsCountedBeforeItIsLookedAt: a try that stands still counts as much as
// one that failed.
func TestATryIsCountedBeforeItIsLookedAt(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account(clerk, ledger.RoleClerk)
		from := access.From{Origin: "192.0.2.1"}
		try := func(password string) error {
			_, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, clerk, password, from)
			return err
		}
		for range 4 {
			h.wantKey("wrong", try(wrongPassword), "session.wrong")
		}
		// The fifth has been counted, and not compared yet.
		gate, ended := s.HoldNth("View.Begin", 2), make(chan error, 1)
		go func() { ended <- try(wrongPassword) }()
		gate.Await()
		h.wantKey("the sixth", try(oldPassword), "session.slow_down")
		gate.Release()
		h.wantKey("the fifth", <-ended, "session.wrong")
	})
}

// TestAKnownBrowserHasRoomOfItsOwn: seven made-up names locked the right password
// out for everybody behind that address.
func TestAKnownBrowserHasRoomOfItsOwn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account(clerk, ledger.RoleClerk)
		h.account("anna", ledger.RoleClerk)
		mark, err := h.Access.NewBrowser()
		if err != nil {
			t.Fatal(err)
		}
		known := access.From{Origin: "192.0.2.1", Browser: mark}
		try := func(id town.UserID, password string, from access.From) error {
			_, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, id, password, from)
			return err
		}
		h.wantNone(try(clerk, oldPassword, known))
		for i := range 7 {
			key := "session.wrong"
			if i >= 5 {
				key = "session.slow_down"
			}
			h.wantKey("made up", try(town.UserID(fmt.Sprint("nobody", i)), wrongPassword, access.From{Origin: "192.0.2.1"}), key)
		}
		h.wantKey("a browser that isn't known", try(clerk, oldPassword, access.From{Origin: "192.0.2.1", Browser: "made up"}), "session.slow_down")
		h.wantKey("known, but of somebody else", try("anna", oldPassword, known), "session.slow_down")
		h.wantNone(try(clerk, oldPassword, known))

		for range 5 {
			h.wantKey("wrong in the known browser", try(clerk, wrongPassword, known), "session.wrong")
		}
		h.wantKey("a known browser is no way round", try(clerk, oldPassword, known), "session.slow_down")
		h.set(h.clock().Add(2 * time.Second))
		h.wantNone(try(clerk, oldPassword, known))

		h.set(h.clock().Add(access.BrowserTime + time.Hour))
		h.wantNone(h.Upkeep.Tidy(h.ctx()))
		for range 5 {
			h.wantKey("made up", try("nobody", wrongPassword, access.From{Origin: "192.0.2.1"}), "session.wrong")
		}
		h.wantKey("forgotten after half a year", try(clerk, oldPassword, known), "session.slow_down")
	})
}

// TestAnOldPasswordIsTriedFiveTimesAtOnce: "change password" had no limit at all.
func TestAnOldPasswordIsTriedFiveTimesAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account(clerk, ledger.RoleClerk)
		thief, owner := h.signedIn(clerk), h.signedIn(clerk)
		got := atOnce(60, func(int) error { return h.Access.ChangeOwnPassword(h.ctx(), thief, wrongPassword, newPassword) })
		wantTries(t, "old password", got, "session.wrong", "session.slow_down", "session.busy")
		h.wantKey("the right one now", h.Access.ChangeOwnPassword(h.ctx(), thief, oldPassword, newPassword), "session.slow_down")
		h.wantNone(h.Access.ChangeOwnPassword(h.ctx(), owner, oldPassword, newPassword))
	})
}

// TestCodesAreTriedFiveTimesAtOnce: many at once were all looked at, and one
// manager's slips slowed down every other.
func TestCodesAreTriedFiveTimesAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account("chief", ledger.RoleManager)
		h.account("deputy", ledger.RoleManager)
		chief, deputy := h.signedIn("chief"), h.signedIn("deputy")
		nodes := []*app.App{h.App, h.node()}
		got := atOnce(60, func(i int) error {
			_, err := nodes[i%2].Access.CompletePairing(h.ctx(), chief, fmt.Sprintf("AAAA%02d", i), ledger.Device{Name: "x", Branch: markt})
			return err
		})
		wantTries(t, "codes", got, "pairing.unknown", "pairing.slow_down")
		p := h.startPairing()
		_, err := h.Access.CompletePairing(h.ctx(), deputy, p.Code, ledger.Device{Name: "Halle", Branch: markt})
		h.wantNone(err)
	})
}

// A code that was right doesn't count, whatever else is wrong.
func TestARightCodeIsNoTry(t *testing.T) {
	h := openTownHall(t)
	p := h.startPairing()
	for range 7 {
		_, err := h.Access.CompletePairing(h.ctx(), manager(), p.Code, ledger.Device{Branch: markt})
		h.wantKey("no name", err, "request.invalid")
	}
}

// TestSigningOutWithoutASessionChangesNothing: it wrote, and made every socket
// prove itself again.
func TestSigningOutWithoutASessionChangesNothing(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account(clerk, ledger.RoleClerk)
		token, err := h.signIn(clerk, oldPassword)
		h.wantNone(err)
		before, err := h.Access.Revision(h.ctx())
		h.wantNone(err)
		s.Fail("Update.Begin", errors.New("something is written"), 1000)
		for _, none := range []string{"", "made up"} {
			h.wantNone(h.Access.SignOut(h.ctx(), none, ""))
		}
		s.Heal()
		after, err := h.Access.Revision(h.ctx())
		h.wantNone(err)
		if before != after {
			t.Error("every socket has to prove itself again")
		}
		h.wantNone(h.Access.SignOut(h.ctx(), token, ""))
		if left, err := h.Access.Revision(h.ctx()); err != nil || left == after || h.isIn(token) {
			t.Errorf("a session that ends: %q, %v", left, err)
		}
	})
}

// TestASignInOverASessionEndsIt: the earlier one stayed good for twelve hours.
func TestASignInOverASessionEndsIt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.account(clerk, ledger.RoleClerk)
		h.account("anna", ledger.RoleClerk)
		first, err := h.signIn(clerk, oldPassword)
		h.wantNone(err)
		from := access.From{Origin: "192.0.2.9", Replaces: first}
		_, _, err = h.Access.SignIn(h.ctx(), access.Actor{}, "anna", wrongPassword, from)
		h.wantKey("wrong", err, "session.wrong")
		if !h.isIn(first) {
			t.Error("a wrong password ended the session")
		}
		second, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, "anna", oldPassword, from)
		h.wantNone(err)
		if h.isIn(first) || !h.isIn(second) {
			t.Errorf("the first is in: %t, the second: %t", h.isIn(first), h.isIn(second))
		}
		third := access.Proven{Subject: "https://id.example 1", Name: "lena", Groups: []string{"/IT"}, Once: "a", From: access.From{Replaces: second}}
		token, _, err := h.Access.SignInProven(h.ctx(), grants, third)
		h.wantNone(err)
		if h.isIn(second) || !h.isIn(token) {
			t.Error("a sign-in elsewhere ended no session")
		}
	})
}

// TestAnAnswerFromElsewhereIsAskedAboutOnce: a browser with one begun sign-in
// had the provider asked as often as it liked.
func TestAnAnswerFromElsewhereIsAskedAboutOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		from := access.From{Origin: "192.0.2.1"}
		got := atOnce(20, func(int) error { return h.Access.MayAskElsewhere(h.ctx(), "one", from) })
		if got["in"] != 1 || got["session.used"] != 19 {
			t.Errorf("one answer: %v, want it asked about once", got)
		}
		got = atOnce(20, func(i int) error { return h.Access.MayAskElsewhere(h.ctx(), fmt.Sprint("answer", i), from) })
		if got["in"] != 4 || got["session.slow_down"] != 16 {
			t.Errorf("many answers: %v, want five asked about in all", got)
		}
		h.wantNone(h.Access.MayAskElsewhere(h.ctx(), "elsewhere", access.From{Origin: "192.0.2.2"}))
	})
}

// TestNobodyIsLockedOutByAClockThatIsSetBack: what was tried by a clock far ahead
// would have counted until then.
func TestNobodyIsLockedOutByAClockThatIsSetBack(t *testing.T) {
	h := openTownHall(t)
	h.account(clerk, ledger.RoleClerk)
	now, from := h.clock(), access.From{Origin: "192.0.2.1"}
	h.set(now.AddDate(0, 0, 3))
	for range 5 {
		_, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, clerk, wrongPassword, from)
		h.wantKey("wrong", err, "session.wrong")
	}
	h.set(now)
	_, _, err := h.Access.SignIn(h.ctx(), access.Actor{}, clerk, oldPassword, from)
	h.wantNone(err)
}

// TestARepeatedSignInIsNoTry: programs send a sign-in again whose answer was
// lost.
func TestARepeatedSignInIsNoTry(t *testing.T) {
	h := openTownHall(t)
	h.account(clerk, ledger.RoleClerk)
	first := ""
	for range 7 {
		token, _, err := h.Access.SignIn(h.ctx(), access.Actor{Key: "one key"}, clerk, oldPassword, access.From{Origin: "192.0.2.1"})
		h.wantNone(err)
		if first == "" {
			first = token
		}
		if token != first {
			t.Errorf("got another session")
		}
	}
}
