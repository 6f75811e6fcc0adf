package access

import (
	"context"
	"errors"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Names of what happens at the doors. They are stable: logs, metrics and blockers
// go by them. Those of what an office does are the audit trail's actions.
const (
	EventSignedIn        = "signed_in"
	EventSignedOut       = "signed_out"
	EventUnlocked        = "unlocked"         // the password was given at a session that was idle
	EventSignInRefused   = "sign_in_refused"  // wrong, unknown, disabled, without a role, …
	EventSignInSlowed    = "sign_in_slowed"   // too many tries; nothing was looked at
	EventSignInBusy      = "sign_in_busy"     // more at once than can be looked at
	EventPasswordRefused = "password_refused" // a wrong old one, of somebody who is signed in
	EventPasswordSlowed  = "password_slowed"
	EventCodeRefused     = "code_refused" // a wrong code of a screen or kiosk
	EventCodeSlowed      = "code_slowed"
	EventRightRefused    = "right_refused"   // somebody who is signed in may not do this
	EventTokenRefused    = "token_refused"   // of no session and no device, or one that has ended
	EventForeignRefused  = "foreign_refused" // a foreign page tried to change something
	EventUserAdded       = "user_added"
	EventUserDisabled    = "user_disabled"
	EventUserEnabled     = "user_enabled"
	EventUserLinked      = "user_linked"       // the first sign-in at the town's provider
	EventRoleChanged     = "user_role_changed" // by the provider's groups
	EventRoleLost        = "user_role_lost"    // likewise
	EventRightsChanged   = "rights_changed"
	EventShownName       = "user_shown_name" // what colleagues call somebody
	EventPasswordChanged = "password_changed"
	EventOutEverywhere   = "signed_out_everywhere"
	EventDeviceAdded     = "device_added"
	EventDevicePaired    = "device_paired"
	EventDeviceRevoked   = "device_revoked"
	EventRush            = "proof_of_work_on" // strangers took so much of a branch that they must work
)

// EventNames are all of them.
var EventNames = []string{
	EventSignedIn, EventSignedOut, EventUnlocked, EventSignInRefused, EventSignInSlowed, EventSignInBusy, EventPasswordRefused, EventPasswordSlowed,
	EventCodeRefused, EventCodeSlowed, EventRightRefused, EventTokenRefused, EventForeignRefused, EventUserAdded, EventUserDisabled,
	EventUserEnabled, EventUserLinked, EventRoleChanged, EventRoleLost, EventRightsChanged, EventShownName, EventPasswordChanged, EventOutEverywhere,
	EventDeviceAdded, EventDevicePaired, EventDeviceRevoked, EventRush,
}

// Ways to sign in.
const (
	ByPassword = "password"
	ByProvider = "openid"
)

// Event is something that happened at the doors. It names no citizen, and an
// account only where there is one: what a stranger types as a name may be a
// password.
type Event struct {
	Name    string
	Account town.UserID // whose; may be empty
	Actor   string      // who did it; may be empty
	Way     string
	Detail  string
	Address string // whole; for the security log alone
}

// Watcher is told what happens at the doors. It keeps nobody waiting.
type Watcher interface {
	// Done is told of what has happened, and is on record already.
	Done(ctx context.Context, e Event)
	// Refused is told of what was refused, and changed nothing.
	Refused(ctx context.Context, e Event)
}

// Record returns an event as it is kept: without its address.
func (e Event) Record() ledger.SecurityEvent {
	return ledger.SecurityEvent{Name: e.Name, Account: e.Account, Actor: e.Actor, Way: e.Way, Detail: e.Detail, Times: 1}
}

// note records an event in the transaction that it happens in; the watcher is
// told once that is durable.
func (t *turn) note(ctx context.Context, e Event) error {
	t.noted = append(t.noted, e)
	record := e.Record()
	record.At = t.now
	return t.Security().Put(ctx, record)
}

// Refuse tells the watcher of something that was refused.
func (a *Control) Refuse(ctx context.Context, e Event) {
	if a.watcher != nil {
		a.watcher.Refused(ctx, e)
	}
}

// Tell tells the watcher of what happened in somebody else's transaction, which put
// it on record.
func (a *Control) Tell(ctx context.Context, e Event) { a.tell(ctx, []Event{e}) }

func (a *Control) tell(ctx context.Context, done []Event) {
	if a.watcher == nil {
		return
	}
	for _, e := range done {
		a.watcher.Done(ctx, e)
	}
}

// refusedSignIn tells why nobody was let in with a name and a password.
func (a *Control) refusedSignIn(ctx context.Context, id town.UserID, from From, err error) {
	e := Event{Way: ByPassword, Address: from.Address}
	switch {
	case errors.Is(err, errPassword):
		e.Name = EventSignInRefused
	case errors.Is(err, errBusy):
		e.Name = EventSignInBusy
	case problem.Of(err).Kind == problem.TooMany:
		e.Name = EventSignInSlowed
	default:
		return
	}
	account, reason := a.whose(ctx, id)
	if e.Account = account; e.Name == EventSignInRefused { // of the others nothing was looked at
		e.Detail = reason
	}
	a.Refuse(ctx, e)
}

// whose returns the account of a name, and why a password doesn't let it in.
func (a *Control) whose(ctx context.Context, id town.UserID) (town.UserID, string) {
	var u ledger.User
	err := a.view(ctx, func(t *turn) (err error) {
		u, err = t.People().ByID(ctx, id)
		return err
	})
	switch {
	case err != nil:
		return "", "unknown_account"
	case u.Disabled:
		return u.ID, "disabled"
	case u.Password == "":
		return u.ID, "no_password"
	}
	return u.ID, "wrong_password"
}

// SecurityEvents returns what happened last at the doors, the newest first.
// Errors: Forbidden for whoever is no administrator.
func (a *Control) SecurityEvents(ctx context.Context, actor Actor, limit int) ([]ledger.SecurityEvent, error) {
	if !actor.AtLeast(ledger.RoleAdmin) {
		return nil, ErrForbidden
	}
	var all []ledger.SecurityEvent
	err := a.view(ctx, func(t *turn) (err error) {
		all, err = t.Security().Last(ctx, limit)
		return err
	})
	return all, err
}

// auditUser records what becomes of an account.
func (t *turn) auditUser(ctx context.Context, actor Actor, action string, id town.UserID) error {
	err := t.Audit().Put(ctx, ledger.AuditEntry{At: t.now, Actor: actor.Name(), Action: action, Detail: string(id)})
	return errors.Join(err, t.note(ctx, Event{Name: action, Account: id, Actor: actor.Name(), Address: actor.Address}))
}

// auditDevice records what becomes of a screen or kiosk.
func (t *turn) auditDevice(ctx context.Context, actor Actor, action, name string) error {
	err := t.Audit().Put(ctx, ledger.AuditEntry{At: t.now, Actor: actor.Name(), Action: action, Detail: name})
	return errors.Join(err, t.note(ctx, Event{Name: action, Detail: name, Actor: actor.Name(), Address: actor.Address}))
}
