package app

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// A ticket has two tokens. The strong one is its citizen's: it is drawn, stands
// readable only beside their name, and opens the appointment. The weak one is on
// slips, in kiosks and with staff: it tells number, state and place in line, says
// that the person is here, and gives back a number without an appointment.
//
// An appointment's weak token isn't stored: it is the ticket's id and a keyed hash
// of it, so that every appointment has one, whenever it was booked, and keeps it
// wherever it is moved. A walk-in's only token is weak, and drawn: a number is
// given out without any key file.

// purposeSlip is a weak token's, with the key of slipDay.
const purposeSlip = "slip"

const (
	// slipSize is of the hash in a weak token, in bytes: 22 characters, of which the
	// last is a letter.
	slipSize = 16
	// slipYears is how long a weak token could be proved, from the year of its
	// booking: longer than any appointment lies ahead.
	slipYears = 3
)

// slipDay is whose day's key proves a ticket's weak token. It depends on what no
// move changes, and is the same for a year: few days along the chain are walked.
func slipDay(t queue.Ticket) town.Date {
	return town.NewDate(t.Created.UTC().Year()+slipYears, time.January, 1)
}

// slip returns a ticket's weak token. An error says that there is no key for it.
func (s *vault) slip(t queue.Ticket) (string, error) {
	sum, err := s.Sealer.Hash(slipDay(t), purposeSlip, string(t.ID))
	if err != nil {
		return "", fmt.Errorf("make weak token: %w", err)
	}
	return string(t.ID) + base64.RawURLEncoding.EncodeToString(sum[:slipSize]), nil
}

// slipOf is slip for who can do without: empty where there is no key, or one of
// another chain, whose tokens no other node would know.
func (v *view) slipOf(ctx context.Context, t queue.Ticket) string {
	_, err := v.keysAreOurs(ctx)
	token := ""
	if err == nil {
		token, err = v.core.sealer.slip(t)
	}
	if err != nil {
		v.core.log.WarnContext(ctx, "a number has no code for its slip", "branch", string(t.Branch), "error", err.Error())
	}
	return token
}

// shown finds a ticket by either of its tokens, to the end of its local day. Errors:
// NotFound "appointment.over_or_unknown".
func (v *view) shown(ctx context.Context, rules *plan.Plan, token string) (t queue.Ticket, b *plan.Branch, weak bool, err error) {
	t, err = v.Tickets().ByToken(ctx, secrets.Hash(token))
	if errors.Is(err, ledger.ErrNotFound) {
		weak = true
		t, err = v.bySlip(ctx, token)
	}
	if errors.Is(err, ledger.ErrNotFound) {
		return t, nil, weak, errOver
	}
	if err != nil {
		return t, nil, weak, fmt.Errorf("read ticket: %w", err)
	}
	t, b, err = v.live(rules, t)
	return t, b, weak || t.Kind == queue.WalkIn, err
}

// bySlip finds the ticket whose weak token this is. Errors: ErrNotFound.
func (v *view) bySlip(ctx context.Context, token string) (queue.Ticket, error) {
	id := len(token) - base64.RawURLEncoding.EncodedLen(slipSize)
	if id <= 0 {
		return queue.Ticket{}, ledger.ErrNotFound
	}
	t, err := v.Tickets().ByID(ctx, town.TicketID(token[:id]))
	if err != nil {
		return t, err
	}
	want, err := v.core.sealer.slip(t)
	if err != nil || !hmac.Equal([]byte(want), []byte(token)) {
		return queue.Ticket{}, ledger.ErrNotFound // without a key nobody can tell
	}
	return t, nil
}

// byToken finds a live appointment by its citizen's token, with its branch: a
// weak one finds nothing. Errors: NotFound "appointment.over_or_unknown".
func (v *view) byToken(ctx context.Context, rules *plan.Plan, token string) (queue.Ticket, *plan.Branch, error) {
	t, b, weak, err := v.shown(ctx, rules, token)
	if err == nil && weak {
		err = errOver
	}
	return t, b, err
}

// named finds the ticket that a request is about: by its citizen's token, for staff
// by its id too. Errors: NotFound "appointment.over_or_unknown".
func (v *view) named(ctx context.Context, actor access.Actor, name string) (queue.Ticket, *plan.Branch, error) {
	if actor.Kind != access.Staff {
		return v.byToken(ctx, v.rules, name)
	}
	t, err := v.Tickets().ByID(ctx, town.TicketID(name))
	if errors.Is(err, ledger.ErrNotFound) {
		return v.byToken(ctx, v.rules, name)
	}
	if err != nil {
		return t, nil, fmt.Errorf("read ticket: %w", err)
	}
	return v.live(v.rules, t)
}

// live is a ticket whose day isn't over, in its branch's time.
func (v *view) live(rules *plan.Plan, t queue.Ticket) (queue.Ticket, *plan.Branch, error) {
	b, err := rules.Known(t.Branch)
	if err != nil {
		return t, nil, err
	}
	if b.Today(v.now) > t.Date {
		return t, nil, errOver
	}
	return b.Local(t), b, nil
}

// forStaff is an appointment as whoever isn't its citizen gets it back: with the
// weak token, and without the person.
func (v *view) forStaff(ctx context.Context, a Appointment) Appointment {
	return Appointment{Ticket: a.Ticket, Token: v.slipOf(ctx, a.Ticket), Weak: true}
}

// answerTo is an appointment as the answer to an actor's own request has it.
func (v *view) answerTo(ctx context.Context, actor access.Actor, a Appointment) Appointment {
	if actor.Kind == access.Citizen {
		return a
	}
	return v.forStaff(ctx, a)
}

// shownAt returns the branch of a token's ticket, and whether the token is a weak
// one. Errors: NotFound "appointment.over_or_unknown".
func (a *App) shownAt(ctx context.Context, token string) (branch town.BranchID, weak bool, err error) {
	err = a.view(ctx, func(v *view) error {
		t, _, slip, err := v.shown(ctx, v.rules, token)
		branch, weak = t.Branch, slip
		return err
	})
	return branch, weak, err
}

// GiveBack gives back a number without an appointment, by its weak token; again is
// fine. Errors: NotFound "appointment.over_or_unknown", for an appointment too;
// Conflict once it was called.
func (a *App) GiveBack(ctx context.Context, actor access.Actor, token string) error {
	branch, weak, err := a.shownAt(ctx, token)
	if err != nil {
		return err
	}
	actor.BySlip = weak
	return a.updateFreeing(ctx, []town.BranchID{branch}, func(c *change) error {
		t, b, _, err := c.shown(ctx, c.rules, token)
		if err == nil && t.Kind != queue.WalkIn {
			err = errOver
		}
		if err != nil || t.State == queue.Cancelled {
			return err
		}
		return c.cancel(ctx, actor, b, t, StaffReason{})
	})
}
