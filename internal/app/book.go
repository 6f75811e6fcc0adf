package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/clock"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Book makes an appointment and gives it a number. A hold that still lives
// makes sure of the slot; an expired or unknown one is as good as none. The
// confirmation mail is queued in the same transaction. Only the citizen's own
// request is answered with their token: others get the weak one.
//
// Errors: as of Days; Invalid with each field that is wrong, or where the hold
// is for something else; Conflict slotTaken with the nearest free starts;
// Conflict "number.none_left"; Conflict "booking.too_many_per_email"; TooMany
// "booking.too_many".
//
// Where a service asks for a confirmed address, and beyond what the networks of a
// stranger's connection, or the mail address, may take, nothing is booked yet: the
// answer says until when the address must be confirmed, and the time is kept so long.
// It doesn't say what was too much. Beyond, a program must have worked: Forbidden
// "proof.required". A page's booking that must be worked for and wasn't is confirmed
// likewise.
func (a *App) Book(ctx context.Context, actor access.Actor, r BookRequest) (Appointment, error) {
	r.Staff = actor.Kind == access.Staff
	if r.Overbook && !r.Staff {
		return Appointment{}, problem.New(problem.Forbidden, "booking.overbook_staff_only")
	}
	if r.Staff && !actor.In(r.Branch) {
		return Appointment{}, access.ErrForbidden
	}
	person, err := r.Person.checked(!r.Staff, a.plans.Now().Catalogue.Questions(r.Items))
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
	full := false // the mailbox has all that it may: its owner is told, nobody else
	err = a.update(ctx, bookingIn(a.plans.Now(), actor, r, a.time.Now()), func(c *change) error {
		answer, repeated, err := again.Answered(ctx, c)
		if err != nil {
			return err
		}
		if until, awaits := confirmBy(answer); repeated && awaits {
			made = Appointment{ConfirmBy: until}
			return nil
		}
		if repeated {
			made, err = c.appointment(ctx, town.TicketID(answer), again.Token())
			made = c.answerTo(ctx, actor, made)
			return err
		}
		asked := actor.Kind == access.Citizen && c.rules.Catalogue.ConfirmsAddress(r.Items)
		if asked {
			_, err = c.admitted(ctx, actor, r)
		} else {
			made, err = c.book(ctx, actor, r, again.Token())
		}
		full = errors.Is(err, errMailboxFull)
		if within := asked && (full || err == nil); within || full || errors.Is(err, errUnproved) {
			if !within && actor.Work == access.Owing {
				return errProofBeyond
			}
			if made, err = c.awaitBooking(ctx, actor, r, again.Token(), waiting{full: full, within: within}); err != nil {
				return err
			}
			return again.Remember(ctx, c, c.at, confirmAnswer(made.ConfirmBy))
		}
		if err != nil {
			return err
		}
		made = c.answerTo(ctx, actor, made)
		return again.Remember(ctx, c, c.at, string(made.Ticket.ID))
	})
	if errors.Is(err, errProofBeyond) {
		return Appointment{}, a.askForWork(ctx, actor)
	}
	if full || problem.Is(err, "booking.too_many_per_email") {
		a.sendExisting(ctx, r)
	}
	if err != nil {
		return Appointment{}, a.memory.WithAlternatives(ctx, err, r.Wanted, r.Start)
	}
	a.outbox.signal()
	return made, nil
}

// bookingIn returns the branches that a booking holds: where a mail address or a
// network may make only so many, those at the other branches count too.
func bookingIn(p *plan.Plan, actor access.Actor, r BookRequest, at clock.Instant) []town.BranchID {
	wish, err := p.Check(r.Wanted, at)
	if err != nil || perEmail(wish.Office, actor, r) == 0 && !stranger(actor) {
		return []town.BranchID{r.Branch}
	}
	return p.EveryBranch()
}

// perEmail is how many live appointments the mail address of a booking may have;
// 0: no limit. Staff are not bound, and the usual limit binds strangers alone.
func perEmail(o *plan.Office, actor access.Actor, r BookRequest) int {
	switch {
	case r.Staff || r.Person.Email == "":
		return 0
	case o.MaxPerEmail != nil:
		return *o.MaxPerEmail
	case stranger(actor) || r.Proved:
		return catalogue.UsualPerEmail
	}
	return 0
}

