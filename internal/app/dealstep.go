package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// dealStep does with one appointment, or with those of a household together, what
// the run is for. It judges them anew: what changed since the preview is left, and
// for a time that is gone another is found.
func (ds *Dealings) dealStep(ctx context.Context, run ledger.Run, together []ledger.RunItem) error {
	err := ds.tryStep(ctx, run, together, timesAsPreviewed)
	if problem.Is(err, daybook.SlotTaken) || isField(err, "start") {
		err = ds.tryStep(ctx, run, together, timesFoundAnew)
	}
	kind := problem.Of(err).Kind
	if err == nil || errors.Is(err, errRunHalted) || kind.Ours() {
		return err
	}
	return ds.leave(ctx, run, together, problem.Of(err).Key)
}

// isField reports whether a problem is about one field.
func isField(err error, field string) bool {
	return err != nil && problem.Of(err).Fields[field] != ""
}

// times tells where a step takes new times from.
type times int

const (
	timesAsPreviewed times = iota
	timesFoundAnew
)

func (ds *Dealings) tryStep(ctx context.Context, run ledger.Run, together []ledger.RunItem, from times) error {
	branches := concernedBranches(run, together)
	if from == timesFoundAnew {
		branches = append(branches, run.Terms.Branches...)
	}
	return ds.updateFreeing(ctx, branches, func(c *change) error {
		c.run = run.ID
		reason, err := c.runReason(ctx, run, ledger.RunRunning)
		if err != nil {
			return err
		}
		var items []ledger.RunItem
		var tickets []queue.Ticket
		for _, i := range together {
			item, t, left, err := c.stillToDo(ctx, i)
			if err != nil {
				return err
			}
			if item.State != ledger.ItemWaiting {
				continue
			}
			if left != "" {
				item.State, item.Note = ledger.ItemLeft, left
				if err := c.Runs().PutItem(ctx, item); err != nil {
					return fmt.Errorf("note step: %w", err)
				}
				continue
			}
			items, tickets = append(items, item), append(tickets, t)
		}
		if from == timesFoundAnew {
			if err := c.findAnew(ctx, run, items, tickets); err != nil {
				return err
			}
		}
		for i := range items {
			if err := c.deal(ctx, run, items[i], tickets[i], reason); err != nil {
				return err
			}
		}
		return nil
	})
}

// runReason reads the office's words. Errors: errRunHalted where the run isn't in a
// state any more.
func (c *change) runReason(ctx context.Context, run ledger.Run, state ledger.RunState) (string, error) {
	now, err := c.Runs().ByID(ctx, run.ID)
	if err != nil {
		return "", fmt.Errorf("read run: %w", err)
	}
	if now.State != state {
		return "", errRunHalted
	}
	if now.Reason == nil {
		return "", nil
	}
	plain, err := c.core.sealer.open(placeOfRun(now), now.KeyDay, now.Reason)
	if err != nil {
		return "", errNoKey.Because(err)
	}
	return string(plain), nil
}

func placeOfRun(r ledger.Run) place { return place{r.Branch, r.Date, "run " + r.ID} }

// stillToDo returns an item and its ticket as they are now, and why nothing is to
// be done any more.
func (c *change) stillToDo(ctx context.Context, i ledger.RunItem) (item ledger.RunItem, t queue.Ticket, left string, err error) {
	if item, err = c.Runs().Item(ctx, i.Run, i.Place); err != nil {
		return item, t, "", fmt.Errorf("read run: %w", err)
	}
	if item.State != ledger.ItemWaiting {
		return item, t, "", nil
	}
	t, err = c.Tickets().ByID(ctx, item.Ticket)
	if ledgerNotFound(err) {
		return item, t, LeftChanged, nil
	}
	if err != nil {
		return item, t, "", fmt.Errorf("read ticket: %w", err)
	}
	left, err = c.changedMeanwhile(ctx, item, t)
	return item, t, left, err
}

// changedMeanwhile says why nothing is to be done with an appointment any more;
// empty: it stands as when the run began, and doesn't fit.
func (c *change) changedMeanwhile(ctx context.Context, item ledger.RunItem, t queue.Ticket) (string, error) {
	if left := meanwhile(item, t); left != "" {
		return left, nil
	}
	if t.Branch != item.Branch || t.Kind != queue.Appointment || !t.ToBeCalled() || !t.Start.After(c.now) {
		return LeftChanged, nil
	}
	unfit, err := c.unfit(ctx, t, judgedDays{})
	if err == nil && !unfit {
		return LeftFits, nil
	}
	return "", err
}

