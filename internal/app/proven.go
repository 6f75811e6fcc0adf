package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Errors of those who sign in elsewhere.
var (
	errNoRole   = problem.New(problem.Forbidden, "session.no_role")
	errDisabled = problem.New(problem.Forbidden, "session.disabled")
	errUsed     = problem.New(problem.Unauthenticated, "session.used")
	errLinked   = problem.New(problem.Conflict, "user.linked")
)

// Proven is who somebody is by the word of the town's sign-in service.
type Proven struct {
	Subject string   // "issuer subject": never changes, never given to another
	Name    string   // a wish for the account's name; it proves nothing
	Groups  []string // what grants look at
	Once    string   // names this sign-in, which counts one time
}

// provenOnce is where used sign-ins are kept, which go after a day.
const provenOnce = "sign-in"

// SignInProven opens a session of whoever the sign-in service has named. The
// account is found by the subject alone; a new one begins with the first
// sign-in. Role and branches follow the grants at each sign-in.
//
// Errors: Unauthenticated "session.used"; Forbidden "session.no_role", which
// ends the account's sessions, and "session.disabled".
func (a *App) SignInProven(ctx context.Context, grants Grants, p Proven) (string, ledger.Session, error) {
	token, err := a.drawToken()
	if err != nil {
		return "", ledger.Session{}, err
	}
	var s ledger.Session
	for range 2 { // the same person may sign in twice at once for the first time
		var refused error
		err = a.update(ctx, nil, func(c *change) (err error) {
			if refused, err = a.admitProven(ctx, c, grants, p, &s); err != nil || refused != nil {
				return err
			}
			s.Hash, s.Created, s.Expires = hash(token), c.at.trusted, c.at.trusted.Add(SessionTime)
			return c.People().InsertSession(ctx, s)
		})
		if !errors.Is(err, ledger.ErrTaken) {
			return token, a.shownSession(s), errors.Join(err, refused)
		}
	}
	return "", ledger.Session{}, fmt.Errorf("link account: %w", err)
}

// admitProven sets whose session it is. A refusal is kept, an error is not.
func (a *App) admitProven(ctx context.Context, c *change, grants Grants, p Proven, s *ledger.Session) (refused, err error) {
	used := ledger.Request{Scope: provenOnce, Key: hash(p.Once), Digest: hash(p.Subject), At: c.at.trusted}
	if err := c.Requests().Put(ctx, used); err != nil {
		return errOr(errors.Is(err, ledger.ErrTaken), errUsed, err)
	}
	u, err := c.People().BySubject(ctx, p.Subject)
	known := err == nil
	if known {
		u, err = c.People().Hold(ctx, u.ID)
	}
	if err != nil && (known || !errors.Is(err, ledger.ErrNotFound)) {
		return nil, fmt.Errorf("hold user: %w", err)
	}
	role, branches, granted := grants.Of(p.Groups)
	switch {
	case !granted && known:
		return errNoRole, a.loseRole(ctx, c, u)
	case !granted:
		return errNoRole, nil
	case u.Disabled:
		return errDisabled, nil
	case !known:
		u, err = a.link(ctx, c, ledger.User{Role: role, Branches: branches, Subject: p.Subject, Created: c.now, Changed: c.now}, p.Name)
	case u.Role != role || !slices.Equal(u.Branches, branches):
		u.Role, u.Branches = role, branches
		err = errors.Join(c.People().SetRights(ctx, u.ID, role, branches, c.now), a.auditSelf(ctx, c, u, "user_role_changed"), a.touchAccess(ctx, c))
	}
	s.User = u.ID
	return nil, err
}

func errOr(expected bool, refusal, err error) (error, error) {
	if expected {
		return refusal, nil
	}
	return nil, err
}

// loseRole ends the sessions of somebody whom no grant lets in any more.
func (a *App) loseRole(ctx context.Context, c *change, u ledger.User) error {
	return errors.Join(c.People().DeleteSessionsOf(ctx, u.ID), a.auditSelf(ctx, c, u, "user_role_lost"), a.touchAccess(ctx, c))
}

func (a *App) auditSelf(ctx context.Context, c *change, u ledger.User, action string) error {
	return a.auditAdmin(ctx, c, Actor{Kind: Staff, User: u}, action, string(u.Role))
}

// maxNamesakes bounds how many accounts want the same name.
const maxNamesakes = 99

// link creates the account of a person who signs in for the first time, under
// a name that no other account has.
func (a *App) link(ctx context.Context, c *change, u ledger.User, wish string) (ledger.User, error) {
	base := accountName(wish)
	for n := 1; n <= maxNamesakes; n++ {
		u.ID = town.UserID(base)
		if n > 1 {
			u.ID = town.UserID(fmt.Sprintf("%s-%d", base, n))
		}
		_, err := c.People().ByID(ctx, u.ID)
		if err == nil {
			continue
		}
		if !errors.Is(err, ledger.ErrNotFound) {
			return ledger.User{}, err
		}
		return u, errors.Join(c.People().Insert(ctx, u), a.auditSelf(ctx, c, u, "user_linked"))
	}
	return ledger.User{}, fmt.Errorf("name account: %w", ledger.ErrTaken)
}

// maxAccountName leaves room for the number of a namesake.
const maxAccountName = 60

// accountName makes a name for an account of what the sign-in service calls a
// person. Where that is a mail address (Entra ID), its domain stays away: the
// name stands in the audit trail.
func accountName(wish string) string {
	wish, _, _ = strings.Cut(wish, "@")
	wish = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(strings.ToLower(wish))
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, wish)
	name = strings.Trim(name[:min(len(name), maxAccountName)], "._-")
	if !userName.MatchString(name) {
		return "konto"
	}
	return name
}