// admitted checks what is wanted, and that whoever asks may have it.
func (c *change) admitted(ctx context.Context, actor access.Actor, r BookRequest) (plan.Checked, error) {
	wish, err := c.rules.Check(r.Wanted, c.at)
	if err != nil {
		return wish, err
	}
	if err := c.admitMail(ctx, actor, r.Person.Email); err != nil {
		return wish, err
	}
	if err := c.admitWork(ctx, actor, r.Branch); err != nil {
		return wish, err
	}
	if err := c.admitProof(ctx, actor, r); err != nil {
		return wish, err
	}
	if err := c.admitBooking(ctx, actor, wish, r); err != nil {
		return wish, err
	}
	return wish, c.admitEmail(ctx, actor, wish, r)
}

func (c *change) book(ctx context.Context, actor access.Actor, r BookRequest, token string) (Appointment, error) {
	wish, err := c.admitted(ctx, actor, r)
	if err != nil {
		return Appointment{}, err
	}
	overbooked, err := c.secure(ctx, wish, r)
	if err != nil {
		return Appointment{}, err
	}
	start := r.Start.In(wish.Branch.Zone)
	date := town.DateOf(start, wish.Branch.Zone)
	number, err := c.draw(ctx, wish.Branch, date)
	if err != nil {
		return Appointment{}, err
	}
	id, err := c.core.secrets.ID()
	if err != nil {
		return Appointment{}, err
	}
	t := queue.Ticket{
		ID: town.TicketID(id), Version: 1, Branch: r.Branch, Date: date, Number: number,
		Kind: queue.Appointment, Items: wish.Items, Start: start, End: start.Add(wish.Rules.Duration),
		Online: !r.Staff, Channel: bookedBy(r.Staff), Overbooked: overbooked, Language: c.rules.Language(r.Language), Created: c.now,
		Progress: queue.Progress{
			Office: wish.Office.ID, State: queue.Booked,
			SortAt: queue.SortTime(queue.Appointment, start, c.now, wish.Office.Queue),
		},
		TokenHash: secrets.Hash(token),
	}
	if err := c.admit(ctx, &t); err != nil {
		return Appointment{}, err
	}
	if err := c.noteBooking(ctx, actor, t); err != nil {
		return Appointment{}, err
	}
	if err := c.noteDemand(ctx, actor, t.Branch); err != nil {
		return Appointment{}, err
	}
	r.Person.Token = token
	if err := c.keep(ctx, t, r.Person); err != nil {
		return Appointment{}, err
	}
	if err := c.queueConfirmation(ctx, wish.Office, t, r.Person); err != nil {
		return Appointment{}, err
	}
	if err := c.audit(ctx, actor, "booked", t); err != nil {
		return Appointment{}, err
	}
	return Appointment{Ticket: t, Token: token, Person: &r.Person}, nil
}

func bookedBy(staff bool) queue.Channel {
	if staff {
		return queue.ByTelephone
	}
	return queue.ByWeb
}

