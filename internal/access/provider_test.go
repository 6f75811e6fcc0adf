package access_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

var grants = access.Grants{
	{Group: "/Bürgerbüro", Role: ledger.RoleClerk, Branches: []town.BranchID{markt}},
	{Group: "/Nerchau", Role: ledger.RoleClerk, Branches: []town.BranchID{nera}},
	{Group: "/Leitung", Role: ledger.RoleManager, Branches: []town.BranchID{markt}},
	{Group: "/IT", Role: ledger.RoleAdmin},
}

// proven signs in through the town's service.
func (h *townHall) proven(once string, p access.Proven) (access.Actor, error) {
	h.t.Helper()
	p.Once = once
	token, _, err := h.Access.SignInProven(h.t.Context(), grants, p)
	if err != nil {
		return access.Actor{}, err
	}
	return h.Access.ActorOf(h.t.Context(), token)
}

func TestAnAccountIsFoundByItsSubjectAlone(t *testing.T) {
	h := openTownHall(t)
	if err := h.Access.AddUser(t.Context(), ledger.User{ID: "Lena", Role: ledger.RoleAdmin}, "drei kleine Wörter"); err != nil {
		t.Fatal(err)
	}
	lena := access.Proven{Subject: "https://id.example 1", Name: "Lena", Groups: []string{"/Bürgerbüro"}}
	first, err := h.proven("a", lena)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := first.User.ID, town.UserID("lena-2"); got != want {
		t.Errorf("a namesake of a local account: got %q, want %q", got, want)
	}
	lena.Name = "Helena"
	again, err := h.proven("b", lena)
	if err != nil || again.User.ID != first.User.ID {
		t.Errorf("renamed: got %q, %v; want %q", again.User.ID, err, first.User.ID)
	}
	other, err := h.proven("c", access.Proven{Subject: "https://other.example 1", Name: "lena", Groups: lena.Groups})
	if err != nil || other.User.ID != "lena-3" {
		t.Errorf("the same number elsewhere: got %q, %v; want lena-3", other.User.ID, err)
	}
}

func TestAnAccountsNameIsNoMailAddress(t *testing.T) {
	h := openTownHall(t)
	for i, c := range []struct{ called, want string }{
		{"Lena.Kühn@grimma.example", "lena.kuehn"}, {"@grimma.example", "konto"}, {"", "konto-2"}, {"GRIMMA\\lena", "grimma-lena"},
	} {
		actor, err := h.proven(fmt.Sprint(i), access.Proven{Subject: fmt.Sprint("https://id.example ", i), Name: c.called, Groups: []string{"/Bürgerbüro"}})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := actor.User.ID, town.UserID(c.want); got != want {
			t.Errorf("%q: got %q, want %q", c.called, got, want)
		}
	}
}

