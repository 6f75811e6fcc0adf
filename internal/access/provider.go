package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
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
	From    From
}

// Where sign-ins are kept that were used, and answers that were looked at; both
// go after a day.
const (
	provenOnce   = "sign-in"
	provenAnswer = "sign-in answer"
)

// MayAskElsewhere counts the answer that a browser brings back from the
// sign-in service, before the service is asked about it: each answer leads to
// one question at most, and five that prove nothing in a row slow down the
// address, or the browser that is known. once names the sign-in. Errors:
// Unauthenticated "session.used"; TooMany.
func (a *Control) MayAskElsewhere(ctx context.Context, once string, from From) error {
	return a.update(ctx, func(t *turn) error {
		tried, err := t.elsewhereCounters(ctx, from)
		if err != nil {
			return err
		}
		if err := t.try(ctx, tried); err != nil {
			return err
		}
		used := ledger.Request{Scope: provenAnswer, Key: secrets.Hash(once), Digest: secrets.Hash(once), At: t.at.Trusted}
		if err := t.Requests().Put(ctx, used); errors.Is(err, ledger.ErrTaken) {
			return errUsed
		} else if err != nil {
			return fmt.Errorf("note answer: %w", err)
		}
		return nil
	})
}

func (t *turn) elsewhereCounters(ctx context.Context, from From) (counters, error) {
	known, err := t.knows(ctx, from, "")
	if err != nil {
		return nil, err
	}
	if known {
		return sorted(t.counter(freeTries, "elsewhere, known browser", from.Browser)), nil
	}
	return sorted(t.counter(freeTries, "elsewhere", from.Origin)), nil
}

// SignInProven opens a session of whoever the sign-in service has named. The
// account is found by the subject alone; a new one begins with the first
// sign-in. Role and branches follow the grants at each sign-in.
//
// Errors: Unauthenticated "session.used"; Forbidden "session.no_role", which
// ends the account's sessions, and "session.disabled".
func (a *Control) SignInProven(ctx context.Context, grants Grants, p Proven) (string, ledger.Session, error) {
	token, err := a.secrets.Token()
	if err != nil {
		return "", ledger.Session{}, err
	}
	var s ledger.Session
	for range 2 { // the same person may sign in twice at once for the first time
		var refused error
		err = a.update(ctx, func(t *turn) (err error) {
			if refused, err = t.admitProven(ctx, grants, p, &s); err != nil || refused != nil {
				return err
			}
			s = t.session(token, s.User)
			tried, err := t.elsewhereCounters(ctx, p.From)
			if err != nil {
				return err
			}
			if err := t.right(ctx, tried); err != nil {
				return err
			}
			return t.admit(ctx, s, ByProvider, p.From)
		})
		if !errors.Is(err, ledger.ErrTaken) {
			return token, a.shownSession(s), errors.Join(err, refused)
		}
	}
	return "", ledger.Session{}, fmt.Errorf("link account: %w", err)
}

// admitProven sets whose session it is. A refusal is kept, an error is not.
func (t *turn) admitProven(ctx context.Context, grants Grants, p Proven, s *ledger.Session) (refused, err error) {
	used := ledger.Request{Scope: provenOnce, Key: secrets.Hash(p.Once), Digest: secrets.Hash(p.Subject), At: t.at.Trusted}
	if err := t.Requests().Put(ctx, used); err != nil {
		return errOr(errors.Is(err, ledger.ErrTaken), errUsed, err)
	}
	u, err := t.People().BySubject(ctx, p.Subject)
	known := err == nil
	if known {
		u, err = t.People().Hold(ctx, u.ID)
	}
	if err != nil && (known || !errors.Is(err, ledger.ErrNotFound)) {
		return nil, fmt.Errorf("hold user: %w", err)
	}
	role, branches, granted := grants.Of(p.Groups)
	switch {
	case !granted && known:
		return errNoRole, t.loseRole(ctx, u)
	case !granted:
		return errNoRole, nil
	case u.Disabled:
		return errDisabled, nil
	case !known:
		u, err = t.link(ctx, ledger.User{Role: role, Branches: branches, Subject: p.Subject, Created: t.now, Changed: t.now}, p.Name)
	case u.Role != role || !slices.Equal(u.Branches, branches):
		u.Role, u.Branches = role, branches
		err = errors.Join(t.People().SetRights(ctx, u.ID, role, branches, t.now), t.auditSelf(ctx, u, EventRoleChanged), t.touchAccess(ctx))
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
func (t *turn) loseRole(ctx context.Context, u ledger.User) error {
	return errors.Join(t.People().DeleteSessionsOf(ctx, u.ID), t.auditSelf(ctx, u, EventRoleLost), t.touchAccess(ctx))
}

// auditSelf records what becomes of an account by the word of the provider.
func (t *turn) auditSelf(ctx context.Context, u ledger.User, action string) error {
	self := Actor{Kind: Staff, User: u}
	err := t.Audit().Put(ctx, ledger.AuditEntry{At: t.now, Actor: self.Name(), Action: action, Detail: string(u.Role)})
	return errors.Join(err, t.note(ctx, Event{Name: action, Account: u.ID, Actor: self.Name(), Way: ByProvider, Detail: string(u.Role)}))
}

// maxNamesakes bounds how many accounts want the same name.
const maxNamesakes = 99

// link creates the account of a person who signs in for the first time, under
// a name that no other account has.
func (t *turn) link(ctx context.Context, u ledger.User, wish string) (ledger.User, error) {
	base := accountName(wish)
	for n := 1; n <= maxNamesakes; n++ {
		u.ID = town.UserID(base)
		if n > 1 {
			u.ID = town.UserID(fmt.Sprintf("%s-%d", base, n))
		}
		err := t.People().Insert(ctx, u)
		if errors.Is(err, ledger.ErrTaken) {
			continue
		}
		if err != nil {
			return ledger.User{}, err
		}
		return u, t.auditSelf(ctx, u, EventUserLinked)
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
