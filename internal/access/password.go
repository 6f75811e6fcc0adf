package access

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Rules for passwords.
const (
	minPassword = 10  // characters
	maxPassword = 200 // bytes
)

// PasswordCosts is what hashing a password costs. Hashes that were made with
// other costs stay good, and are made anew when their owner signs in.
type PasswordCosts struct {
	Memory     uint32 // KiB
	Iterations uint32
}

// usualCosts is what OWASP asks of argon2id, and more.
var usualCosts = PasswordCosts{Memory: 64 * 1024, Iterations: 2}

func (p PasswordCosts) params() argon2id.Params {
	return argon2id.Params{Memory: p.Memory, Iterations: p.Iterations, Parallelism: 2, SaltLength: 16, KeyLength: 32}
}

// normalPassword is a password as it is hashed: keyboards and systems write the
// same letter in one piece or in two.
func normalPassword(typed string) string { return norm.NFC.String(typed) }

// checkNew returns a new password of an account as it is hashed. What it is made
// of doesn't matter, only that nobody guesses it. Errors: Invalid.
func (a *Control) checkNew(id town.UserID, password string) (string, error) {
	return checkPassword(password, a.namesAround(id))
}

func checkPassword(password string, around []string) (string, error) {
	password = normalPassword(password)
	if utf8.RuneCountInString(password) < minPassword {
		return "", problem.Field("password", "password.too_short").With("min", minPassword)
	}
	if len(password) > maxPassword {
		return "", problem.Field("password", "password.too_long").With("max", maxPassword)
	}
	if guessable(password, around) {
		return "", problem.Field("password", "password.guessable")
	}
	return password, nil
}

// hashNew hashes a new password in its turn. Errors: as of checkNew; errBusy.
func (a *Control) hashNew(ctx context.Context, who share, id town.UserID, password string) (hashed string, err error) {
	normal, err := a.checkNew(id, password)
	if err != nil {
		return "", err
	}
	err = a.line.run(ctx, who, func() (err error) {
		hashed, err = a.hashNormal(normal)
		return err
	})
	return hashed, err
}

// hashNormal hashes a password. Whoever calls it, or what calls it below, is in
// their turn.
func (a *Control) hashNormal(normal string) (string, error) {
	costs := a.costs.params()
	hashed, err := argon2id.CreateHash(normal, &costs)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hashed, nil
}

// verified is what a password fits.
type verified struct {
	user    town.UserID
	hashed  string // as it stood when the password was compared
	renewed string // what to keep instead; empty: nothing
}

// stands reports whether what was verified is still so.
func (v verified) stands(u ledger.User) bool {
	return u.ID == v.user && u.Password == v.hashed && !u.Disabled
}

// unknownUser is a hash that no password fits, so that an unknown name takes as
// long as a wrong password.
func (a *Control) unknownUser() string {
	encode, costs := base64.RawStdEncoding.EncodeToString, a.costs.params()
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, costs.Memory, costs.Iterations,
		costs.Parallelism, encode(make([]byte, costs.SaltLength)), encode(make([]byte, costs.KeyLength)))
}

// authenticate finds out whether a password is a user's now. Whoever acts on it
// asks again in its own transaction whether it stands. Errors: errPassword.
func (a *Control) authenticate(ctx context.Context, id town.UserID, password string) (verified, error) {
	v := verified{hashed: a.unknownUser()}
	var found ledger.User
	err := a.view(ctx, func(t *turn) (err error) {
		found, err = t.People().ByID(ctx, id)
		return err
	})
	switch {
	case err == nil && found.Password != "":
		v = verified{user: found.ID, hashed: found.Password}
	case err != nil && !errors.Is(err, ledger.ErrNotFound):
		return verified{}, fmt.Errorf("read user: %w", err)
	}
	fits, err := compare(v.hashed, password)
	if err != nil {
		return verified{}, err
	}
	if fits == "" || v.user == "" || found.Disabled {
		return verified{}, errPassword
	}
	return a.renew(v, fits, normalPassword(password))
}

// compare returns the spelling of a password that fits a hash: as it is hashed
// today, or as it was typed, which is how it was hashed once; empty: none does.
func compare(hashed, typed string) (string, error) {
	normal := normalPassword(typed)
	if max(len(typed), len(normal)) > maxPassword {
		return "", nil
	}
	spellings := []string{normal}
	if typed != normal {
		spellings = append(spellings, typed)
	}
	for _, spelling := range spellings {
		ok, err := argon2id.ComparePasswordAndHash(spelling, hashed)
		if err != nil {
			return "", fmt.Errorf("compare password: %w", err)
		}
		if ok {
			return spelling, nil
		}
	}
	return "", nil
}

// renew hashes a password anew whose hash isn't what hashNormal would make.
func (a *Control) renew(v verified, fits, normal string) (verified, error) {
	costs, _, _, err := argon2id.DecodeHash(v.hashed)
	if err != nil {
		return verified{}, fmt.Errorf("read password: %w", err)
	}
	if *costs == a.costs.params() && fits == normal {
		return v, nil
	}
	v.renewed, err = a.hashNormal(normal)
	return v, err
}
