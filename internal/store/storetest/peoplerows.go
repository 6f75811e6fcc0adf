package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func fullUser() ledger.User {
	return ledger.User{
		ID: "meier", Role: ledger.RoleReception, Branches: []town.BranchID{nerchau, markt}, Offices: []town.OfficeID{"buergerbuero"},
		Password: "$argon2id$", Subject: "https://id.example sub", Disabled: true, Created: at, Changed: at.Add(time.Hour),
	}
}

func userRoundTrip(t *testing.T, s ledger.Store) {
	full := fullUser()
	bare := ledger.User{ID: "adler", Role: ledger.RoleAdmin, Created: at, Changed: at}
	second := ledger.User{ID: "zander", Role: ledger.RoleClerk, Created: at, Changed: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().Insert(ctx, full), tx.People().Insert(ctx, bare), tx.People().Insert(ctx, second))
	})
	byID := func(id town.UserID) func(context.Context, ledger.Tx) (ledger.User, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.User, error) { return tx.People().ByID(ctx, id) }
	}
	bySubject := func(subject string) func(context.Context, ledger.Tx) (ledger.User, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.User, error) {
			return tx.People().BySubject(ctx, subject)
		}
	}
	equal(t, "full", view(t, s, byID("meier")), full)
	equal(t, "bare", view(t, s, byID("adler")), bare)
	equal(t, "by subject", view(t, s, bySubject(full.Subject)), full)
	missing(t, s, "nobody", byID("nobody"))
	missing(t, s, "no subject", bySubject(""))
	refused(t, s, "same name", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().Insert(ctx, bare) })
	namesake := bare
	namesake.ID = "Adler"
	refused(t, s, "same name in another case", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().Insert(ctx, namesake) })
	stolen := bare
	stolen.ID, stolen.Subject = "dieb", full.Subject
	refused(t, s, "same subject", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().Insert(ctx, stolen) })
	equal(t, "all", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.User, error) { return tx.People().All(ctx) }),
		[]ledger.User{bare, full, second})
}

// userColumns changes one thing after the other, of which each leaves the rest
// as it is.
func userColumns(t *testing.T, s ledger.Store) {
	want, other := fullUser(), ledger.User{ID: "adler", Role: ledger.RoleAdmin, Created: at, Changed: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().Insert(ctx, want), tx.People().Insert(ctx, other))
	})
	for i, c := range []struct {
		name   string
		change func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error
		alter  func()
	}{
		{"password", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetPassword(ctx, id, "$new$", at)
		}, func() { want.Password = "$new$" }},
		{"rights", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetRights(ctx, id, ledger.RoleManager, []town.BranchID{markt}, at)
		}, func() { want.Role, want.Branches = ledger.RoleManager, []town.BranchID{markt} }},
		{"rights everywhere", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetRights(ctx, id, ledger.RoleClerk, nil, at)
		}, func() { want.Role, want.Branches = ledger.RoleClerk, nil }},
		{"offices", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetOffices(ctx, id, []town.OfficeID{"pass"}, at)
		}, func() { want.Offices = []town.OfficeID{"pass"} }},
		{"offices everywhere", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetOffices(ctx, id, nil, at)
		}, func() { want.Offices = nil }},
		{"enable", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.Enable(ctx, id, at)
		}, func() { want.Disabled = false }},
		{"disable", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.Disable(ctx, id, at)
		}, func() { want.Disabled = true }},
	} {
		want.Changed = at.Add(time.Duration(i+2) * time.Hour)
		c.alter()
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
			return c.change(ctx, tx.People(), want.ID, want.Changed)
		})
		equal(t, c.name, view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.User, error) { return tx.People().ByID(ctx, want.ID) }), want)
		refused(t, s, c.name+" of nobody", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
			return c.change(ctx, tx.People(), "nobody", at)
		})
	}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		held, err := tx.People().Hold(ctx, want.ID)
		equal(t, "held", held, want)
		return err
	})
	refused(t, s, "hold nobody", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.People().Hold(ctx, "nobody")
		return err
	})
	equal(t, "the other", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.User, error) { return tx.People().ByID(ctx, other.ID) }), other)
}
