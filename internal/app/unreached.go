package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

var errMail = problem.New(problem.NotFound, "mail.unknown")

// How long a mail is tried before somebody has to telephone, where the
// appointment is near: an hour, or as long as there is still to go.
const (
	nearAppointment = 48 * time.Hour
	mailPatience    = time.Hour
)

// Unreached is an appointment whose person got no mail about it and doesn't
// know: somebody has to telephone.
type Unreached struct {
	Mail    string       // its id
	Kind    string       // what it would have told
	Reason  string       // why it can't be delivered; never an address; empty: it wasn't tried yet
	Due     time.Time    // when it should have gone out
	Waiting bool         // it is tried still, and leaves the list once it gets through
	Again   bool         // the actor can have it sent once more
	Ticket  queue.Ticket // in its branch's time
	Callers bool         // the actor may know the telephone number
	Phone   string       // empty where none was given, or the actor has no right to it
	// Reserved is the time to read out that waits for an answer; nil: none does.
	Reserved *Reserved
	// Was is what the person knows, in its branch's time; nil: nothing else.
	Was *Former
	// Why are the office's words; empty: it gave none.
	Why string
}

// Mails are what the office does about those that didn't arrive.
type Mails struct{ *core }

// Unreached lists whom of a branch no mail reached, of today and later, the
// next appointment first: those whose mail was given up or came back, and those
// whose mail still waits although the appointment is near. It tells nothing of appointments that are over, that
// a later mail has told of, or whose personal data are erased. Whose telephone
// number the actor is shown stands in the trail. Errors: Forbidden; NotFound for an
// unknown branch.
func (ms *Mails) Unreached(ctx context.Context, actor access.Actor, branch town.BranchID) ([]Unreached, error) {
	list, err := ms.listUnreached(ctx, actor, branch)
	if err != nil {
		return nil, err
	}
	var shown []queue.Ticket
	for _, u := range list {
		if u.Phone != "" {
			shown = append(shown, u.Ticket)
		}
	}
	if err := ms.noteOpened(ctx, actor, shown...); err != nil {
		ms.log.ErrorContext(ctx, "no telephone number is shown, for that can't be noted", "error", err.Error())
		for i := range list {
			list[i].Callers, list[i].Phone = false, ""
		}
	}
	return list, nil
}

// CountUnreached returns how many Unreached lists at each branch where it lists
// anybody, of those where the actor works at desks. It asks for all at once: a town of
// 300 branches has nobody on most of these lists.
func (ms *Mails) CountUnreached(ctx context.Context, actor access.Actor) (map[town.BranchID]int, error) {
	counts := map[town.BranchID]int{}
	err := ms.view(ctx, func(v *view) error {
		troubled, err := v.Mails().Troubled(ctx, v.at.Trusted)
		if err != nil {
			return fmt.Errorf("read troubled mails: %w", err)
		}
		clear(counts)
		for _, branch := range troubled {
			b, known := v.rules.Branches[branch]
			if !known || actor.MayDesk(branch) != nil {
				continue
			}
			list, err := v.listUnreached(ctx, b, actor)
			if err != nil {
				return err
			}
			if len(list) > 0 {
				counts[branch] = len(list)
			}
		}
		return nil
	})
	return counts, err
}

func (ms *Mails) listUnreached(ctx context.Context, actor access.Actor, branch town.BranchID) (list []Unreached, err error) {
	if err := actor.MayDesk(branch); err != nil {
		return nil, err
	}
	b, err := ms.plans.Now().Known(branch)
	if err != nil {
		return nil, err
	}
	err = ms.view(ctx, func(v *view) (err error) {
		list, err = v.listUnreached(ctx, b, actor)
		return err
	})
	return list, err
}

func (v *view) listUnreached(ctx context.Context, b *plan.Branch, actor access.Actor) ([]Unreached, error) {
	mails, err := v.notThrough(ctx, b)
	if err != nil {
		return nil, err
	}
	var list []Unreached
	for _, m := range mails {
		found, ok, err := v.unreached(ctx, b, m, actor.Front())
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, found)
		}
	}
	slices.SortStableFunc(list, func(x, y Unreached) int { return x.Ticket.Start.Compare(y.Ticket.Start) })
	return newestOfEach(list), nil
}

// notThrough returns a branch's mails that were given up or came back, and those
// of the next days that wait although their time has come, in the order in which
// they should have gone out.
func (v *view) notThrough(ctx context.Context, b *plan.Branch) ([]ledger.Mail, error) {
	now := v.at
	today := b.Today(now.Surely())
	refused, err := v.Mails().Refused(ctx, b.ID, today, now.Trusted)
	if err != nil {
		return nil, fmt.Errorf("read refused mails: %w", err)
	}
	near := b.Today(now.Surely().Add(nearAppointment))
	waiting, err := v.Mails().Waiting(ctx, b.ID, today, near, now.Trusted)
	if err != nil {
		return nil, fmt.Errorf("read waiting mails: %w", err)
	}
	all := slices.Concat(refused, waiting)
	slices.SortStableFunc(all, func(x, y ledger.Mail) int { return x.Since.Compare(y.Since) })
	return all, nil
}

// overdue reports whether a mail has waited longer than is good for its
// appointment.
func overdue(m ledger.Mail, t queue.Ticket, now clock.Instant) bool {
	left := t.Start.Sub(now.Surely())
	return left <= nearAppointment && now.Trusted.Sub(m.Since) >= min(mailPatience, left)
}