// meanwhile says what became of an appointment since a run was begun, by somebody
// else; empty: nothing that matters to it.
func meanwhile(item ledger.RunItem, t queue.Ticket) string {
	switch before := item.Before; {
	case t.State == queue.Cancelled:
		return LeftCancelled
	case before == nil:
		return ""
	case t.Branch != before.Branch || !t.Start.Equal(before.Start):
		return LeftMoved
	case t.Kept && !before.Kept:
		return LeftKept
	}
	return ""
}

// changedSince is meanwhile of what a run has done: whether that still holds.
func changedSince(kind ledger.RunKind, item ledger.RunItem, t queue.Ticket) string {
	if item.State != ledger.ItemDone || item.Before == nil || t.ID == "" || kind == ledger.RunCancel {
		return ""
	}
	left, target := meanwhile(item, t), item.Target
	asMeant := target != nil && t.Branch == target.Branch && t.Start.Equal(target.Start)
	switch {
	case kind == ledger.RunKeep && left == LeftKept, left == LeftMoved && asMeant:
		return ""
	case left == "" && kind == ledger.RunMove && !asMeant:
		return LeftMoved
	}
	return left
}

// findAnew gives the items other times, as this transaction sees what is free: to
// all of them or to none. Errors: Conflict LeftNoTime.
func (c *change) findAnew(ctx context.Context, run ledger.Run, items []ledger.RunItem, tickets []queue.Ticket) error {
	f := finding{rules: c.rules, taken: func(b *plan.Branch, office town.OfficeID, _ []town.Item) (booking.Taken, error) {
		read := map[town.Date][]booking.Span{}
		return func(date town.Date) []booking.Span {
			if _, known := read[date]; !known {
				spans, err := c.days.Taken(ctx, b, office, date)
				if err != nil {
					return nil // the transaction has failed, and says so at its next step
				}
				read[date] = spans
			}
			return read[date]
		}, nil
	}}
	seek := make([]seeking, len(items))
	for i, t := range tickets {
		household := 0
		if items[i].Target != nil {
			household = items[i].Target.Household
		}
		seek[i] = seeking{t, branchesFor(t.Branch, run.Terms.Branches), household}
	}
	targets, err := f.find(seek, c.at, c.earliestOf(run))
	if err != nil {
		return err
	}
	if slices.Contains(targets, nil) {
		return problem.New(problem.Conflict, LeftNoTime)
	}
	for i := range items {
		items[i].Target = targets[i]
	}
	return nil
}

// deal does what a run is for with one appointment, and notes how it stood.
func (c *change) deal(ctx context.Context, run ledger.Run, item ledger.RunItem, t queue.Ticket, reason string) error {
	actor := access.Actor{Kind: access.Staff, User: ledger.User{ID: run.User}}
	b, err := c.rules.Known(t.Branch)
	if err != nil {
		return err
	}
	unconfirmed, err := c.unconfirmed(ctx, t)
	if err != nil {
		return err
	}
	item.Before = stood(t)
	item.Before.Unconfirmed = unconfirmed
	switch run.Kind {
	case ledger.RunOffer:
		err = c.offerTime(ctx, run, &item, t, reason)
	case ledger.RunMove:
		err = c.moveOutright(ctx, actor, &item, t, reason)
	case ledger.RunCancel:
		err = c.cancel(ctx, actor, b, t, StaffReason{Reason: reason})
	case ledger.RunKeep:
		err = c.keepConcerned(ctx, actor, t)
	}
	if err != nil {
		return err
	}
	after, err := c.Tickets().ByID(ctx, t.ID)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	if item.State == ledger.ItemWaiting {
		item.State, item.Version = ledger.ItemDone, after.Version
	}
	if err := c.Runs().PutItem(ctx, item); err != nil {
		return fmt.Errorf("note step: %w", err)
	}
	return nil
}

// stood notes how an appointment stands.
func stood(t queue.Ticket) *ledger.RunBefore {
	return &ledger.RunBefore{
		RunTarget: ledger.RunTarget{Branch: t.Branch, Office: t.Office, Start: t.Start, End: t.End, Number: t.Number},
		Date:      t.Date, Online: t.Online, Overbooked: t.Overbooked, Kept: t.Kept, State: t.State, SortAt: t.SortAt,
	}
}

