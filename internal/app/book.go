package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Book makes an appointment and gives it a number. A hold that still lives
// makes sure of the slot; an expired or unknown one is as good as none. The
// confirmation mail is queued in the same transaction.
//
// Errors: as of Days; Invalid with each field that is wrong, or where the hold
// is for something else; Conflict slotTaken with the nearest free starts;
// Conflict "number.none_left"; Conflict "booking.too_many_per_email".
func (a *App) Book(ctx context.Context, actor access.Actor, r BookRequest) (Appointment, error) {
	r.Staff = actor.Kind == access.Staff
	if r.Overbook && !r.Staff {
		return Appointment{}, problem.New(problem.Forbidden, "booking.overbook_staff_only")
	}
	if r.Staff && !actor.In(r.Branch) {
		return Appointment{}, access.ErrForbidden
	}
	person, err := r.Person.checked(!r.Staff)
	if err != nil {
		return Appointment{}, err
	}
	r.Person = person
	again, err := a.repeats.Of(actor.Name(), actor.Key, "appointment", struct {
		BookRequest
		Start repeat.Moment
	}{r, repeat.MomentOf(r.Start)})
	if err != nil {
		return Appointment{}, err
	}
	var made Appointment
	err = a.update(ctx, a.bookingIn(r), func(c *change) error {
		answer, repeated, err := again.Answered(ctx, c)
		if err != nil {
			return err
		}
		if repeated {
			made, err = a.appointment(ctx, c, town.TicketID(answer), again.Token())
			return err
		}
		made, err = a.book(ctx, c, actor, r, again.Token())
		if err != nil {
			return err
		}
		return again.Remember(ctx, c, c.at, string(made.Ticket.ID))
	})
	if err != nil {
		a.sendExisting(ctx, err, r)
		return Appointment{}, a.withAlternatives(ctx, err, r.Wanted, r.Start)
	}
	a.outbox.signal()
	return made, nil
}

// bookingIn returns the branches that a booking holds: where a mail address may
// have only so many appointments, those at the other branches count too.
func (a *App) bookingIn(r BookRequest) []town.BranchID {
	rules := a.plan.Load()
	wish, err := rules.check(r.Wanted, a.instant())
	if err != nil || !wish.office.limits(r) {
		return []town.BranchID{r.Branch}
	}
	return rules.everyBranch()
}

// limits reports whether an office's limit per mail address binds a booking.
// Staff are not bound.
func (o *officePlan) limits(r BookRequest) bool {
	return o.MaxPerEmail > 0 && !r.Staff && r.Person.Email != ""
}

func (a *App) book(ctx context.Context, c *change, actor access.Actor, r BookRequest, token string) (Appointment, error) {
	wish, err := c.rules.check(r.Wanted, c.at)
	if err != nil {
		return Appointment{}, err
	}
	if err := a.admitProof(ctx, c, r); err != nil {
		return Appointment{}, err
	}
	overbooked, err := a.secure(ctx, c, wish, r)
	if err != nil {
		return Appointment{}, err
	}
	if err := a.admitEmail(ctx, c, wish, r); err != nil {
		return Appointment{}, err
	}
	start := r.Start.In(wish.branch.zone)
	date := town.DateOf(start, wish.branch.zone)
	number, err := a.draw(ctx, c, wish.branch, date)
	if err != nil {
		return Appointment{}, err
	}
	id, err := a.secrets.ID()
	if err != nil {
		return Appointment{}, err
	}
	t := queue.Ticket{
		ID: town.TicketID(id), Version: 1, Branch: r.Branch, Date: date, Number: number,
		Kind: queue.Appointment, Items: wish.items, Start: start, End: start.Add(wish.rules.Duration),
		Online: !r.Staff, Overbooked: overbooked, Language: c.rules.language(r.Language), Created: c.now,
		Progress: queue.Progress{
			Office: wish.office.ID, State: queue.Booked,
			SortAt: queue.SortTime(queue.Appointment, start, c.now, wish.office.queue),
		},
		TokenHash: secrets.Hash(token),
	}
	if err := a.admit(ctx, c, &t); err != nil {
		return Appointment{}, err
	}
	r.Person.Token = token
	if err := a.keep(ctx, c, t, r.Person); err != nil {
		return Appointment{}, err
	}
	if err := a.queueConfirmation(ctx, c, wish.office, t, r.Person); err != nil {
		return Appointment{}, err
	}
	if err := c.audit(ctx, actor, "booked", t); err != nil {
		return Appointment{}, err
	}
	return Appointment{Ticket: t, Token: token, Person: &r.Person}, nil
}