// admit stores a new ticket in the order of its event.
func (c *change) admit(ctx context.Context, t *queue.Ticket) error {
	kind, dates := ledger.EventBooking, []town.Date{t.Date}
	if t.Kind == queue.WalkIn {
		kind, dates = ledger.EventQueue, nil
	}
	events, err := c.days.Record(ctx, t.Branch, ledger.Event{Kind: kind, Ticket: t.ID, Number: t.Number, Office: t.Office, Dates: dates})
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
func (c *change) secure(ctx context.Context, w plan.Checked, r BookRequest) (overbooked bool, err error) {
	hold, err := c.holdFor(ctx, w, r)
	if err != nil {
		return false, err
	}
	var own []booking.Span
	if hold != nil && c.at.Trusted.Before(hold.Expires) {
		own, w.Rules.Kept = append(own, daybook.SpanOfHold(*hold).Span), true
	}
	if err = c.bookable(ctx, w, r.Start, own...); len(own) > 0 {
		err = gone(err)
	}
	if overbooked = problem.Is(err, daybook.SlotTaken) && r.Overbook; overbooked {
		err = w.Office.Booking.CheckOverbook(r.Start, w.Rules)
	}
	if err != nil || hold == nil {
		return overbooked, err
	}
	return overbooked, c.days.EndHold(ctx, *hold)
}

// holdFor returns the hold that a booking redeems; nil where there is none.
func (c *change) holdFor(ctx context.Context, w plan.Checked, r BookRequest) (*ledger.Hold, error) {
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
	if h.Branch != r.Branch || h.Office != w.Office.ID || !h.Start.Equal(r.Start) || !sameItems(h.Items, w.Items) {
		return nil, problem.Field("hold", "hold.mismatch")
	}
	return &h, nil
}

// admitEmail keeps a mail address to its number of live appointments. To a stranger
// the refusal is errMailboxFull, which says no more than any other limit.
func (c *change) admitEmail(ctx context.Context, actor access.Actor, w plan.Checked, r BookRequest) error {
	most := perEmail(w.Office, actor, r)
	if most == 0 {
		return nil
	}
	live, err := c.liveOf(ctx, w, r)
	if err != nil || len(live) < most {
		return err
	}
	return mailboxFull(actor, most)
}

func mailboxFull(actor access.Actor, most int) error {
	if stranger(actor) {
		return errMailboxFull
	}
	return problem.New(problem.Conflict, "booking.too_many_per_email").With("max", most)
}

// liveOf returns the appointments to come that a mail address has at the office,
// or anywhere for one of the services.
func (v *view) liveOf(ctx context.Context, w plan.Checked, r BookRequest) ([]queue.Ticket, error) {
	ids, err := v.ticketsOf(ctx, r.Person.Email)
	if err != nil {
		return nil, err
	}
	var live []queue.Ticket
	for _, id := range ids {
		t, err := v.Tickets().ByID(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
		here := t.Branch == w.Branch.ID && t.Office == w.Office.ID
		if t.StateOn(w.Branch.Today(v.now)) == queue.Booked && (here || shareService(t.Items, r.Items)) {
			live = append(live, t)
		}
	}
	return live, nil
}

// ticketsOf returns the tickets that a mail address has today and on days to
// come. A ticket's hash of the address has the key that seals beside it, so the
// address is hashed for every day whose key does: some two weeks.
func (v *view) ticketsOf(ctx context.Context, email string) ([]town.TicketID, error) {
	hashes, err := v.core.sealer.Hashes(0, v.core.sealer.KeyDay(lastDay), purposeEmail, sameMailbox(email))
	if err != nil {
		return nil, fmt.Errorf("hash mail address: %w", err)
	}
	ids, err := v.Personal().ByEmail(ctx, hashes)
	if err != nil {
		return nil, fmt.Errorf("look up mail address: %w", err)
	}
	return ids, nil
}

// sendExisting mails the link of an appointment that stands in the way of a
// refused one, each at most once a day. It goes to the address itself and
// nowhere else: who merely knows it must not get to move or cancel it. The
// refusal stands whatever becomes of the mail. It is the one that the booking was
// counted as; a second would tell whoever counts on that something is there.
func (co *core) sendExisting(ctx context.Context, r BookRequest) {
	err := co.write(ctx, nil, func(v *view) error {
		w, err := v.rules.Check(r.Wanted, v.at)
		if err != nil {
			return err
		}
		live, err := v.liveOf(ctx, w, r)
		if err != nil {
			return err
		}
		for _, t := range live {
			m := mailOf(t, fmt.Sprintf("%s-%s", MailExisting, w.Branch.Today(v.now)), MailExisting, v.at.Trusted)
			if queued, err := v.queueExisting(ctx, m); err != nil || queued {
				return err
			}
		}
		return nil
	})
	if err != nil {
		co.log.ErrorContext(ctx, "mail about an existing appointment isn't queued", "error", err.Error())
	}
	co.outbox.signal()
}

// queueExisting queues a mail unless it was queued today already.
func (v *view) queueExisting(ctx context.Context, m ledger.Mail) (queued bool, err error) {
	_, err = v.Mails().ByID(ctx, m.ID)
	if !errors.Is(err, ledger.ErrNotFound) {
		return false, err
	}
	if err := ignoreTaken(v.Mails().Put(ctx, m)); err != nil {
		return false, fmt.Errorf("queue mail: %w", err)
	}
	return true, nil
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

func (v *view) appointment(ctx context.Context, id town.TicketID, token string) (Appointment, error) {
	t, err := v.Tickets().ByID(ctx, id)
	if err != nil {
		return Appointment{}, fmt.Errorf("read ticket: %w", err)
	}
	if b, err := v.rules.Known(t.Branch); err == nil {
		t = b.Local(t)
	}
	person, err := v.person(ctx, t)
	return Appointment{Ticket: t, Token: token, Person: person}, err
}

// Appointment returns what a citizen's token stands for, to the end of its local
// day.
// Errors: NotFound "appointment.over_or_unknown".
func (a *App) Appointment(ctx context.Context, token string) (Appointment, error) {
	var found Appointment
	err := a.view(ctx, func(v *view) error {
		t, _, err := v.byToken(ctx, v.rules, token)
		if err != nil {
			return err
		}
		person, err := v.person(ctx, t)
		found = Appointment{Ticket: t, Token: token, Person: person}
		return err
	})
	return found, err
}
