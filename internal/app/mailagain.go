package app

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// errMailRepeat: sending it again would say nothing, for there is no address, or it is
// too late.
var errMailRepeat = problem.New(problem.Conflict, "mail.not_repeatable")

// sendable reports whether sending a mail once more can help.
func sendable(m ledger.Mail) bool {
	switch m.State {
	case MailQueued:
		return true
	case MailRefused:
		return m.Settled.IsZero() && m.Reason != reasonNoAddress && m.Reason != reasonTooLate &&
			m.Reason != reasonSuperseded && m.Reason != reasonLater
	}
	return false
}

// mailOfFront returns the mail of an appointment to whoever speaks with people at its
// branch. Errors: Forbidden, for clerks too; NotFound "mail.unknown".
func (v *view) mailOfFront(ctx context.Context, actor access.Actor, id string) (ledger.Mail, error) {
	m, err := v.Mails().ByID(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && m.Ticket == "" {
		return m, errMail
	}
	if err != nil {
		return m, fmt.Errorf("read mail: %w", err)
	}
	if err := actor.MayDesk(m.Branch); err != nil {
		return m, err
	}
	if !actor.Front() {
		return m, access.ErrForbidden
	}
	return m, nil
}

// SendAgain has a mail sent once more that was given up, came back, or waits for
// its next try. Errors: Forbidden, for clerks too; NotFound "mail.unknown";
// Conflict "mail.not_repeatable".
func (ms *Mails) SendAgain(ctx context.Context, actor access.Actor, mail string) error {
	err := ms.update(ctx, nil, func(c *change) error {
		m, err := c.mailOfFront(ctx, actor, mail)
		if err != nil {
			return err
		}
		if !sendable(m) {
			return errMailRepeat
		}
		return c.sendAgain(ctx, actor, m)
	})
	if err == nil {
		ms.outbox.signal()
	}
	return err
}

func (c *change) sendAgain(ctx context.Context, actor access.Actor, m ledger.Mail) error {
	if m.State == MailRefused {
		m.Since = c.at.Trusted // from now on it waits again
	}
	m.State, m.Reason, m.Due, m.Tries, m.Attempts = MailQueued, "", c.at.Trusted, 0, m.Attempts+1
	err := c.Mails().Claim(ctx, m)
	if errors.Is(err, ledger.ErrStale) {
		return nil // it was taken to be sent at this very moment
	}
	if err != nil {
		return fmt.Errorf("send mail again: %w", err)
	}
	t, err := c.Tickets().ByID(ctx, m.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	return c.audit(ctx, actor, "mail_again", t)
}

// SendAllAgain is SendAgain for all of a branch's Unreached that it can help. It
// returns how many.
func (ms *Mails) SendAllAgain(ctx context.Context, actor access.Actor, branch town.BranchID) (int, error) {
	list, err := ms.Unreached(ctx, actor, branch)
	if err != nil {
		return 0, err
	}
	if !actor.Front() {
		return 0, access.ErrForbidden
	}
	n := 0
	for _, u := range list {
		if !u.Again {
			continue
		}
		err := ms.SendAgain(ctx, actor, u.Mail)
		if problem.Is(err, errMailRepeat.Key) || problem.Is(err, errMail.Key) {
			continue // sent, settled or erased since the list was read
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