// waits reports whether a mail is to be tried still.
func waits(m ledger.Mail) bool { return m.State == MailQueued || m.State == MailSending }

// unreached gathers what a mail that didn't get through leaves to be done; false:
// nothing.
func (v *view) unreached(ctx context.Context, b *plan.Branch, m ledger.Mail, callers bool) (Unreached, bool, error) {
	found := Unreached{
		Mail: m.ID, Kind: m.Kind, Reason: m.Reason, Due: m.Since.In(b.Zone), Waiting: waits(m),
		Callers: callers, Again: callers && sendable(m),
	}
	if m.Ticket == "" {
		return found, false, nil // about a wish: there is no appointment yet
	}
	t, err := v.Tickets().ByID(ctx, m.Ticket)
	if errors.Is(err, ledger.ErrNotFound) {
		return found, false, nil
	}
	if err != nil {
		return found, false, fmt.Errorf("read ticket: %w", err)
	}
	if found.Ticket = b.Local(t); !untold(m, t, v.at.Surely()) {
		return found, false, nil
	}
	if waits(m) && !overdue(m, t, v.at) {
		return found, false, nil
	}
	if m.Kind == MailNewTime {
		r, err := v.reservationOf(ctx, m.Ticket)
		if err != nil || r == nil || !r.Stands(v.at.Trusted) {
			return found, false, err
		}
		found.Reserved = v.reserved(*r)
	}
	v.tellNews(ctx, m, &found)
	all, err := v.Mails().OfTicket(ctx, m.Ticket)
	if err != nil {
		return found, false, fmt.Errorf("read mails: %w", err)
	}
	if slices.ContainsFunc(all, func(other ledger.Mail) bool { return reached(other) && other.Since.After(m.Since) }) {
		return found, false, nil
	}
	person, kept, err := v.keptPerson(ctx, t)
	if err != nil || !kept {
		return found, false, err
	}
	if callers && person != nil {
		found.Phone = person.Phone
	}
	return found, true, nil
}

// tellNews adds what a mail would have said beyond the appointment, as far as it
// can be read.
func (v *view) tellNews(ctx context.Context, m ledger.Mail, found *Unreached) {
	news, err := v.news(ctx, m)
	if err != nil {
		v.core.log.WarnContext(ctx, "what a mail would have said can't be read", "mail", m.ID, "kind", m.Kind, "error", err)
		return
	}
	found.Why = news.Reason
	t := found.Ticket
	if was := news.Was; was != nil && (was.Branch != t.Branch || !was.Start.Equal(t.Start) || was.Number != t.Number) {
		found.Was = &Former{was.Branch, was.Start.In(v.core.zone(was.Branch)), was.Number}
	}
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

// held reports whether a mail is of a run that can be undone still: nobody is to be
// told of it before its mails leave.
func (v *view) held(ctx context.Context, m ledger.Mail) (bool, error) {
	if m.Run == "" {
		return false, nil
	}
	run, err := v.Runs().ByID(ctx, m.Run)
	if ledgerNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read run: %w", err)
	}
	return run.MailsAt.IsZero() || run.MailsAt.After(v.at.Trusted), nil
}

// giveUp stops trying a mail whose time has come, and reports whether it is
// given up. One that is being sent may arrive all the same.
func (c *change) giveUp(ctx context.Context, m ledger.Mail) (bool, error) {
	if m.State == MailRefused {
		return true, nil
	}
	if !waits(m) || m.Since.After(c.at.Trusted) {
		return false, nil
	}
	m.State, m.Attempts = MailRefused, m.Attempts+1
	err := c.Mails().Claim(ctx, m)
	if errors.Is(err, ledger.ErrStale) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("give up mail: %w", err)
	}
	return true, nil
}

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
// otherwise; again is fine. One of a run is known only once the run's mails may
// leave. With a cancellation the last thing is said: what is
// known of the person is erased. Errors: Forbidden, for clerks too; NotFound
// "mail.unknown".
func (ms *Mails) Reached(ctx context.Context, actor access.Actor, mail string) error {
	var m ledger.Mail
	last := false
	err := ms.update(ctx, nil, func(c *change) (err error) {
		if m, err = c.mailOfFront(ctx, actor, mail); err != nil {
			return err
		}
		if m.State == MailSent || !m.Settled.IsZero() {
			return nil
		}
		held, err := c.held(ctx, m)
		if err != nil {
			return err
		}
		if held {
			return errMail
		}
		last, err = c.settle(ctx, actor, m)
		return err
	})
	if err == nil && last {
		ms.overwriting.soon()
	}
	return err
}

// settle ends all of a ticket that was refused or should have gone out, and
// reports whether the person was erased.
func (c *change) settle(ctx context.Context, actor access.Actor, m ledger.Mail) (erased bool, err error) {
	t, err := c.Tickets().ByID(ctx, m.Ticket)
	if err != nil {
		return false, fmt.Errorf("read ticket: %w", err)
	}
	all, err := c.Mails().OfTicket(ctx, m.Ticket)
	if err != nil {
		return false, fmt.Errorf("read mails: %w", err)
	}
	for _, of := range all {
		held, err := c.held(ctx, of)
		if err != nil {
			return false, err
		}
		if held {
			continue
		}
		ended, err := c.giveUp(ctx, of)
		if err != nil {
			return false, err
		}
		if !ended {
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
