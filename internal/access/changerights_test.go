package access_test

import (
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// Whoever gets other rights signs in anew with them: an open session would go on
// with the old ones.
func TestOtherRightsEndTheSessionsThatHadTheOldOnes(t *testing.T) {
	h := openTownHall(t)
	h.account("anna", ledger.RoleManager)
	token, err := h.signIn("anna", oldPassword)
	if err != nil {
		t.Fatal(err)
	}
	clerk, none := ledger.RoleClerk, []town.OfficeID{}
	if err := h.Access.ChangeRights(h.ctx(), "anna", access.Rights{Role: &clerk, Offices: &none}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Access.ActorOf(h.ctx(), token); err == nil {
		t.Error("the session of a manager goes on")
	}
	if again := h.signedIn("anna"); again.User.Role != ledger.RoleClerk {
		t.Errorf("got role %s, want clerk", again.User.Role)
	}
	nowhere := []town.OfficeID{"nirgends"}
	if err := h.Access.ChangeRights(h.ctx(), "anna", access.Rights{Offices: &nowhere}); !problem.Is(err, "office.unknown") {
		t.Errorf("got %v, want office.unknown", err)
	}
	king := ledger.Role("king")
	if err := h.Access.ChangeRights(h.ctx(), "anna", access.Rights{Role: &king}); !problem.Is(err, "request.invalid") {
		t.Errorf("got %v, want request.invalid", err)
	}
}

// TestADismissedAccountStaysSoWhenItGetsOtherRights: whatever comes between
// reading the account and writing it, each writes only what it means.
func TestADismissedAccountStaysSoWhenItGetsOtherRights(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for _, point := range []string{"People.Hold", "People.SetRights", "People.SetOffices", "Update.Commit"} {
			id, manager := town.UserID(point), ledger.RoleManager
			h.account(id, ledger.RoleClerk)
			change := func() error { return h.Access.ChangeRights(h.ctx(), id, access.Rights{Role: &manager}) }
			dismiss := func() error { return h.Access.DisableUser(h.ctx(), id) }
			h.wantNone(s.Meanwhile(point, change, dismiss))
			_, err := h.signIn(id, oldPassword)
			h.wantKey(point+": the dismissed", err, "session.wrong")
		}
	})
}

// Whoever lost their rights since they were let in gives none: what the edge
// proved is looked at again in the transaction.
func TestWhoLostTheirRightsMeanwhileChangesNobodys(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account("zoe", ledger.RoleManager)
		h.account("anna", ledger.RoleClerk)
		boss, lowered, reception := h.signedIn("zoe"), ledger.RoleClerk, ledger.RoleReception
		amend := func() error { return h.Access.Amend(h.ctx(), boss, "anna", access.Rights{Role: &reception}) }
		lower := func() error { return h.Access.ChangeRights(h.ctx(), "zoe", access.Rights{Role: &lowered}) }
		first, second := s.Meanwhile("People.SetRights", lower, amend)
		h.wantNone(first)
		h.wantKey("the lowered manager", second, "session.required")
		users, err := h.Access.Users(h.ctx())
		h.wantNone(err)
		for _, u := range users {
			if u.ID == "anna" && u.Role != ledger.RoleClerk {
				t.Errorf("anna is %s", u.Role)
			}
		}
	})
}
