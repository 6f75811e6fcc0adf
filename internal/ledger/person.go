package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// Role says what a member of staff may do.
type Role string

// The roles, each with the rights of those before it, but for calling and
// reception, which are apart only in the pages that they open.
const (
	RoleClerk     Role = "clerk"
	RoleReception Role = "reception"
	RoleManager   Role = "manager"
	RoleAdmin     Role = "admin"
)

// User is a member of staff.
type User struct {
	ID       town.UserID
	Role     Role
	Branches []town.BranchID // empty: all
	Offices  []town.OfficeID // empty: all
	Password string          // argon2id in PHC form; empty: none (signs in elsewhere)
	Shown    string          // what colleagues read instead of the name; empty: nothing else
	Subject  string          // OpenID Connect "issuer subject"; empty: none
	Disabled bool
	Created  time.Time
	Changed  time.Time
}

// Session is a signed-in user.
type Session struct {
	Hash    []byte // SHA-256 of the token
	User    town.UserID
	Created time.Time // all by trusted time
	Expires time.Time
	Acted   time.Time // when the person did something last; exact to some seconds, and only where idle sessions lock
}

// People keeps staff and their sessions.
type People interface {
	// Insert stores a new user; ErrTaken if the name is used, be it in another
	// case, or the subject.
	Insert(ctx context.Context, u User) error
	// Hold returns a user as they are now, and keeps others from holding or
	// changing them until the transaction ends: whoever decides by what a user
	// is holds them first, several in ascending order. ErrNotFound if there is
	// none.
	Hold(ctx context.Context, id town.UserID) (User, error)
	// SetPassword, SetRights, SetOffices, SetShown, Disable and Enable change what they
	// name and nothing else. ErrNotFound if there is no such user.
	SetPassword(ctx context.Context, id town.UserID, password string, at time.Time) error
	SetRights(ctx context.Context, id town.UserID, role Role, branches []town.BranchID, at time.Time) error
	SetOffices(ctx context.Context, id town.UserID, offices []town.OfficeID, at time.Time) error
	SetShown(ctx context.Context, id town.UserID, shown string, at time.Time) error
	Disable(ctx context.Context, id town.UserID, at time.Time) error
	Enable(ctx context.Context, id town.UserID, at time.Time) error
	ByID(ctx context.Context, id town.UserID) (User, error)
	BySubject(ctx context.Context, subject string) (User, error)
	All(ctx context.Context) ([]User, error)

	InsertSession(ctx context.Context, s Session) error
	// SessionUser returns a session with its user, expired, disabled or not.
	SessionUser(ctx context.Context, hash []byte) (Session, User, error)
	// DeleteSession removes a session; ErrNotFound if there is none.
	DeleteSession(ctx context.Context, hash []byte) error
	DeleteSessionsOf(ctx context.Context, user town.UserID) error
	// DeleteSessions removes all of them.
	DeleteSessions(ctx context.Context) error
	// Acted notes that a session's person did something; an earlier instant than
	// the one on record, or a session that is none, changes nothing.
	Acted(ctx context.Context, hash []byte, at time.Time) error
	// MoveSessions shifts beginning, end and last act of the sessions that began
	// from one instant to another, both included.
	MoveSessions(ctx context.Context, from, to time.Time, by time.Duration) error
	// SweepSessions removes sessions that expired before a time.
	SweepSessions(ctx context.Context, before time.Time) (int, error)

	// KnowBrowser notes that a user has signed in with a browser, which is named
	// by the hash of its mark.
	KnowBrowser(ctx context.Context, hash []byte, user town.UserID, at time.Time) error
	// KnowsBrowser reports whether a user, or with an empty name anybody, has
	// signed in with a browser since an instant.
	KnowsBrowser(ctx context.Context, hash []byte, user town.UserID, since time.Time) (bool, error)
	// SweepBrowsers removes those that nobody has signed in with since an instant.
	SweepBrowsers(ctx context.Context, before time.Time) (int, error)
}
