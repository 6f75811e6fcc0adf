package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
)

// mailLease is how long a mail counts as being sent. After it, whoever began is
// taken for dead and the mail is sent again under the same id. It is longer
// than any transport may take.
const mailLease = 2 * time.Minute

// Reasons why a mail ended without being sent. Behind the first two stands a
// decision: of somebody who cancelled, moved or erased, or that one reminder is
// enough. The others stand where a person reads them.
const (
	reasonSuperseded = "superseded"    // cancelled, moved or erased meanwhile
	reasonLater      = "later one due" // after an outage one reminder is enough
	reasonTooLate    = "too_late"      // its appointment has begun, its offer is over
	reasonUnreadable = "unreadable"    // whom it is for can't be read: another key file
)

// Letter is a mail on its way: what it is about and whom it is for.
type Letter struct {
	Mail   ledger.Mail
	Ticket queue.Ticket // in its branch's time; of an offer or a reserved time: what it would be
	Person Person
	News   News      // of a change, a cancellation or a reserved time
	Until  time.Time // how long an offer stands
	Code   string    // by which a scanner knows at the door that the person is here; empty: none
	// Written is when the letter was taken to be sent, by trusted time.
	Written time.Time
}

// Outbox is where mails wait for whoever sends them.
type Outbox struct {
	*core
	trouble atomic.Pointer[MailTrouble] // written by the worker of mails alone
}

// Catalogue returns what the town offers now, for the words of mails.
func (o *Outbox) Catalogue() *catalogue.Catalogue { return o.plans.Now().Catalogue }

// MailWake is signalled when a mail was queued on this node.
func (o *Outbox) MailWake() <-chan struct{} { return o.outbox }

// DueMails takes mails whose time has come, at most limit, oldest first. Each
// is durably marked as being sent before it is returned, so that no other node
// takes it too; unless the caller tells how it went, it is due again after a
// lease. A mail that nobody needs any more ends here: its appointment was
// cancelled or moved, a later reminder is due as well, or the address is erased.
// One that comes too late, because its appointment has surely begun, or that
// can't be read, ends here too and is noted. Where this server has other keys than
// the database is sealed with, all wait: another may read them.
func (o *Outbox) DueMails(ctx context.Context, limit int) ([]Letter, error) {
	waiting, err := o.waits(ctx)
	if err != nil || !waiting {
		return nil, err
	}
	var letters []Letter
	err = o.write(ctx, nil, func(v *view) error {
		letters = letters[:0]
		if _, err := v.keysAreOurs(ctx); err != nil {
			return unlessOthers(err)
		}
		now := v.at
		due, err := mailsDue(ctx, v, now.Trusted, limit)
		if err != nil {
			return err
		}
		judged := judgedDays{} // many reminders are of one day
		for _, m := range due {
			letter, taken, err := v.takeMail(ctx, m, now, judged)
			if err != nil {
				return err
			}
			if taken {
				letters = append(letters, letter)
			}
		}
		return nil
	})
	return letters, err
}

// takeMail marks one mail as being sent, or ends it. Not taken: ended, or
// another node was faster.
func (v *view) takeMail(ctx context.Context, m ledger.Mail, now clock.Instant, judged judgedDays) (Letter, bool, error) {
	letter, reason, err := v.letter(ctx, m, now)
	if errors.Is(err, errUndecodable) { // the others needn't wait for this one
		v.core.log.ErrorContext(ctx, "a mail can't be read", "mail", m.ID, "kind", m.Kind, "error", err)
		reason, err = reasonUnreadable, nil
	}
	if err != nil {
		return letter, false, err
	}
	if reason != "" {
		return letter, false, v.endUnsent(ctx, m, reason, now)
	}
	if m.Kind == MailReminder {
		unfit, err := v.unfit(ctx, letter.Ticket, judged)
		if err != nil || unfit {
			return letter, false, cmp.Or(err, v.waitForDecision(ctx, m))
		}
	}
	m.State, m.Attempts, m.Due = MailSending, m.Attempts+1, now.Trusted.Add(mailLease)
	letter.Mail, letter.Written = m, now.Trusted
	err = v.Mails().Claim(ctx, m)
	if errors.Is(err, ledger.ErrStale) {
		return letter, false, nil
	}
	if err != nil {
		return letter, false, fmt.Errorf("take mail: %w", err)
	}
	return letter, true, nil
}

// decisionEvery is how often a reminder looks whether its appointment fits again;
// one that is kept goes out at once.
const decisionEvery = time.Minute

// waitForDecision puts off a reminder of an appointment that no longer fits: it
// would send its reader to a locked door. It isn't late, but waits for staff, who
// see it on their list.
func (v *view) waitForDecision(ctx context.Context, m ledger.Mail) error {
	m.State, m.Due = MailQueued, v.at.Trusted.Add(decisionEvery)
	m.Since = m.Due
	return ignoreStale(v.Mails().Update(ctx, m))
}

