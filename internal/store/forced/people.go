package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type peopleRows struct {
	rows  ledger.People
	watch *watch
}

func (r peopleRows) Insert(ctx context.Context, u ledger.User) error {
	return ran(ctx, r.watch, "People.Insert", func() error { return r.rows.Insert(ctx, u) })
}

func (r peopleRows) Hold(ctx context.Context, id town.UserID) (ledger.User, error) {
	return got(ctx, r.watch, "People.Hold", func() (ledger.User, error) { return r.rows.Hold(ctx, id) })
}

func (r peopleRows) SetPassword(ctx context.Context, id town.UserID, password string, at time.Time) error {
	return ran(ctx, r.watch, "People.SetPassword", func() error { return r.rows.SetPassword(ctx, id, password, at) })
}

func (r peopleRows) SetRights(ctx context.Context, id town.UserID, role ledger.Role, branches []town.BranchID, at time.Time) error {
	return ran(ctx, r.watch, "People.SetRights", func() error { return r.rows.SetRights(ctx, id, role, branches, at) })
}

func (r peopleRows) SetShown(ctx context.Context, id town.UserID, shown string, at time.Time) error {
	return ran(ctx, r.watch, "People.SetShown", func() error { return r.rows.SetShown(ctx, id, shown, at) })
}

func (r peopleRows) SetOffices(ctx context.Context, id town.UserID, offices []town.OfficeID, at time.Time) error {
	return ran(ctx, r.watch, "People.SetOffices", func() error { return r.rows.SetOffices(ctx, id, offices, at) })
}

func (r peopleRows) Disable(ctx context.Context, id town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "People.Disable", func() error { return r.rows.Disable(ctx, id, at) })
}

func (r peopleRows) Enable(ctx context.Context, id town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "People.Enable", func() error { return r.rows.Enable(ctx, id, at) })
}

func (r peopleRows) ByID(ctx context.Context, id town.UserID) (ledger.User, error) {
	return got(ctx, r.watch, "People.ByID", func() (ledger.User, error) { return r.rows.ByID(ctx, id) })
}

func (r peopleRows) BySubject(ctx context.Context, subject string) (ledger.User, error) {
	return got(ctx, r.watch, "People.BySubject", func() (ledger.User, error) { return r.rows.BySubject(ctx, subject) })
}

func (r peopleRows) All(ctx context.Context) ([]ledger.User, error) {
	return got(ctx, r.watch, "People.All", func() ([]ledger.User, error) { return r.rows.All(ctx) })
}

func (r peopleRows) InsertSession(ctx context.Context, s ledger.Session) error {
	return ran(ctx, r.watch, "People.InsertSession", func() error { return r.rows.InsertSession(ctx, s) })
}

func (r peopleRows) SessionUser(ctx context.Context, hash []byte) (ledger.Session, ledger.User, error) {
	return gotBoth(ctx, r.watch, "People.SessionUser", func() (ledger.Session, ledger.User, error) { return r.rows.SessionUser(ctx, hash) })
}

func (r peopleRows) DeleteSession(ctx context.Context, hash []byte) error {
	return ran(ctx, r.watch, "People.DeleteSession", func() error { return r.rows.DeleteSession(ctx, hash) })
}

func (r peopleRows) DeleteSessionsOf(ctx context.Context, user town.UserID) error {
	return ran(ctx, r.watch, "People.DeleteSessionsOf", func() error { return r.rows.DeleteSessionsOf(ctx, user) })
}

func (r peopleRows) DeleteSessions(ctx context.Context) error {
	return ran(ctx, r.watch, "People.DeleteSessions", func() error { return r.rows.DeleteSessions(ctx) })
}

func (r peopleRows) Acted(ctx context.Context, hash []byte, at time.Time) error {
	return ran(ctx, r.watch, "People.Acted", func() error { return r.rows.Acted(ctx, hash, at) })
}

func (r peopleRows) MoveSessions(ctx context.Context, from, to time.Time, by time.Duration) error {
	return ran(ctx, r.watch, "People.MoveSessions", func() error { return r.rows.MoveSessions(ctx, from, to, by) })
}

func (r peopleRows) SweepSessions(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "People.SweepSessions", func() (int, error) { return r.rows.SweepSessions(ctx, before) })
}

func (r peopleRows) KnowBrowser(ctx context.Context, hash []byte, user town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "People.KnowBrowser", func() error { return r.rows.KnowBrowser(ctx, hash, user, at) })
}

func (r peopleRows) KnowsBrowser(ctx context.Context, hash []byte, user town.UserID, since time.Time) (bool, error) {
	return got(ctx, r.watch, "People.KnowsBrowser", func() (bool, error) { return r.rows.KnowsBrowser(ctx, hash, user, since) })
}

func (r peopleRows) SweepBrowsers(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "People.SweepBrowsers", func() (int, error) { return r.rows.SweepBrowsers(ctx, before) })
}