func (c *change) offerTime(ctx context.Context, run ledger.Run, item *ledger.RunItem, t queue.Ticket, reason string) error {
	before, err := c.reservationOf(ctx, t.ID)
	if err != nil {
		return err
	}
	if before != nil && before.Stands(c.at.Trusted) {
		item.State, item.Note = ledger.ItemLeft, LeftOffered
		return nil
	}
	if item.Target == nil {
		return problem.New(problem.Conflict, LeftNoTime)
	}
	r, err := c.reserve(ctx, t, *item.Target, run, reason)
	if err != nil {
		return err
	}
	item.Target.Start, item.Target.End, item.Target.Number = r.Start, r.End, r.Number
	return c.audit(ctx, access.Actor{Kind: access.Staff, User: ledger.User{ID: run.User}}, "reserved", t)
}

func (c *change) moveOutright(ctx context.Context, actor access.Actor, item *ledger.RunItem, t queue.Ticket, reason string) error {
	if item.Target == nil {
		return problem.New(problem.Conflict, LeftNoTime)
	}
	to := plan.Wanted{Branch: item.Target.Branch, Items: t.Items, Staff: true}
	moved, err := c.move(ctx, moving{actor: actor, to: to, start: item.Target.Start, why: StaffReason{Reason: reason}}, t)
	if err != nil {
		return err
	}
	item.Target.Start, item.Target.End, item.Target.Number = moved.Ticket.Start, moved.Ticket.End, moved.Ticket.Number
	return nil
}

// unconfirmed reports whether the mail that told of an appointment as it stands
// hasn't left yet.
func (c *change) unconfirmed(ctx context.Context, t queue.Ticket) (bool, error) {
	mails, err := c.Mails().OfTicket(ctx, t.ID)
	if err != nil {
		return false, fmt.Errorf("read mails: %w", err)
	}
	return slices.ContainsFunc(mails, func(m ledger.Mail) bool {
		tells := m.Kind == MailConfirmation || m.Kind == MailChange || m.Kind == MailRelocation
		return tells && m.State == MailQueued && m.Revision == t.Revision
	}), nil
}

// leave notes why items stay as they are.
func (ds *Dealings) leave(ctx context.Context, run ledger.Run, together []ledger.RunItem, why string) error {
	return ds.write(ctx, concernedBranches(run, together), func(v *view) error {
		for _, i := range together {
			item, err := v.Runs().Item(ctx, i.Run, i.Place)
			if err != nil {
				return fmt.Errorf("read run: %w", err)
			}
			if item.State != ledger.ItemWaiting {
				continue
			}
			item.State, item.Note = ledger.ItemLeft, why
			if err := v.Runs().PutItem(ctx, item); err != nil {
				return fmt.Errorf("note step: %w", err)
			}
		}
		return nil
	})
}

