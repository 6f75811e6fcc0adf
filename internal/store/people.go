package store

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type peopleRows struct{ *strict }

const userColumns = `users.id, users.role, users.branches, users.offices, users.password, users.subject,
	users.disabled, users.created_at, users.changed_at, users.shown`

func userFields(u *ledger.User) []any {
	return []any{&u.ID, &u.Role, items[town.BranchID]{&u.Branches}, items[town.OfficeID]{&u.Offices}, &u.Password,
		maybe[string]{&u.Subject}, &u.Disabled, into{&u.Created}, into{&u.Changed}, &u.Shown}
}

func readUser(scan scan) (ledger.User, error) {
	var u ledger.User
	err := scan(userFields(&u)...)
	return u, err
}

// Insert implements ledger.People.
func (rows peopleRows) Insert(ctx context.Context, u ledger.User) error {
	return insert(ctx, rows, `
		insert into users (id, role, branches, offices, password, subject, disabled, created_at, changed_at, shown, folded)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, lower($1))
		on conflict do nothing`,
		u.ID, u.Role, list[town.BranchID](u.Branches), list[town.OfficeID](u.Offices), u.Password,
		optional(u.Subject), u.Disabled, instant(u.Created), instant(u.Changed), u.Shown)
}

// Hold implements ledger.People. Both engines take an update that changes
// nothing for one that does: it waits for whoever holds the row, and returns
// what they left.
func (rows peopleRows) Hold(ctx context.Context, id town.UserID) (ledger.User, error) {
	return one(ctx, rows, readUser, `
		update users set changed_at = changed_at where id = $1 returning `+userColumns, id)
}

// SetPassword implements ledger.People.
func (rows peopleRows) SetPassword(ctx context.Context, id town.UserID, password string, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update users set password = $2, changed_at = $3 where id = $1`, id, password, instant(at))
}

// SetRights implements ledger.People.
func (rows peopleRows) SetRights(ctx context.Context, id town.UserID, role ledger.Role, branches []town.BranchID, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update users set role = $2, branches = $3, changed_at = $4 where id = $1`,
		id, role, list[town.BranchID](branches), instant(at))
}

// SetOffices implements ledger.People.
func (rows peopleRows) SetOffices(ctx context.Context, id town.UserID, offices []town.OfficeID, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update users set offices = $2, changed_at = $3 where id = $1`, id, list[town.OfficeID](offices), instant(at))
}

// SetShown implements ledger.People.
func (rows peopleRows) SetShown(ctx context.Context, id town.UserID, shown string, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update users set shown = $2, changed_at = $3 where id = $1`, id, shown, instant(at))
}

// Disable implements ledger.People.
func (rows peopleRows) Disable(ctx context.Context, id town.UserID, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update users set disabled = true, changed_at = $2 where id = $1`, id, instant(at))
}

// Enable implements ledger.People.
func (rows peopleRows) Enable(ctx context.Context, id town.UserID, at time.Time) error {
	return changed(ctx, rows, ledger.ErrNotFound, `
		update users set disabled = false, changed_at = $2 where id = $1`, id, instant(at))
}

// ByID implements ledger.People.
func (rows peopleRows) ByID(ctx context.Context, id town.UserID) (ledger.User, error) {
	return one(ctx, rows, readUser, `select `+userColumns+` from users where id = $1`, id)
}

// BySubject implements ledger.People.
func (rows peopleRows) BySubject(ctx context.Context, subject string) (ledger.User, error) {
	return one(ctx, rows, readUser, `select `+userColumns+` from users where subject = $1`, subject)
}

// All implements ledger.People.
func (rows peopleRows) All(ctx context.Context) ([]ledger.User, error) {
	return all(ctx, rows, readUser, `select `+userColumns+` from users order by id`)
}

// InsertSession implements ledger.People.
func (rows peopleRows) InsertSession(ctx context.Context, s ledger.Session) error {
	return insert(ctx, rows, `
		insert into sessions (hash, username, created_at, expires_at, acted_at) values ($1, $2, $3, $4, $5)
		on conflict do nothing`, s.Hash, s.User, instant(s.Created), instant(s.Expires), instant(s.Acted))
}

type sessionUser struct {
	session ledger.Session
	user    ledger.User
}

// SessionUser implements ledger.People.
func (rows peopleRows) SessionUser(ctx context.Context, hash []byte) (ledger.Session, ledger.User, error) {
	found, err := one(ctx, rows, func(scan scan) (sessionUser, error) {
		var row sessionUser
		s := &row.session
		err := scan(append([]any{&s.Hash, &s.User, into{&s.Created}, into{&s.Expires}, into{&s.Acted}}, userFields(&row.user)...)...)
		return row, err
	}, `select sessions.hash, sessions.username, sessions.created_at, sessions.expires_at, sessions.acted_at, `+userColumns+`
		from sessions join users on users.id = sessions.username
		where sessions.hash = $1`, hash)
	return found.session, found.user, err
}

// DeleteSession implements ledger.People.
func (rows peopleRows) DeleteSession(ctx context.Context, hash []byte) error {
	return changed(ctx, rows, ledger.ErrNotFound, `delete from sessions where hash = $1`, hash)
}

// DeleteSessionsOf implements ledger.People.
func (rows peopleRows) DeleteSessionsOf(ctx context.Context, user town.UserID) error {
	return exec(ctx, rows, `delete from sessions where username = $1`, user)
}

// DeleteSessions implements ledger.People.
func (rows peopleRows) DeleteSessions(ctx context.Context) error {
	return exec(ctx, rows, `delete from sessions`)
}

// Acted implements ledger.People.
func (rows peopleRows) Acted(ctx context.Context, hash []byte, at time.Time) error {
	return exec(ctx, rows, `update sessions set acted_at = $2 where hash = $1 and acted_at < $2`, hash, instant(at))
}

// MoveSessions implements ledger.People.
func (rows peopleRows) MoveSessions(ctx context.Context, from, to time.Time, by time.Duration) error {
	return exec(ctx, rows, `
		update sessions set created_at = created_at + $3, expires_at = expires_at + $3, acted_at = acted_at + $3
		where created_at between $1 and $2`, instant(from), instant(to), by.Microseconds())
}

// SweepSessions implements ledger.People.
func (rows peopleRows) SweepSessions(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from sessions where expires_at < $1`, instant(before))
}

// KnowBrowser implements ledger.People.
func (rows peopleRows) KnowBrowser(ctx context.Context, hash []byte, user town.UserID, at time.Time) error {
	return exec(ctx, rows, `
		insert into browsers (hash, username, seen_at) values ($1, $2, $3)
		on conflict (hash, username) do update set seen_at = excluded.seen_at`, hash, user, instant(at))
}

// KnowsBrowser implements ledger.People.
func (rows peopleRows) KnowsBrowser(ctx context.Context, hash []byte, user town.UserID, since time.Time) (bool, error) {
	n, err := one(ctx, rows, value[int], `
		select count(*) from browsers where hash = $1 and (username = $2 or $2 = '') and seen_at >= $3`,
		hash, user, instant(since))
	return n > 0, err
}

// SweepBrowsers implements ledger.People.
func (rows peopleRows) SweepBrowsers(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from browsers where seen_at < $1`, instant(before))
}
