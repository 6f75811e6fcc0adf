package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

var errMail = problem.New(problem.NotFound, "mail.unknown")

// Unreached is an appointment whose person got no mail about it and doesn't
// know: somebody has to telephone.
type Unreached struct {
	Mail    string       // its id
	Kind    string       // what it would have told
	Reason  string       // why it can't be delivered; never an address
	Due     time.Time    // when it should have gone out
	Ticket  queue.Ticket // in its branch's time
	Callers bool         // the actor may know the telephone number
	Phone   string       // empty where none was given, or the actor has no right to it
}

// Unreached lists whom of a branch no mail reached, of today and later, the
// next appointment first. It tells nothing of appointments that are over, that
// a later mail has told of, or whose personal data are erased. Errors:
// Forbidden; NotFound for an unknown branch.
func (a *App) Unreached(ctx context.Context, actor access.Actor, branch town.BranchID) ([]Unreached, error) {
	if err := actor.MayDesk(branch); err != nil {
		return nil, err
	}
	b, err := a.plan.Load().known(branch)
	if err != nil {
		return nil, err
	}
	var list []Unreached
	err = a.store.View(ctx, func(tx ledger.Tx) error {
		list = nil
		refused, err := tx.Mails().Refused(ctx, branch, b.today(a.instant().Surely()))
		if err != nil {
			return fmt.Errorf("read refused mails: %w", err)
		}
		for _, m := range refused {
			found, ok, err := a.unreached(ctx, tx, b, m, actor.Front())
			if err != nil {
				return err
			}
			if ok {
				list = append(list, found)
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(x, y Unreached) int { return x.Ticket.Start.Compare(y.Ticket.Start) })
	return newestOfEach(list), err
}

// unreached gathers what a refused mail leaves to be done; false: nothing.
func (a *App) unreached(ctx context.Context, tx ledger.Tx, b *branchPlan, m ledger.Mail, callers bool) (Unreached, bool, error) {
	found := Unreached{Mail: m.ID, Kind: m.Kind, Reason: m.Reason, Due: m.Due.In(b.zone), Callers: callers}
	if m.Ticket == "" {
		return found, false, nil // about a wish: there is no appointment yet
	}
	t, err := tx.Tickets().ByID(ctx, m.Ticket)
	if errors.Is(err, ledger.ErrNotFound) {
		return found, false, nil
	}
	if err != nil {
		return found, false, fmt.Errorf("read ticket: %w", err)
	}
	if found.Ticket = b.local(t); !untold(m, t, a.instant().Surely()) {
		return found, false, nil
	}
	all, err := tx.Mails().OfTicket(ctx, m.Ticket)
	if err != nil {
		return found, false, fmt.Errorf("read mails: %w", err)
	}
	if slices.ContainsFunc(all, func(other ledger.Mail) bool { return reached(other) && other.Due.After(m.Due) }) {
		return found, false, nil
	}
	person, kept, err := a.keptPerson(ctx, tx, t)
	if err != nil || !kept {
		return found, false, err
	}
	if callers && person != nil {
		found.Phone = person.Phone
	}
	return found, true, nil
}

// untold reports whether what a refused mail was to tell still matters.
func untold(m ledger.Mail, t queue.Ticket, now time.Time) bool {
	if !t.Start.After(now) {
		return false
	}
	return m.Kind == MailCancellation && t.State == queue.Cancelled || t.State == queue.Booked && m.Revision == t.Revision
}

// reached reports whether a mail was handed over.
func reached(m ledger.Mail) bool { return m.State == MailSent && m.Reason == "" }

// newestOfEach keeps one entry for each ticket, the last one.
func newestOfEach(list []Unreached) []Unreached {
	var kept []Unreached
	for _, u := range list {
		i := slices.IndexFunc(kept, func(k Unreached) bool { return k.Ticket.ID == u.Ticket.ID })
		if i < 0 {
			kept = append(kept, u)
			continue
		}
		kept[i] = u
	}
	return kept
}

// Reached notes that somebody has told the person behind a refused mail
// otherwise; again is fine. With a cancellation the last thing is said: what is
// known of the person is erased. Errors: Forbidden, for clerks too; NotFound
// "mail.unknown".
func (a *App) Reached(ctx context.Context, actor access.Actor, mail string) error {
	var m ledger.Mail
	last := false
	err := a.update(ctx, nil, func(c *change) (err error) {
		if m, err = c.Mails().ByID(ctx, mail); errors.Is(err, ledger.ErrNotFound) || err == nil && m.Ticket == "" {
			return errMail
		}
		if err != nil {
			return fmt.Errorf("read mail: %w", err)
		}
		if err := actor.MayDesk(m.Branch); err != nil {
			return err
		}
		if !actor.Front() {
			return access.ErrForbidden
		}
		if m.State != MailRefused || !m.Settled.IsZero() {
			return nil
		}
		last, err = a.settle(ctx, c, actor, m)
		return err
	})
	if err == nil && last {
		a.overwriteSoon()
	}
	return err
}

// settle ends all that is refused of a ticket, and reports whether the person
// was erased.
func (a *App) settle(ctx context.Context, c *change, actor access.Actor, m ledger.Mail) (erased bool, err error) {
	t, err := c.Tickets().ByID(ctx, m.Ticket)
	if err != nil {
		return false, fmt.Errorf("read ticket: %w", err)
	}
	all, err := c.Mails().OfTicket(ctx, m.Ticket)
	if err != nil {
		return false, fmt.Errorf("read mails: %w", err)
	}
	for _, of := range all {
		if of.State != MailRefused {
			continue
		}
		if err := c.Mails().Settle(ctx, of.ID, c.now); err != nil {
			return false, fmt.Errorf("settle mail: %w", err)
		}
	}
	if err := c.audit(ctx, actor, "reached", t); err != nil {
		return false, err
	}
	if m.Kind != MailCancellation {
		return false, nil
	}
	return true, c.Personal().Delete(ctx, m.Ticket)
}
