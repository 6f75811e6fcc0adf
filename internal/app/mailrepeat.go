package app

import (
	"context"
	"fmt"
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// maxRepeats is how often the confirmation of one appointment is sent once more: more
// helps nobody, and fills somebody's mailbox.
const maxRepeats = 3

var errRepeated = problem.New(problem.TooMany, "mail.repeated")

// Repeat sends the confirmation of an appointment once more, for who can't find theirs,
// to the address that is known. While one is on its way it does nothing. Errors:
// Forbidden, for clerks too; NotFound; Conflict "mail.not_repeatable" without an address,
// and once the appointment was cancelled or has begun; TooMany "mail.repeated".
func (ms *Mails) Repeat(ctx context.Context, actor access.Actor, branch town.BranchID, id town.TicketID) error {
	if err := actor.MayReceive(branch); err != nil {
		return err
	}
	err := ms.update(ctx, []town.BranchID{branch}, func(c *change) error {
		t, _, err := c.staffTicket(ctx, branch, id)
		if err != nil {
			return err
		}
		if t.Kind != queue.Appointment || t.State != queue.Booked || !t.Start.After(c.now) {
			return errMailRepeat
		}
		return c.repeatConfirmation(ctx, actor, t)
	})
	if err == nil {
		ms.outbox.signal()
	}
	return err
}

func (c *change) repeatConfirmation(ctx context.Context, actor access.Actor, t queue.Ticket) error {
	p, err := c.person(ctx, t)
	if err != nil {
		return err
	}
	if p == nil || p.Email == "" {
		return errMailRepeat
	}
	mails, err := c.Mails().OfTicket(ctx, t.ID)
	if err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	repeated := 0
	for _, m := range mails {
		if m.Kind == MailConfirmation && m.Revision == t.Revision && (m.State == MailQueued || m.State == MailSending) {
			return nil
		}
		if strings.HasPrefix(m.ID, string(t.ID)+".again") {
			repeated++
		}
	}
	if repeated >= maxRepeats {
		return errRepeated
	}
	m := mailOf(t, fmt.Sprintf("again%d", repeated+1), MailConfirmation, c.at.Trusted)
	if err := c.Mails().Put(ctx, m); err != nil {
		return fmt.Errorf("queue confirmation: %w", err)
	}
	return c.audit(ctx, actor, "mail_again", t)
}