func TestRightsFollowTheGroups(t *testing.T) {
	h := openTownHall(t)
	p := access.Proven{Subject: "https://id.example 1", Name: "lena", Groups: []string{"/Bürgerbüro", "/Leitung", "/Gesangsverein"}}
	_, err := h.proven("a", p)
	if err != nil {
		t.Fatal(err)
	}
	p.Groups = []string{"/Nerchau", "/Bürgerbüro"}
	clerk, err := h.proven("b", p)
	if err != nil {
		t.Fatal(err)
	}
	got, want := access.Grant{Role: clerk.User.Role, Branches: clerk.User.Branches}, access.Grant{Role: ledger.RoleClerk, Branches: []town.BranchID{markt, nera}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestWhoeverLosesTheirRoleIsOut(t *testing.T) {
	h := openTownHall(t)
	p := access.Proven{Subject: "https://id.example 1", Name: "lena", Groups: []string{"/IT"}, Once: "a"}
	token, _, err := h.Access.SignInProven(t.Context(), grants, p)
	if err != nil {
		t.Fatal(err)
	}
	p.Groups = []string{"/Gesangsverein"}
	_, err = h.proven("b", p)
	h.wantKey("no role", err, "session.no_role")
	_, err = h.Access.ActorOf(t.Context(), token)
	h.wantKey("the session", err, "session.required")
	_, err = h.proven("c", access.Proven{Subject: "https://id.example 2", Name: "max"})
	h.wantKey("no role", err, "session.no_role")
	users, err := h.Access.Users(t.Context())
	if err != nil || len(users) != 1 {
		t.Errorf("got %v, %v; want no account for max", users, err)
	}
}

func TestASignInCountsOnce(t *testing.T) {
	h := openTownHall(t)
	p := access.Proven{Subject: "https://id.example 1", Name: "lena", Groups: []string{"/IT"}}
	if _, err := h.proven("a", p); err != nil {
		t.Fatal(err)
	}
	_, err := h.proven("a", p)
	h.wantKey("the second time", err, "session.used")
}

func TestALinkedAccountHasNoPassword(t *testing.T) {
	h := openTownHall(t)
	p := access.Proven{Subject: "https://id.example 1", Name: "lena", Groups: []string{"/IT"}}
	lena, err := h.proven("a", p)
	if err != nil {
		t.Fatal(err)
	}
	h.wantKey("a password", h.Access.SetPassword(t.Context(), "lena", "noch ein langes Wort"), "user.linked")
	_, _, err = h.Access.SignIn(t.Context(), access.Actor{}, "lena", "", access.From{})
	h.wantKey("an empty password", err, "session.wrong")
	if err := h.Access.DisableUser(t.Context(), lena.User.ID); err != nil {
		t.Fatal(err)
	}
	_, err = h.proven("b", p)
	h.wantKey("disabled", err, "session.disabled")
}

func TestGrantsAreRead(t *testing.T) {
	tests := map[string]access.Grant{
		"/Bürgerbüro=clerk":            {Group: "/Bürgerbüro", Role: ledger.RoleClerk},
		"a=b@c=reception@markt+nera":   {Group: "a=b@c", Role: ledger.RoleReception, Branches: []town.BranchID{"markt", "nera"}},
		"6f1c-22=admin":                {Group: "6f1c-22", Role: ledger.RoleAdmin},
		"Leitung Bürgerbüro=manager@x": {Group: "Leitung Bürgerbüro", Role: ledger.RoleManager, Branches: []town.BranchID{"x"}},
	}
	for text, want := range tests {
		got, err := access.ParseGrant(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%s: got -, want +:\n%s", text, diff)
		}
	}
	for _, text := range []string{"", "clerk", "=clerk", "a=chef", "a=clerk@", "a=clerk@x+"} {
		if got, err := access.ParseGrant(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
}

// A grant never gives more than the one who wrote it said: the role of some
// grant that fits, at branches that grants of this very role name.
func TestGrantsGiveNothingThatNobodyGave(t *testing.T) {
	drawn := rapid.Custom(func(t *rapid.T) access.Grant {
		return access.Grant{
			Group:    rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "group"),
			Role:     rapid.SampledFrom([]ledger.Role{ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager, ledger.RoleAdmin}).Draw(t, "role"),
			Branches: rapid.SliceOfN(rapid.SampledFrom([]town.BranchID{"x", "y"}), 0, 2).Draw(t, "branches"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		all := access.Grants(rapid.SliceOfN(drawn, 0, 5).Draw(t, "grants"))
		groups := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 3).Draw(t, "groups")
		role, branches, granted := all.Of(groups)
		if len(branches) == 0 {
			branches = []town.BranchID{""} // everywhere: somebody said so
		}
		for _, branch := range branches {
			if granted != given(all, groups, role, branch) {
				t.Fatalf("%v for %v: got %s at %q", all, groups, role, branch)
			}
		}
	})
}

func given(all access.Grants, groups []string, role ledger.Role, branch town.BranchID) bool {
	for _, g := range all {
		for _, group := range groups {
			named := branch == "" && len(g.Branches) == 0
			for _, b := range g.Branches {
				named = named || b == branch
			}
			if g.Group == group && g.Role == role && named {
				return true
			}
		}
	}
	return false
}
