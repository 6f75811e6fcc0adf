package app

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// resealAtOnce is how many rows are sealed anew in one transaction, so that no
// desk waits for all of them.
const resealAtOnce = 50

// Resealed is what was sealed anew.
type Resealed struct {
	Persons, Mails, Wishes int // wishes with those that wait to be confirmed
	// What no key in the key file opens; the tickets in their branch's time.
	Lost                  []queue.Ticket
	LostMails, LostWishes int
	// StillOnDisk: what the old keys open couldn't be overwritten yet.
	StillOnDisk bool
}

// Any reports whether anything was sealed anew, or can't be opened.
func (r Resealed) Any() bool { return r.Persons+r.Mails+r.Wishes > 0 || r.AnyLost() }

// AnyLost reports whether anything can't be opened.
func (r Resealed) AnyLost() bool { return len(r.Lost)+r.LostMails+r.LostWishes > 0 }

// lastDay is after every key day.
var lastDay = town.NewDate(9999, 12, 31)

// Reseal seals anew all that the keys open: what a chain that is given up has
// sealed, so that the new one alone opens it. Where it is interrupted, it can be
// begun again.
func (ks *Keys) Reseal(ctx context.Context) (Resealed, error) {
	done, err := resealing{ks.core, keyDays{0, lastDay}, func(town.Date, town.Date) bool { return true }}.all(ctx)
	if err == nil {
		done.StillOnDisk = !ks.overwriting.now(ctx)
	}
	return done, err
}

// resealStale seals anew what its key opens for fewer days than it should, where
// there is a later one by now, and what earlier programs sealed with keys that
// are further ahead than they should be.
func (e *Eraser) resealStale(ctx context.Context, stale town.Date) (Resealed, error) {
	near, err := resealing{e.core, keyDays{0, stale - 1}, func(date, keyDay town.Date) bool { return keyDay < e.core.sealer.KeyDay(date) }}.all(ctx)
	if err != nil {
		return near, err
	}
	far, err := resealing{e.core, keyDays{e.core.sealer.KeyDay(lastDay) + 1, lastDay}, func(date, keyDay town.Date) bool { return true }}.all(ctx)
	return near.and(far), err
}

func (r Resealed) and(other Resealed) Resealed {
	return Resealed{
		Persons: r.Persons + other.Persons, Mails: r.Mails + other.Mails, Wishes: r.Wishes + other.Wishes,
		Lost: append(r.Lost, other.Lost...), LostMails: r.LostMails + other.LostMails, LostWishes: r.LostWishes + other.LostWishes,
	}
}

// keyDays is a span of key days, both inclusive.
type keyDays struct{ from, to town.Date }

// resealing seals anew what has a key day of a span and is due.
type resealing struct {
	core *core
	of   keyDays
	due  func(date, keyDay town.Date) bool
}

// all seals anew what every branch has of it.
func (r resealing) all(ctx context.Context) (Resealed, error) {
	var done Resealed
	var lost []ledger.Sealed
	for branch := range r.core.plans.Now().Branches {
		persons, err := resealAll(ctx, r, branch, r.persons(ctx, branch))
		if err != nil {
			return done, fmt.Errorf("seal persons anew: %w", err)
		}
		mails, err := resealAll(ctx, r, branch, r.mails(ctx, branch))
		if err != nil {
			return done, fmt.Errorf("seal mails anew: %w", err)
		}
		wishes, err := resealAll(ctx, r, branch, r.wishes(ctx, branch))
		if err != nil {
			return done, fmt.Errorf("seal wishes anew: %w", err)
		}
		awaited, err := resealAll(ctx, r, branch, r.confirmations(ctx, branch))
		if err != nil {
			return done, fmt.Errorf("seal what waits for an address anew: %w", err)
		}
		lost = append(lost, persons.lost...)
		done.Persons, done.Mails, done.Wishes = done.Persons+persons.sealed, done.Mails+mails.sealed, done.Wishes+wishes.sealed+awaited.sealed
		done.LostMails, done.LostWishes = done.LostMails+len(mails.lost), done.LostWishes+len(wishes.lost)+len(awaited.lost)
	}
	err := r.core.view(ctx, func(v *view) (err error) {
		done.Lost, err = v.lostTickets(ctx, lost)
		return err
	})
	return done, err
}

// toReseal is how rows of a kind are sealed anew.
type toReseal[R any] struct {
	list func(v *view, after string) ([]R, error) // in order of their ids, at most resealAtOnce
	of   func(R) (id string, date, keyDay town.Date)
	anew func(v *view, row R) error // errKeyGone
}

type outcome[R any] struct {
	sealed int
	lost   []R
	last   string // id of the last row looked at
	more   bool
}

// resealAll seals a branch's rows of a kind anew, some in each transaction. All
// of them hold the branch: whoever sealed something before is seen.
func resealAll[R any](ctx context.Context, r resealing, branch town.BranchID, kind toReseal[R]) (outcome[R], error) {
	total := outcome[R]{more: true}
	for total.more {
		var some outcome[R]
		err := r.core.write(ctx, []town.BranchID{branch}, func(v *view) (err error) {
			some, err = kind.some(v, total.last, r.due)
			return err
		})
		if err != nil {
			return total, err
		}
		some.sealed += total.sealed
		some.lost = append(total.lost, some.lost...)
		total = some
	}
	return total, nil
}