// admit stores a new ticket in the order of its event.
func (a *App) admit(ctx context.Context, c *change, t *queue.Ticket) error {
	kind, dates := ledger.EventBooking, []town.Date{t.Date}
	if t.Kind == queue.WalkIn {
		kind, dates = ledger.EventQueue, nil
	}
	events, err := c.record(ctx, t.Branch, ledger.Event{Kind: kind, Ticket: t.ID, Number: t.Number, Office: t.Office, Dates: dates})
	if err != nil {
		return err
	}
	t.Order = events[0].Seq
	if err := c.Tickets().Insert(ctx, *t); err != nil {
		return fmt.Errorf("insert ticket: %w", err)
	}
	return nil
}

// secure makes sure of the slot: by the hold, by free capacity, or deliberately
// beyond it, which it reports.
func (a *App) secure(ctx context.Context, c *change, w wish, r BookRequest) (overbooked bool, err error) {
	hold, err := a.holdFor(ctx, c, w, r)
	if err != nil {
		return false, err
	}
	var own []booking.Span
	if hold != nil && c.at.Trusted.Before(hold.Expires) {
		own, w.rules.Kept = append(own, spanOfHold(*hold).Span), true
	}
	err = c.bookable(ctx, w, r.Start, own...)
	if overbooked = problem.Is(err, slotTaken) && r.Overbook; overbooked {
		err = w.office.booking.CheckOverbook(r.Start, w.rules)
	}
	if err != nil || hold == nil {
		return overbooked, err
	}
	return overbooked, c.endHold(ctx, *hold)
}

// holdFor returns the hold that a booking redeems; nil where there is none.
func (a *App) holdFor(ctx context.Context, c *change, w wish, r BookRequest) (*ledger.Hold, error) {
	if r.Hold == "" {
		return nil, nil
	}
	h, err := c.Holds().ByHash(ctx, secrets.Hash(r.Hold))
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read hold: %w", err)
	}
	if h.Branch != r.Branch || h.Office != w.office.ID || !h.Start.Equal(r.Start) || !sameItems(h.Items, w.items) {
		return nil, problem.Field("hold", "hold.mismatch")
	}
	return &h, nil
}

// admitEmail keeps a mail address to the office's number of live appointments
// for a service.
func (a *App) admitEmail(ctx context.Context, c *change, w wish, r BookRequest) error {
	if !w.office.limits(r) {
		return nil
	}
	live, err := a.liveOf(ctx, c, w.branch, r)
	if err != nil {
		return err
	}
	if len(live) >= w.office.MaxPerEmail {
		return problem.New(problem.Conflict, "booking.too_many_per_email").With("max", w.office.MaxPerEmail)
	}
	return nil
}

