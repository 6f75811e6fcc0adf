package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

const (
	// timeLook is how often the clocks are looked at, and a confirmation that
	// somebody is waiting for is looked for.
	timeLook = time.Second
	// timeSave is how often the database is told what time it is: rarely, for a
	// start that asks gives it a day and a half.
	timeSave = time.Minute
	// timeAsk is how often second sources are asked while a doubt waits for
	// them; without one as often as time is saved.
	timeAsk = 10 * time.Second
	// alarmEvery keeps an alarm alive without filling the log.
	alarmEvery = time.Hour
)

var errClockMovedOn = problem.New(problem.Conflict, "clock.moved_on")

// ClockState says what is thought of the clock.
func (a *App) ClockState() ClockState { return a.time.State() }

// RunTime watches the clock until ctx ends.
func (a *App) RunTime(ctx context.Context) error {
	tick := time.NewTicker(timeLook)
	defer tick.Stop()
	w := timeWatch{core: a.core}
	for {
		if err := w.look(ctx); err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "the time isn't kept and is tried again", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// timeWatch is what Run remembers from look to look. Its instants are of the
// clock that nobody sets.
type timeWatch struct {
	core         *core
	saved, asked *time.Duration // nil: never
	doubted      bool
	alarmed      alarm
}

// due reports whether something wasn't done for a while, and notes that it is.
func due(last **time.Duration, passed, every time.Duration) bool {
	if *last != nil && passed-**last < every {
		return false
	}
	*last = &passed
	return true
}

// look does what is due: it hears second sources and confirmations, decides, and
// tells the database what time it is.
func (w *timeWatch) look(ctx context.Context) error {
	a := w.core
	if a.time.Set {
		if due(&w.saved, a.time.steady(), timeSave) {
			return w.saveTime(ctx)
		}
		return nil
	}
	if err := w.lookAtClock(ctx); err != nil {
		return err
	}
	passed := a.time.steady()
	doubted := a.time.State().Doubted
	turned := doubted != w.doubted
	w.doubted = doubted
	w.alarm(ctx, passed)
	if due(&w.saved, passed, timeSave) || turned {
		return w.saveTime(ctx)
	}
	return nil
}

func (w *timeWatch) alarm(ctx context.Context, passed time.Duration) {
	if !w.doubted {
		if w.alarmed.raised {
			w.core.log.InfoContext(ctx, "the clock is trusted again")
		}
		w.alarmed = alarm{}
		return
	}
	if w.alarmed.due(passed) {
		s := w.core.time.State()
		w.core.log.ErrorContext(ctx, "the clock can't be trusted: nothing is erased or ended by it; check it, then: server clock confirm",
			"shows", s.Wall.UTC().Format(time.RFC3339), "surely", s.Trusted.UTC().Format(time.RFC3339),
			"ahead", s.Ahead.Round(time.Second).String(), "denied", s.Denied)
	}
}

func (w *timeWatch) lookAtClock(ctx context.Context) error {
	every := timeSave
	if w.core.time.State().Doubted {
		every = timeAsk
	}
	if due(&w.asked, w.core.time.steady(), every) {
		if who, settled := w.core.time.ask(ctx); settled {
			return w.decide(func() error { return w.believe(ctx, access.Actor{Kind: access.Maintenance}, "clock_agreed", who) })
		}
	}
	ripe := false
	w.core.time.change(func(t *clock.Trust, r clock.Reading) { ripe = t.Note(r) })
	if ripe {
		return w.decide(func() error { return w.believe(ctx, access.Actor{Kind: access.Maintenance}, "clock_steady", "") })
	}
	if !w.core.time.State().Doubted {
		return nil
	}
	return w.decide(func() error { return w.hearOthers(ctx) })
}

// decide lets one at a time decide about the clock.
func (w *timeWatch) decide(fn func() error) error {
	w.core.time.deciding.Lock()
	defer w.core.time.deciding.Unlock()
	return fn()
}

// hearOthers looks whether somebody has confirmed the clock, or another node
// trusts one that says the same.
func (w *timeWatch) hearOthers(ctx context.Context) error {
	var remembered rememberedTime
	var confirmed confirmedTime
	err := w.core.view(ctx, func(v *view) (err error) {
		remembered, confirmed, err = readTime(ctx, v)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for a confirmation: %w", err)
	}
	wall := w.core.time.Now().Wall
	if confirmed.ID != w.core.time.heeded() {
		if near(wall, confirmed.At) {
			return w.believeConfirmed(ctx, access.Actor{Kind: access.Maintenance}, confirmed.ID)
		}
		w.core.time.heed(confirmed.ID)
		w.core.log.WarnContext(ctx, "a confirmation isn't about this clock", "shows", wall.UTC().Format(time.RFC3339), "confirmed", confirmed.At.UTC().Format(time.RFC3339))
	}
	if near(wall, remembered.Seen) {
		return w.believe(ctx, access.Actor{Kind: access.Maintenance}, "clock_agreed", "another node")
	}
	return nil
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() <= clock.Drift }

// saveTime tells the database what time it surely is. It only moves on: another
// node may know more.
func (w *timeWatch) saveTime(ctx context.Context) error {
	return w.core.write(ctx, nil, func(v *view) error {
		before, confirmed, err := readTime(ctx, v)
		if err != nil {
			return err
		}
		next := w.core.time.remembered()
		if !w.core.time.Set && before.Seen.After(next.Seen) {
			next.Seen = before.Seen
		}
		next.Answered = confirmed.ID // whoever runs has seen it
		return writeMeta(ctx, v, metaTime, next)
	})
}

// remembered is what the database is told.
func (k *Timekeeper) remembered() rememberedTime {
	r := k.look()
	if k.Set {
		return rememberedTime{Seen: r.Wall.UTC()}
	}
	kept := k.trust.Load().Keep(r)
	remembered := rememberedTime{Seen: kept.Seen.UTC()}
	if kept.Claim != nil {
		remembered.Claimed, remembered.Steady = kept.Claim.At.UTC(), kept.Claim.Steady
	}
	return remembered
}

// ConfirmClock takes an administrator's word that the clock is right although it
// leapt: the instant that was shown has come. Errors: Forbidden; Conflict
// "clock.moved_on" where the clock shows another time by now.
func (a *App) ConfirmClock(ctx context.Context, actor access.Actor, shown time.Time) error {
	if !actor.AtLeast(ledger.RoleAdmin) {
		return access.ErrForbidden
	}
	if !near(a.time.Now().Wall, shown) {
		return errClockMovedOn
	}
	w := timeWatch{core: a.core}
	return w.decide(func() error {
		if !a.time.State().Doubted {
			return nil
		}
		id, err := ConfirmTime(ctx, a.store, shown)
		if err != nil {
			return err
		}
		return w.believeConfirmed(ctx, actor, id)
	})
}

func (w *timeWatch) believeConfirmed(ctx context.Context, actor access.Actor, id string) error {
	if err := w.believe(ctx, actor, "clock_confirmed", ""); err != nil {
		return err
	}
	w.core.time.heed(id)
	return nil
}

// ConfirmFrom is ConfirmTime from beside the server, where somebody has just
// looked at a clock that shows now. In a demonstration the server's own clock
// counts. It returns what was confirmed; zero: nothing is doubted.
func ConfirmFrom(ctx context.Context, store ledger.Store, now time.Time) (time.Time, error) {
	var remembered rememberedTime
	var kind string
	err := store.View(ctx, func(tx ledger.Tx) (err error) {
		if remembered, _, err = readTime(ctx, tx); err != nil {
			return err
		}
		if remembered.Seen.IsZero() {
			if remembered.Seen, err = newestTrace(ctx, tx); err != nil {
				return err
			}
		}
		kind, err = tx.Meta().Get(ctx, metaClock)
		if errors.Is(err, ledger.ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("read what is known of time: %w", err)
	}
	if kind == string(ClockSet) {
		now = remembered.Claimed
	}
	start := clock.Start(clock.Kept{Seen: remembered.Seen}, clock.Reading{Wall: now})
	if now.IsZero() || remembered.Claimed.IsZero() && !start.Doubts(clock.Reading{Wall: now}) {
		return time.Time{}, nil
	}
	_, err = ConfirmTime(ctx, store, now)
	return now, err
}

// ConfirmTime tells every node on a database that an instant has come: those
// whose clock is doubted and shows it believe it from then on.
func ConfirmTime(ctx context.Context, store ledger.Store, at time.Time) (id string, err error) {
	id = rand.Text()
	err = store.Update(ctx, nil, func(tx ledger.Tx) error {
		return writeMeta(ctx, tx, metaConfirmed, confirmedTime{ID: id, At: at.UTC()})
	})
	if err != nil {
		return "", fmt.Errorf("confirm the clock: %w", err)
	}
	return id, nil
}

// believe takes the wall clock's word from now on. What was begun while it was
// doubted ends after the time that it was given, and not at the leap: it is
// moved along. The caller decides.
func (w *timeWatch) believe(ctx context.Context, actor access.Actor, action, detail string) error {
	var l leap
	branches := w.core.plans.Now().EveryBranch()
	err := w.core.update(ctx, branches, func(c *change) error {
		l = w.core.time.leap()
		if err := c.moveAlong(ctx, branches, l); err != nil {
			return fmt.Errorf("move along what was begun: %w", err)
		}
		next := rememberedTime{Seen: l.to.UTC(), Answered: w.core.time.heeded()}
		if err := writeMeta(ctx, c, metaTime, next); err != nil {
			return err
		}
		return c.Audit().Put(ctx, ledger.AuditEntry{At: c.now, Actor: actor.Name(), Action: action, Detail: detail})
	})
	if err != nil {
		return err
	}
	w.core.time.change(func(t *clock.Trust, r clock.Reading) { t.Believe(r) })
	w.core.log.WarnContext(ctx, "the clock is believed although it leapt", "why", action, "by", l.by().Round(time.Second).String())
	return nil
}

// leap is how trusted time moves when a doubted clock is believed.
type leap struct {
	since    time.Time // when the doubt began, by trusted time
	from, to time.Time
}

func (l leap) by() time.Duration { return l.to.Sub(l.from) }

func (k *Timekeeper) leap() leap {
	r := k.look()
	t := *k.trust.Load()
	return leap{since: t.Since(), from: t.Now(r), to: r.Wall}
}

// begun is the first instant of what was begun since the doubt, or, where time
// moves back, would not have begun yet.
func (l leap) begun() time.Time {
	if l.to.Before(l.since) {
		return l.to
	}
	return l.since
}

// moveAlong keeps the time that is left to what was begun. The rows of nodes
// that trusted the right clock all along lie on the other side of the leap, and
// stay.
func (c *change) moveAlong(ctx context.Context, branches []town.BranchID, l leap) error {
	for _, branch := range branches {
		if err := c.moveHolds(ctx, branch, l); err != nil {
			return err
		}
	}
	if err := c.People().MoveSessions(ctx, l.begun(), l.from, l.by()); err != nil {
		return fmt.Errorf("move sessions: %w", err)
	}
	if err := c.Requests().Move(ctx, l.begun(), l.from, l.by()); err != nil {
		return fmt.Errorf("move requests: %w", err)
	}
	if err := c.moveOffers(ctx, l); err != nil {
		return err
	}
	if err := c.moveConfirmations(ctx, l); err != nil {
		return err
	}
	return c.moveMails(ctx, l)
}

// moveHolds moves the holds that the leap would end, or would leave standing
// for as long as it is.
func (c *change) moveHolds(ctx context.Context, branch town.BranchID, l leap) error {
	until := l.to
	if l.by() < 0 {
		until = time.UnixMicro(math.MaxInt64)
	}
	held, err := c.Holds().Ending(ctx, branch, l.from, until)
	if err != nil || len(held) == 0 {
		return err
	}
	var dates []town.Date
	for _, h := range held {
		moved := h
		moved.Expires = h.Expires.Add(l.by())
		if err := c.days.ExtendHold(ctx, h, moved); err != nil {
			return err
		}
		dates = append(dates, h.Date)
	}
	slices.Sort(dates)
	_, err = c.days.Record(ctx, branch, ledger.Event{Kind: ledger.EventBooking, Dates: slices.Compact(dates)})
	return err
}

// moveOffers keeps those who have an offer from getting another beside it.
func (c *change) moveOffers(ctx context.Context, l leap) error {
	open, err := c.Wishes().Open(ctx, 0)
	if err != nil {
		return fmt.Errorf("read wishes: %w", err)
	}
	for _, w := range open {
		if w.Offered.Before(l.begun()) || w.Offered.After(l.from) {
			continue
		}
		w.Offered = w.Offered.Add(l.by())
		if err := c.Wishes().Put(ctx, w); err != nil {
			return fmt.Errorf("move offer: %w", err)
		}
	}
	return nil
}

// moveConfirmations leaves those who have a link as long as they had to confirm
// it.
func (c *change) moveConfirmations(ctx context.Context, l leap) error {
	waits, err := c.Confirmations().Since(ctx, 0)
	if err != nil {
		return fmt.Errorf("read what waits for an address: %w", err)
	}
	for _, w := range waits {
		if !w.Expires.After(l.from) {
			continue
		}
		w.Expires = w.Expires.Add(l.by())
		if err := c.Confirmations().Put(ctx, w); err != nil {
			return fmt.Errorf("move what waits for an address: %w", err)
		}
	}
	return nil
}

// moveMails keeps a mail that is on its way from being taken for given up, and
// after a leap back hastens what would wait for as long as it was. A reminder's
// time is that of its appointment and stays.
func (c *change) moveMails(ctx context.Context, l leap) error {
	begun, err := c.Mails().Sending(ctx)
	if err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	queued, err := c.Mails().Due(ctx, l.from.Add(lastMailRetry), math.MaxInt32)
	if err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	for _, m := range slices.Concat(begun, queued) {
		switch {
		case m.State == MailSending && m.Due.After(l.from):
			m.Due = m.Due.Add(l.by())
		case m.Due.After(l.to) && (m.Kind != MailReminder || m.Attempts > 0):
			m.Due = l.to
			if m.Since.After(l.to) {
				m.Since = l.to
			}
		default:
			continue
		}
		if err := ignoreStale(c.Mails().Update(ctx, m)); err != nil {
			return fmt.Errorf("move mail: %w", err)
		}
	}
	return nil
}

// lastMailRetry is more than any mail waits to be tried again.
const lastMailRetry = 2 * time.Hour
