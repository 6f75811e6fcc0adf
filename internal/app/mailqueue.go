package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
)

// Kinds of mail. Each is sent once per cause: its id names ticket, kind and
// the ticket's revision.
const (
	MailConfirmation = "confirmation"
	MailChange       = "change"
	MailRelocation   = "relocation" // moved to another branch by the office
	MailCancellation = "cancellation"
	MailReminder     = "reminder"
	MailOffer        = "offer"
	MailWish         = "wish"     // a wish was left: the link by which it counts
	MailConfirm      = "confirm"  // an appointment is kept: the link by which it stands
	MailNewTime      = "new_time" // another time is reserved: to accept, or to choose another
	MailExisting     = "existing" // the link of the appointment that stands in a new one's way
)

// States of a mail.
const (
	MailQueued  = "queued"
	MailSending = "sending"
	MailSent    = "sent"
	MailRefused = "refused"
)

// reasonNoAddress marks a mail about the office's decision whose reader gave
// no address: a person has to telephone.
const reasonNoAddress = "no_address"

// reminderMargin keeps reminders away from the booking itself.
const reminderMargin = time.Hour

func (c *change) queueConfirmation(ctx context.Context, office *plan.Office, t queue.Ticket, p Person) error {
	if p.Email == "" {
		return nil
	}
	if err := c.enqueue(ctx, t, MailConfirmation, c.at.Trusted); err != nil {
		return err
	}
	return c.queueReminders(ctx, office, t)
}

// queueReminders puts one row per lead time into the outbox; what lies in the
// past, or close to now, is left out.
func (c *change) queueReminders(ctx context.Context, office *plan.Office, t queue.Ticket) error {
	for _, hours := range office.Reminders {
		due := t.Start.Add(-time.Duration(hours) * time.Hour)
		if due.Before(c.now.Add(reminderMargin)) {
			continue
		}
		m := mailOf(t, fmt.Sprintf("%s%d", MailReminder, hours), MailReminder, due)
		if err := c.Mails().Put(ctx, m); err != nil {
			return fmt.Errorf("queue reminder: %w", err)
		}
	}
	return nil
}

// queueChange tells of a move, and of what was told last.
func (c *change) queueChange(ctx context.Context, office *plan.Office, before, after queue.Ticket, p *Person, news News) error {
	if err := c.Mails().Drop(ctx, before.ID, MailReminder); err != nil {
		return fmt.Errorf("drop reminders: %w", err)
	}
	if p == nil {
		return nil
	}
	var err error
	if news.Was, err = c.lastTold(ctx, before); err != nil {
		return err
	}
	if p.Email == "" {
		return c.unsaid(ctx, after, MailChange, news)
	}
	kind := MailChange
	if news.Was.Branch != after.Branch {
		kind = MailRelocation
	}
	if err := c.enqueueNews(ctx, after, kind, news); err != nil {
		return err
	}
	return c.queueReminders(ctx, office, after)
}

// queueCancellation drops what is queued, and leaves the person's data only
// for as long as the cancellation mail needs them.
func (c *change) queueCancellation(ctx context.Context, t queue.Ticket, news News) error {
	if err := c.Mails().Drop(ctx, t.ID, ""); err != nil {
		return fmt.Errorf("drop mails: %w", err)
	}
	person := c.person // who cancels knows of it
	if news.ByOffice {
		person = c.personTold
	}
	p, err := person(ctx, t)
	if err != nil {
		return err
	}
	if p == nil || p.Email == "" && !news.ByOffice {
		return c.Personal().Delete(ctx, t.ID)
	}
	if p.Email == "" {
		return c.unsaid(ctx, t, MailCancellation, news)
	}
	return c.enqueueNews(ctx, t, MailCancellation, news)
}

// unsaid notes that nobody has told the reader of the office's decision yet, with
// what the mail would have said.
func (c *change) unsaid(ctx context.Context, t queue.Ticket, kind string, news News) error {
	if !news.ByOffice {
		return nil
	}
	m, err := c.withNews(ctx, mailOf(t, kind+c.run, kind, c.at.Trusted), news)
	if err != nil {
		return err
	}
	m.State, m.Reason, m.Run = MailRefused, reasonNoAddress, c.run
	if err := ignoreTaken(c.Mails().Put(ctx, m)); err != nil {
		return fmt.Errorf("note %s: %w", kind, err)
	}
	return nil
}

func (c *change) enqueueNews(ctx context.Context, t queue.Ticket, kind string, news News) error {
	return c.enqueueNewsFor(ctx, t, kind, kind, news)
}

// enqueueNewsFor is enqueueNews for a cause that may come again.
func (c *change) enqueueNewsFor(ctx context.Context, t queue.Ticket, cause, kind string, news News) error {
	m, err := c.withNews(ctx, mailOf(t, cause, kind, c.at.Trusted), news)
	if err != nil {
		return err
	}
	m.Run = c.run
	if err := ignoreTaken(c.Mails().Put(ctx, m)); err != nil {
		return fmt.Errorf("queue %s: %w", kind, err)
	}
	return nil
}

func (c *change) enqueue(ctx context.Context, t queue.Ticket, kind string, due time.Time) error {
	if err := ignoreTaken(c.Mails().Put(ctx, mailOf(t, kind, kind, due))); err != nil {
		return fmt.Errorf("queue %s: %w", kind, err)
	}
	return nil
}

// ignoreTaken takes a mail that is queued already for queued.
func ignoreTaken(err error) error {
	if errors.Is(err, ledger.ErrTaken) {
		return nil
	}
	return err
}

func mailOf(t queue.Ticket, cause, kind string, due time.Time) ledger.Mail {
	return ledger.Mail{
		ID: fmt.Sprintf("%s.%s.%d", t.ID, cause, t.Revision), Ticket: t.ID, Branch: t.Branch, Date: t.Date,
		Kind: kind, Revision: t.Revision, Due: due, Since: due, State: MailQueued,
	}
}