// undoStep takes back what a run did with one appointment, unless somebody has
// changed it since, or its person knows of it.
func (ds *Dealings) undoStep(ctx context.Context, run ledger.Run, together []ledger.RunItem) error {
	branches := concernedBranches(run, together)
	for _, i := range together {
		if i.Before != nil {
			branches = append(branches, i.Before.Branch)
		}
	}
	slices.Sort(branches)
	return ds.updateFreeing(ctx, slices.Compact(branches), func(c *change) error {
		if _, err := c.runReason(ctx, run, ledger.RunUndoing); err != nil {
			return err
		}
		for _, i := range together {
			if err := c.undo(ctx, run, i); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *change) undo(ctx context.Context, run ledger.Run, i ledger.RunItem) error {
	item, err := c.Runs().Item(ctx, i.Run, i.Place)
	if err != nil {
		return fmt.Errorf("read run: %w", err)
	}
	if item.State != ledger.ItemDone || item.Before == nil {
		return nil
	}
	t, err := c.Tickets().ByID(ctx, item.Ticket)
	if err != nil {
		return fmt.Errorf("read ticket: %w", err)
	}
	told, err := c.toldOf(ctx, run, t)
	if err != nil {
		return err
	}
	item.State, item.Note = ledger.ItemUndone, ""
	switch {
	case told:
		item.State, item.Note = ledger.ItemLeft, LeftTold
	case t.Version != item.Version:
		item.State, item.Note = ledger.ItemLeft, LeftChanged
	case run.Kind == ledger.RunOffer:
		item.State, item.Note, err = c.withdraw(ctx, run, t)
	case run.Kind == ledger.RunKeep:
		err = c.unkeep(ctx, t)
	default:
		err = c.restore(ctx, run, *item.Before, t)
	}
	if err != nil {
		return err
	}
	if err := c.Runs().PutItem(ctx, item); err != nil {
		return fmt.Errorf("note step: %w", err)
	}
	return nil
}

// toldOf reports whether somebody knows already what a run did with an appointment:
// its mail is on its way, or they were telephoned.
func (c *change) toldOf(ctx context.Context, run ledger.Run, t queue.Ticket) (bool, error) {
	mails, err := c.Mails().OfTicket(ctx, t.ID)
	if err != nil {
		return false, fmt.Errorf("read mails: %w", err)
	}
	return slices.ContainsFunc(mails, func(m ledger.Mail) bool {
		return m.Run == run.ID && (m.State == MailSending || m.State == MailSent || !m.Settled.IsZero())
	}), nil
}

// withdraw takes an offer back whose mail hasn't left, unless it was answered
// meanwhile.
func (c *change) withdraw(ctx context.Context, run ledger.Run, t queue.Ticket) (ledger.RunItemState, string, error) {
	r, err := c.reservationOf(ctx, t.ID)
	if err != nil {
		return "", "", err
	}
	if r == nil || r.Run != run.ID {
		return ledger.ItemLeft, LeftChanged, nil
	}
	if err := c.release(ctx, *r); err != nil {
		return "", "", err
	}
	return ledger.ItemUndone, "", c.Mails().DropOf(ctx, run.ID, t.ID)
}

func (c *change) unkeep(ctx context.Context, t queue.Ticket) error {
	t.Version++
	t.Kept = false
	if err := c.Tickets().Update(ctx, t); err != nil {
		return fmt.Errorf("update ticket: %w", err)
	}
	event := ledger.Event{Kind: ledger.EventBooking, Ticket: t.ID, Number: t.Number, Office: t.Office, Dates: []town.Date{t.Date}}
	_, err := c.days.Record(ctx, t.Branch, event)
	return err
}

// restore puts an appointment back where it stood, whatever the plan says: it is on
// the list again. Its number comes back unless somebody has it.
func (c *change) restore(ctx context.Context, run ledger.Run, before ledger.RunBefore, t queue.Ticket) error {
	b, err := c.rules.Known(before.Branch)
	if err != nil {
		return err
	}
	person, err := c.personTold(ctx, t)
	if err != nil {
		return err
	}
	next := t
	next.Version, next.Revision = t.Version+1, t.Revision+1
	next.Branch, next.Office, next.Date = before.Branch, before.Office, before.Date
	next.Start, next.End, next.SortAt = before.Start, before.End, before.SortAt
	next.Online, next.Overbooked, next.Kept, next.State, next.Before = before.Online, before.Overbooked, before.Kept, before.State, nil
	next.EndedAt, next.Outcome = time.Time{}, queue.NoOutcome
	moved := t.Date != before.Date || t.Branch != before.Branch
	if moved || t.State == queue.Cancelled {
		had := t
		had.Number = before.Number
		if next.Number, err = c.keepOrDraw(ctx, b, before.Date, had); err != nil {
			return err
		}
	}
	if err := c.store(ctx, t, next); err != nil {
		return err
	}
	if err := c.goAlong(ctx, t, next, person); err != nil {
		return err
	}
	if err := c.Mails().DropOf(ctx, run.ID, t.ID); err != nil {
		return fmt.Errorf("withdraw mails: %w", err)
	}
	if err := c.Mails().Drop(ctx, t.ID, ""); err != nil {
		return fmt.Errorf("drop mails: %w", err)
	}
	if err := c.tellAgain(ctx, b, before, next, person); err != nil {
		return err
	}
	return c.audit(ctx, access.Actor{Kind: access.Staff, User: ledger.User{ID: run.User}}, "restored", next)
}

// tellAgain queues what was queued before an undone run.
func (c *change) tellAgain(ctx context.Context, b *plan.Branch, before ledger.RunBefore, t queue.Ticket, person *Person) error {
	office, known := b.PlanOf[t.Office]
	if person == nil || person.Email == "" || !known {
		return nil
	}
	if before.Unconfirmed {
		if err := c.enqueue(ctx, t, MailConfirmation, c.at.Trusted); err != nil {
			return err
		}
	}
	return c.queueReminders(ctx, office, t)
}