// liveOf returns the appointments to come that a mail address has for one of
// the services.
func (a *App) liveOf(ctx context.Context, tx ledger.Tx, b *branchPlan, r BookRequest) ([]queue.Ticket, error) {
	ids, err := a.ticketsOf(ctx, tx, r.Person.Email)
	if err != nil {
		return nil, err
	}
	var live []queue.Ticket
	for _, id := range ids {
		t, err := tx.Tickets().ByID(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
		if t.StateOn(b.today(a.clock())) == queue.Booked && shareService(t.Items, r.Items) {
			live = append(live, t)
		}
	}
	return live, nil
}

// ticketsOf returns the tickets that a mail address has today and on days to
// come. A ticket's hash of the address has the key that seals beside it, so the
// address is hashed for every day whose key does: some two weeks.
func (a *App) ticketsOf(ctx context.Context, tx ledger.Tx, email string) ([]town.TicketID, error) {
	hashes, err := a.sealer.Hashes(0, a.sealer.KeyDay(lastDay), purposeEmail, sameAddress(email))
	if err != nil {
		return nil, fmt.Errorf("hash mail address: %w", err)
	}
	ids, err := tx.Personal().ByEmail(ctx, hashes)
	if err != nil {
		return nil, fmt.Errorf("look up mail address: %w", err)
	}
	return ids, nil
}

// sendExisting mails the links of the appointments that stand in the way of a
// refused one, each at most once a day. They go to the address itself and
// nowhere else: who merely knows it must not get to move or cancel them. The
// refusal stands whatever becomes of the mails.
func (a *App) sendExisting(ctx context.Context, refused error, r BookRequest) {
	if !problem.Is(refused, "booking.too_many_per_email") {
		return
	}
	err := a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		b, err := a.plan.Load().branch(r.Branch)
		if err != nil {
			return err
		}
		live, err := a.liveOf(ctx, tx, b, r)
		if err != nil {
			return err
		}
		for _, t := range live {
			m := a.mailOf(t, fmt.Sprintf("%s-%s", MailExisting, b.today(a.clock())), MailExisting, a.instant().Trusted)
			if err := ignoreTaken(tx.Mails().Put(ctx, m)); err != nil {
				return fmt.Errorf("queue mail: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		a.log.ErrorContext(ctx, "mail about an existing appointment isn't queued", "error", err.Error())
	}
	a.outbox.signal()
}

// sameItems reports whether the same is wanted, in whatever order.
func sameItems(a, b []town.Item) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(item town.Item) bool { return !slices.Contains(b, item) })
}

func shareService(a, b []town.Item) bool {
	return slices.ContainsFunc(a, func(x town.Item) bool {
		return slices.ContainsFunc(b, func(y town.Item) bool { return x.Service == y.Service })
	})
}

// errOver: the token is unknown, or its appointment's local day has passed.
var errOver = problem.New(problem.NotFound, "appointment.over_or_unknown")

// byToken finds a live ticket by its citizen's token, with its branch.
func (a *App) byToken(ctx context.Context, tx ledger.Tx, rules *plan, token string) (queue.Ticket, *branchPlan, error) {
	t, err := tx.Tickets().ByToken(ctx, secrets.Hash(token))
	if errors.Is(err, ledger.ErrNotFound) {
		return t, nil, errOver
	}
	if err != nil {
		return t, nil, fmt.Errorf("read ticket: %w", err)
	}
	b, err := rules.known(t.Branch)
	if err != nil {
		return t, nil, err
	}
	if b.today(a.clock()) > t.Date {
		return t, nil, errOver
	}
	return b.local(t), b, nil
}

// local shows a ticket's appointment in the branch's time.
func (b *branchPlan) local(t queue.Ticket) queue.Ticket {
	if !t.Start.IsZero() {
		t.Start, t.End = t.Start.In(b.zone), t.End.In(b.zone)
	}
	t.SortAt, t.Created = t.SortAt.In(b.zone), t.Created.In(b.zone)
	return t
}

func (a *App) appointment(ctx context.Context, tx ledger.Tx, id town.TicketID, token string) (Appointment, error) {
	t, err := tx.Tickets().ByID(ctx, id)
	if err != nil {
		return Appointment{}, fmt.Errorf("read ticket: %w", err)
	}
	if b, err := a.plan.Load().known(t.Branch); err == nil {
		t = b.local(t)
	}
	person, err := a.person(ctx, tx, t)
	return Appointment{Ticket: t, Token: token, Person: person}, err
}

// Appointment returns what a token stands for, to the end of its local day.
// Errors: NotFound "appointment.over_or_unknown".
func (a *App) Appointment(ctx context.Context, token string) (Appointment, error) {
	var found Appointment
	err := a.store.View(ctx, func(tx ledger.Tx) error {
		t, _, err := a.byToken(ctx, tx, a.plan.Load(), token)
		if err != nil {
			return err
		}
		if t.Kind != queue.Appointment {
			return errOver
		}
		person, err := a.person(ctx, tx, t)
		found = Appointment{Ticket: t, Token: token, Person: person}
		return err
	})
	return found, err
}
