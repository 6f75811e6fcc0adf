package app_test

import (
	"errors"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Passwords of these tests.
const (
	oldPassword   = "drei kleine Wörter"
	newPassword   = "vier neue lange Wörter"
	wrongPassword = "ein falsches langes Wort"
)

// account creates a user who signs in with oldPassword.
func (h *townHall) account(id town.UserID, role ledger.Role, branches ...town.BranchID) {
	h.t.Helper()
	if err := h.Access.AddUser(h.ctx(), ledger.User{ID: id, Role: role, Branches: branches}, oldPassword); err != nil {
		h.t.Fatal(err)
	}
}

func (h *townHall) wantNone(errs ...error) {
	h.t.Helper()
	if err := errors.Join(errs...); err != nil {
		h.t.Error(err)
	}
}

func (h *townHall) wantKey(what string, err error, key string) {
	h.t.Helper()
	if !problem.Is(err, key) {
		h.t.Errorf("%s: got %v, want %s", what, err, key)
	}
}
