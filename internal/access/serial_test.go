package access_test

import (
	"fmt"
	"testing"

	"github.com/alexedwards/argon2id"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// aDevice is revoked, and says how it is, in two ways.
func (h *townHall) aDevice(n int) forced.Row {
	name := fmt.Sprint("device ", n)
	d, token := h.screen(name)
	tells := h.tells(d)
	return forced.Row{Plays: map[string]func() error{
		"status":       tells["status"],
		"other status": func() error { return h.Access.DeviceSeen(h.ctx(), d.ID, "blocked", "") },
		"shown":        tells["shown"],
		"revoke":       func() error { return h.Access.RevokeDevice(h.ctx(), name) },
	}, State: func() string {
		var stored ledger.Device
		err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
			stored, err = tx.Devices().ByID(h.ctx(), d.ID)
			return err
		})
		return fmt.Sprint(stored.Revoked, stored.Sound, stored.Program, stored.Seen, stored.Shown, h.isIn(token), err)
	}}
}

// anAccount is disabled, let in again, given passwords and signed in and out.
func (h *townHall) anAccount(n int) forced.Row {
	id := town.UserID(fmt.Sprint("account", n))
	h.account(id, ledger.RoleClerk)
	actor := h.signedIn(id)
	token, err := h.signIn(id, oldPassword)
	tokens := []string{token}
	return forced.Row{Plays: map[string]func() error{
		"disable": func() error { return h.Access.DisableUser(h.ctx(), id) },
		"enable":  func() error { return h.Access.Reinstate(h.ctx(), access.Actor{Kind: access.Maintenance}, id) },
		"passwd":  func() error { return h.Access.SetPassword(h.ctx(), id, newPassword) },
		"own":     func() error { return h.Access.ChangeOwnPassword(h.ctx(), actor, oldPassword, ownPassword) },
		"out":     func() error { return h.Access.SignOutEverywhere(h.ctx(), id) },
		"sign in": func() error {
			token, err := h.signIn(id, oldPassword)
			tokens[0] = token
			return err
		},
	}, State: func() string {
		u := h.stored(id)
		return fmt.Sprint(u.Disabled, fitting(u.Password), h.isIn(tokens[0]), err)
	}}
}

const ownPassword = "fünf eigene lange neue Wörter"

// fitting says which password a hash is of.
func fitting(hashed string) string {
	for _, password := range []string{oldPassword, newPassword, ownPassword} {
		if ok, err := argon2id.ComparePasswordAndHash(password, hashed); err == nil && ok {
			return password
		}
	}
	return "none"
}

// aLinkedAccount has its rights from groups elsewhere.
func (h *townHall) aLinkedAccount(n int) forced.Row {
	p := access.Proven{Subject: fmt.Sprint("https://id.example ", n), Name: fmt.Sprint("linked", n), Groups: []string{"/Leitung"}}
	var tokens [2]string
	proven := func(token *string, group string) func() error {
		return func() (err error) {
			p := p
			p.Groups, p.Once = []string{group}, fmt.Sprint(n, " ", group)
			*token, _, err = h.Access.SignInProven(h.ctx(), grants, p)
			return err
		}
	}
	lena, err := h.proven(fmt.Sprint(n), p)
	id := lena.User.ID
	return forced.Row{Plays: map[string]func() error{
		"clerk":   proven(&tokens[0], "/Bürgerbüro"),
		"admin":   proven(&tokens[1], "/IT"),
		"nothing": proven(new(string), "/Gesangsverein"),
		"disable": func() error { return h.Access.DisableUser(h.ctx(), id) },
		"enable":  func() error { return h.Access.Reinstate(h.ctx(), access.Actor{Kind: access.Maintenance}, id) },
		"out":     func() error { return h.Access.SignOutEverywhere(h.ctx(), id) },
	}, State: func() string {
		u := h.stored(id)
		return fmt.Sprint(u.Role, u.Branches, u.Disabled, h.isIn(tokens[0]), h.isIn(tokens[1]), err)
	}}
}

// TestTwoUseCasesOnOneRowEndAsOneAfterTheOther: of who may come in.
func TestTwoUseCasesOnOneRowEndAsOneAfterTheOther(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		s.EndInSeries(t, map[string]func(int) forced.Row{"device": h.aDevice, "account": h.anAccount, "linked": h.aLinkedAccount})
	})
}