func (kind toReseal[R]) some(v *view, after string, due func(date, keyDay town.Date) bool) (outcome[R], error) {
	rows, err := kind.list(v, after)
	done := outcome[R]{last: after, more: len(rows) == resealAtOnce}
	if err != nil {
		return done, err
	}
	for _, row := range rows {
		id, date, keyDay := kind.of(row)
		done.last = id
		if !due(date, keyDay) {
			continue
		}
		err := kind.anew(v, row)
		if errors.Is(err, errKeyGone) {
			done.lost = append(done.lost, row)
			continue
		}
		if err != nil {
			return done, err
		}
		done.sealed++
	}
	return done, nil
}

func (r resealing) persons(ctx context.Context, branch town.BranchID) toReseal[ledger.Sealed] {
	return toReseal[ledger.Sealed]{
		list: func(v *view, after string) ([]ledger.Sealed, error) {
			return v.Personal().ByKeyDay(ctx, branch, r.of.from, r.of.to, town.TicketID(after), resealAtOnce)
		},
		of: func(s ledger.Sealed) (string, town.Date, town.Date) { return string(s.Ticket), s.Date, s.KeyDay },
		anew: func(v *view, s ledger.Sealed) error {
			var p Person
			if err := r.core.sealer.openValue(placeOfPerson(s), s.KeyDay, s.Body, &p); err != nil {
				return err
			}
			sealed, err := v.sealPerson(ctx, ledger.Sealed{Ticket: s.Ticket, Branch: s.Branch, Date: s.Date}, p)
			if err != nil {
				return err
			}
			return v.Personal().Put(ctx, sealed)
		},
	}
}

func (r resealing) mails(ctx context.Context, branch town.BranchID) toReseal[ledger.Mail] {
	return toReseal[ledger.Mail]{
		list: func(v *view, after string) ([]ledger.Mail, error) {
			return v.Mails().ByKeyDay(ctx, branch, r.of.from, r.of.to, after, resealAtOnce)
		},
		of: func(m ledger.Mail) (string, town.Date, town.Date) { return m.ID, m.Date, m.KeyDay },
		anew: func(v *view, m ledger.Mail) error {
			plain, err := r.core.sealer.open(placeOfMail(m), m.KeyDay, m.Body)
			if err != nil {
				return err
			}
			if m.Body, m.KeyDay, err = v.seal(ctx, placeOfMail(m), plain); err != nil {
				return err
			}
			return v.Mails().Reseal(ctx, m)
		},
	}
}

func (r resealing) wishes(ctx context.Context, branch town.BranchID) toReseal[ledger.Wish] {
	return toReseal[ledger.Wish]{
		list: func(v *view, after string) ([]ledger.Wish, error) {
			return v.Wishes().ByKeyDay(ctx, branch, r.of.from, r.of.to, after, resealAtOnce)
		},
		of: func(w ledger.Wish) (string, town.Date, town.Date) { return w.ID, w.Until, w.KeyDay },
		anew: func(v *view, w ledger.Wish) error {
			plain, err := r.core.sealer.open(placeOfWish(w), w.KeyDay, w.Body)
			if err != nil {
				return err
			}
			if w.Body, w.KeyDay, err = v.seal(ctx, placeOfWish(w), plain); err != nil {
				return err
			}
			return v.Wishes().Put(ctx, w)
		},
	}
}

func (r resealing) confirmations(ctx context.Context, branch town.BranchID) toReseal[ledger.Confirmation] {
	return toReseal[ledger.Confirmation]{
		list: func(v *view, after string) ([]ledger.Confirmation, error) {
			return v.Confirmations().ByKeyDay(ctx, branch, r.of.from, r.of.to, after, resealAtOnce)
		},
		of: func(c ledger.Confirmation) (string, town.Date, town.Date) { return c.ID, c.Date, c.KeyDay },
		anew: func(v *view, c ledger.Confirmation) error {
			plain, err := r.core.sealer.open(placeOfConfirmation(c), c.KeyDay, c.Body)
			if err != nil {
				return err
			}
			if c.Body, c.KeyDay, err = v.seal(ctx, placeOfConfirmation(c), plain); err != nil {
				return err
			}
			return v.Confirmations().Put(ctx, c)
		},
	}
}

// lostTickets returns the tickets of rows, in their branch's time.
func (v *view) lostTickets(ctx context.Context, rows []ledger.Sealed) ([]queue.Ticket, error) {
	var tickets []queue.Ticket
	for _, row := range rows {
		t, err := v.Tickets().ByID(ctx, row.Ticket)
		if err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
		if b, err := v.rules.Known(t.Branch); err == nil {
			t = b.Local(t)
		}
		tickets = append(tickets, t)
	}
	return tickets, nil
}