// endUnsent ends a mail that isn't sent. It never counts as sent: either there
// was a decision, and it is settled, or it stands on the list of whom no mail
// reached and in the audit trail.
func (v *view) endUnsent(ctx context.Context, m ledger.Mail, reason string, now clock.Instant) error {
	m.State, m.Reason = MailRefused, reason
	if reason != reasonUnreadable || m.Ticket == "" { // with the right key file it can be sent
		m.Body = nil
	}
	err := v.Mails().Update(ctx, m)
	if errors.Is(err, ledger.ErrStale) {
		return nil // sent, erased or taken meanwhile
	}
	if err != nil {
		return fmt.Errorf("end mail: %w", err)
	}
	if reason == reasonSuperseded || reason == reasonLater {
		return v.Mails().Settle(ctx, m.ID, now.Wall)
	}
	entry := ledger.AuditEntry{At: now.Wall, Branch: m.Branch, Actor: access.Actor{Kind: access.Maintenance}.Name(), Action: "mail_" + reason, Ticket: m.Ticket, Detail: m.Kind}
	t, err := v.Tickets().ByID(ctx, m.Ticket)
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return fmt.Errorf("read ticket: %w", err)
	}
	entry.Number = t.Number
	v.core.log.ErrorContext(ctx, "mail ends unsent", "mail", m.ID, "kind", m.Kind, "reason", reason)
	return v.Audit().Put(ctx, entry)
}

// waits looks without taking the writer's place.
func (o *Outbox) waits(ctx context.Context) (bool, error) {
	var due []ledger.Mail
	err := o.view(ctx, func(v *view) error {
		if _, err := v.keysAreOurs(ctx); err != nil {
			return unlessOthers(err)
		}
		var err error
		due, err = mailsDue(ctx, v, v.at.Trusted, 1)
		return err
	})
	return len(due) > 0, err
}

// unlessOthers leaves out that the database is sealed with other keys: its mails
// wait for a server that can read them.
func unlessOthers(err error) error {
	if errors.Is(err, ErrOtherKeys) {
		return nil
	}
	return err
}

// MailBehind returns how long the mail that has waited longest has done so since
// it should have gone out, however often it was tried; 0: none waits.
func (o *Outbox) MailBehind(ctx context.Context) (time.Duration, error) {
	var since time.Time
	err := o.view(ctx, func(v *view) (err error) {
		since, err = v.Mails().WaitingSince(ctx)
		return err
	})
	if err != nil || since.IsZero() {
		return 0, err
	}
	return max(0, o.time.Now().Trusted.Sub(since)), nil
}

// mailsDue returns the queued mails that are due, and before them those whose
// sending was begun and never ended.
func mailsDue(ctx context.Context, tx ledger.Tx, now time.Time, limit int) ([]ledger.Mail, error) {
	var due []ledger.Mail
	begun, err := tx.Mails().Sending(ctx)
	if err != nil {
		return nil, fmt.Errorf("read mails: %w", err)
	}
	for _, m := range begun {
		if !m.Due.After(now) && len(due) < limit {
			due = append(due, m)
		}
	}
	if len(due) == limit {
		return due, nil
	}
	queued, err := tx.Mails().Due(ctx, now, limit-len(due))
	if err != nil {
		return nil, fmt.Errorf("read mails: %w", err)
	}
	return append(due, queued...), nil
}

// letter gathers what a mail needs, or says why nobody needs it.
func (v *view) letter(ctx context.Context, m ledger.Mail, now clock.Instant) (Letter, string, error) {
	if m.Kind == MailOffer || m.Kind == MailWish || m.Kind == MailConfirm {
		return v.wishLetterOf(ctx, m, now)
	}
	t, err := v.Tickets().ByID(ctx, m.Ticket)
	if errors.Is(err, ledger.ErrNotFound) {
		return Letter{}, reasonSuperseded, nil
	}
	if err != nil {
		return Letter{}, "", fmt.Errorf("read ticket: %w", err)
	}
	if reason := unwanted(m, t, now.Surely()); reason != "" {
		return Letter{}, reason, nil
	}
	if m.Kind == MailReminder {
		later, err := laterReminder(ctx, v, m, now.Trusted)
		if err != nil || later {
			return Letter{}, reasonLater, err
		}
	}
	person, kept, err := v.keptPerson(ctx, t)
	switch {
	case err != nil:
		return Letter{}, "", err
	case kept && person == nil:
		return Letter{}, reasonUnreadable, nil
	case !kept || person.Email == "":
		return Letter{}, reasonSuperseded, nil
	}
	if b, err := v.rules.Known(t.Branch); err == nil {
		t = b.Local(t)
	}
	news, err := v.news(ctx, m)
	if err == nil && m.Kind == MailNewTime {
		asks, err := v.stillAsked(ctx, t.ID, news)
		if err != nil || !asks {
			return Letter{}, reasonSuperseded, err
		}
		t = news.Reserved.ofTicket(t)
	}
	return Letter{Mail: m, Ticket: t, Person: *person, News: news, Code: v.codeOf(ctx, t)}, "", err
}

