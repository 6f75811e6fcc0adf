package app_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"pgregory.net/rapid"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// subject is a row that use cases change, and what one can see of it.
type subject struct {
	plays map[string]func() error
	state func() string
}

// run plays a use case and says how it ended. Which of several reasons somebody
// is refused for depends on what is looked at first, and doesn't count.
func (s subject) run(name string) string {
	err := s.plays[name]()
	if err == nil {
		return name + ": done"
	}
	if problem.Of(err).Kind == problem.Internal {
		return name + ": " + err.Error()
	}
	return name + ": refused"
}

// ended is what two use cases came to.
func (s subject) ended(outcomes ...string) string {
	return strings.Join(append(outcomes, s.state()), "; ")
}

// aDevice is revoked, and says how it is, in two ways.
func (h *hall) aDevice(n int) subject {
	name := fmt.Sprint("device ", n)
	d, token := h.screen(name)
	tells := h.tells(d)
	return subject{map[string]func() error{
		"status":       tells["status"],
		"other status": func() error { return h.DeviceSeen(h.ctx(), d.ID, "blocked", "") },
		"shown":        tells["shown"],
		"revoke":       func() error { return h.RevokeDevice(h.ctx(), name) },
	}, func() string {
		var stored ledger.Device
		err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
			stored, err = tx.Devices().ByID(h.ctx(), d.ID)
			return err
		})
		return fmt.Sprint(stored.Revoked, stored.Sound, stored.Program, stored.Seen, stored.Shown, h.isIn(token), err)
	}}
}

// anAccount is disabled, let in again, given passwords and signed in and out.
func (h *hall) anAccount(n int) subject {
	id := town.UserID(fmt.Sprint("account", n))
	h.account(id, ledger.RoleClerk)
	actor := h.signedIn(id)
	token, err := h.signIn(id, oldPassword)
	tokens := []string{token}
	return subject{map[string]func() error{
		"disable": func() error { return h.DisableUser(h.ctx(), id) },
		"enable":  func() error { return h.Reinstate(h.ctx(), app.Actor{Kind: app.Maintenance}, id) },
		"passwd":  func() error { return h.SetPassword(h.ctx(), id, newPassword) },
		"own":     func() error { return h.ChangeOwnPassword(h.ctx(), actor, oldPassword, ownPassword) },
		"out":     func() error { return h.SignOutEverywhere(h.ctx(), id) },
		"sign in": func() error {
			token, err := h.signIn(id, oldPassword)
			tokens[0] = token
			return err
		},
	}, func() string {
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
func (h *hall) aLinkedAccount(n int) subject {
	p := app.Proven{Subject: fmt.Sprint("https://id.example ", n), Name: fmt.Sprint("linked", n), Groups: []string{"/Leitung"}}
	var tokens [2]string
	proven := func(token *string, group string) func() error {
		return func() (err error) {
			p := p
			p.Groups, p.Once = []string{group}, fmt.Sprint(n, " ", group)
			*token, _, err = h.SignInProven(h.ctx(), grants, p)
			return err
		}
	}
	lena, err := h.proven(fmt.Sprint(n), p)
	id := lena.User.ID
	return subject{map[string]func() error{
		"clerk":   proven(&tokens[0], "/Bürgerbüro"),
		"admin":   proven(&tokens[1], "/IT"),
		"nothing": proven(new(string), "/Gesangsverein"),
		"disable": func() error { return h.DisableUser(h.ctx(), id) },
		"enable":  func() error { return h.Reinstate(h.ctx(), app.Actor{Kind: app.Maintenance}, id) },
		"out":     func() error { return h.SignOutEverywhere(h.ctx(), id) },
	}, func() string {
		u := h.stored(id)
		return fmt.Sprint(u.Role, u.Branches, u.Disabled, h.isIn(tokens[0]), h.isIn(tokens[1]), err)
	}}
}

// How long the property below is looked for on each engine, and how long the
// second use case may take before it is said to stand behind the first. Too
// short a time sees less, and never fails.
const (
	lookFor = 3 * time.Second
	settle  = 20 * time.Millisecond
)

// TestTwoUseCasesOnOneRowEndAsOneAfterTheOther holds one use case at a random
// step while another runs, and compares what both came to with what they come
// to one after the other.
func TestTwoUseCasesOnOneRowEndAsOneAfterTheOther(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *hall, s *forced.Store) {
		made := 0
		kinds := map[string]func(int) subject{"device": h.aDevice, "account": h.anAccount, "linked": h.aLinkedAccount}
		fresh := func(kind string) subject { made++; return kinds[kind](made) }
		known := map[[3]string]string{}
		inSeries := func(kind, first, second string) string {
			if _, ok := known[[3]string{kind, first, second}]; !ok {
				row := fresh(kind)
				one := row.run(first)
				known[[3]string{kind, first, second}] = row.ended(one, row.run(second))
			}
			return known[[3]string{kind, first, second}]
		}
		until := time.Now().Add(lookFor)
		rapid.Check(t, func(r *rapid.T) {
			if time.Now().After(until) {
				return
			}
			kind := rapid.SampledFrom([]string{"device", "account", "linked"}).Draw(r, "kind")
			row := fresh(kind)
			names := slices.Sorted(maps.Keys(row.plays))
			first := rapid.SampledFrom(names).Draw(r, "first")
			second := rapid.SampledFrom(names).Filter(func(name string) bool { return name != first }).Draw(r, "second")
			step := rapid.IntRange(1, 12).Draw(r, "step")
			one, two := interleaved(s, step, func() string { return row.run(first) }, func() string { return row.run(second) })
			got := row.ended(one, two)
			forth, back := inSeries(kind, first, second), swapped(inSeries(kind, second, first))
			if got != forth && got != back {
				r.Fatalf("got   %s\nwant  %s\nor    %s", got, forth, back)
			}
		})
	})
}

// swapped puts the outcome of the first of two use cases behind the second's.
func swapped(ended string) string {
	parts := strings.SplitN(ended, "; ", 3)
	parts[0], parts[1] = parts[1], parts[0]
	return strings.Join(parts, "; ")
}

// interleaved holds the first use case at a step of it while the second runs.
func interleaved(s *forced.Store, step int, first, second func() string) (string, string) {
	gate, one, two := s.HoldNth(forced.Any, step), make(chan string, 1), make(chan string, 1)
	go func() { one <- first() }()
	select {
	case <-gate.Reached():
	case ended := <-one: // it has fewer steps
		gate.Release()
		return ended, second()
	}
	go func() { two <- second() }()
	settled := time.NewTimer(settle)
	defer settled.Stop()
	select {
	case ended := <-two:
		gate.Release()
		return <-one, ended
	case <-settled.C:
		gate.Release()
	}
	return <-one, <-two
}