// unwanted says why a mail needn't be sent any more; empty: it tells the truth.
func unwanted(m ledger.Mail, t queue.Ticket, now time.Time) string {
	if m.Kind == MailCancellation && t.State == queue.Cancelled {
		return ""
	}
	if m.Kind == MailCancellation || t.State != queue.Booked || m.Revision != t.Revision {
		return reasonSuperseded
	}
	if !t.Start.After(now) {
		return reasonTooLate
	}
	return ""
}

// laterReminder reports whether another reminder of the same ticket is due as
// well: after an outage one is enough.
func laterReminder(ctx context.Context, tx ledger.Tx, m ledger.Mail, now time.Time) (bool, error) {
	all, err := tx.Mails().OfTicket(ctx, m.Ticket)
	if err != nil {
		return false, fmt.Errorf("read mails: %w", err)
	}
	for _, other := range all {
		if other.Kind == MailReminder && other.State == MailQueued && other.Revision == m.Revision &&
			other.ID != m.ID && !other.Due.After(now) && !other.Due.Before(m.Due) {
			return true, nil
		}
	}
	return false, nil
}

// ErrErased: what is known of the person was erased while the letter was on its
// way. What a transport has kept of it must go too.
var ErrErased = errors.New("the person was erased while the mail was on its way")

// MailSent notes that a letter was handed over. With a cancellation the last
// thing is said: what is known of the person is erased. Errors: ErrErased, with
// which all is noted that there is to note.
func (o *Outbox) MailSent(ctx context.Context, l Letter) error {
	return o.endMail(ctx, l, l.Mail.Kind == MailCancellation, func(tx ledger.Tx) error { return tx.Mails().Sent(ctx, l.Mail.ID) })
}

// MailDelayed puts a letter back to be tried again after a while. It does
// nothing where somebody else has taken the letter since.
func (o *Outbox) MailDelayed(ctx context.Context, l Letter, reason string, by time.Duration) error {
	l.Mail.Tries++
	return o.MailHeld(ctx, l, reason, by)
}

// MailHeld is MailDelayed where nothing was learnt about this letter.
func (o *Outbox) MailHeld(ctx context.Context, l Letter, reason string, by time.Duration) error {
	l.Mail.State, l.Mail.Reason, l.Mail.Due = MailQueued, reason, o.time.Now().Trusted.Add(by)
	return o.write(ctx, nil, func(v *view) error { return ignoreStale(v.Mails().Update(ctx, l.Mail)) })
}

// MailRefused gives a letter up; staff see that this citizen got no mail. Who
// cancelled themselves knows without it, and is erased. It does nothing where
// somebody else has taken the letter since.
func (o *Outbox) MailRefused(ctx context.Context, l Letter, reason string) error {
	l.Mail.State, l.Mail.Reason = MailRefused, reason
	l.Mail.Tries++
	if l.Mail.Ticket == "" {
		l.Mail.Body = nil // about a wish: nobody will ask for it again
	}
	err := o.endMail(ctx, l, l.Mail.Kind == MailCancellation && !l.News.ByOffice, func(tx ledger.Tx) error { return tx.Mails().Update(ctx, l.Mail) })
	if errors.Is(err, ErrErased) || errors.Is(err, ledger.ErrStale) {
		return nil // nobody has kept anything, or somebody else knows better
	}
	return err
}

// endMail notes that a mail needs no more tries; with the last one what is known
// of the person is erased.
func (o *Outbox) endMail(ctx context.Context, l Letter, last bool, note func(ledger.Tx) error) error {
	erased := false
	err := o.write(ctx, nil, func(v *view) error {
		if err := note(v); err != nil {
			return err
		}
		if last {
			return v.Personal().Delete(ctx, l.Ticket.ID)
		}
		if l.Mail.Ticket == "" {
			return nil // about a wish
		}
		_, err := v.Personal().Get(ctx, l.Mail.Ticket)
		if erased = errors.Is(err, ledger.ErrNotFound); erased {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if last {
		o.overwriting.soon()
	}
	if erased {
		return ErrErased
	}
	return nil
}

// ignoreStale leaves a mail as it is that was sent, erased or taken meanwhile.
func ignoreStale(err error) error {
	if errors.Is(err, ledger.ErrStale) {
		return nil
	}
	return err
}

// ResumeMails makes mails due at once whose sending a crash interrupted. It is
// for transports with which a repeat has no second effect.
func (o *Outbox) ResumeMails(ctx context.Context) error {
	return o.write(ctx, nil, func(v *view) error {
		begun, err := v.Mails().Sending(ctx)
		if err != nil {
			return fmt.Errorf("read mails: %w", err)
		}
		for _, m := range begun {
			m.State, m.Due, m.Attempts = MailQueued, v.at.Trusted, m.Attempts+1
			if err := ignoreStale(v.Mails().Claim(ctx, m)); err != nil {
				return fmt.Errorf("resume mail: %w", err)
			}
		}
		return nil
	})
}
