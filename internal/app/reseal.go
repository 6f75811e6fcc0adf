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
	Persons, Mails, Wishes int
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
func (a *App) Reseal(ctx context.Context) (Resealed, error) {
	done, err := a.reseal(ctx, keyDays{0, lastDay}, func(town.Date, town.Date) bool { return true })
	if err == nil {
		done.StillOnDisk = !a.overwrite(ctx)
	}
	return done, err
}

// resealStale seals anew what its key opens for fewer days than it should, where
// there is a later one by now, and what earlier programs sealed with keys that
// are further ahead than they should be.
func (a *App) resealStale(ctx context.Context, stale town.Date) (Resealed, error) {
	near, err := a.reseal(ctx, keyDays{0, stale - 1}, func(date, keyDay town.Date) bool { return keyDay < a.sealer.KeyDay(date) })
	if err != nil {
		return near, err
	}
	far, err := a.reseal(ctx, keyDays{a.sealer.KeyDay(lastDay) + 1, lastDay}, func(date, keyDay town.Date) bool { return true })
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

// reseal seals anew what has a key day of a span and is due.
func (a *App) reseal(ctx context.Context, of keyDays, due func(date, keyDay town.Date) bool) (Resealed, error) {
	var done Resealed
	var lost []ledger.Sealed
	for branch := range a.plan.Load().branches {
		persons, err := resealAll(ctx, a, branch, a.personsToReseal(ctx, branch, of), due)
		if err != nil {
			return done, fmt.Errorf("seal persons anew: %w", err)
		}
		mails, err := resealAll(ctx, a, branch, a.mailsToReseal(ctx, branch, of), due)
		if err != nil {
			return done, fmt.Errorf("seal mails anew: %w", err)
		}
		wishes, err := resealAll(ctx, a, branch, a.wishesToReseal(ctx, branch, of), due)
		if err != nil {
			return done, fmt.Errorf("seal wishes anew: %w", err)
		}
		lost = append(lost, persons.lost...)
		done.Persons, done.Mails, done.Wishes = done.Persons+persons.sealed, done.Mails+mails.sealed, done.Wishes+wishes.sealed
		done.LostMails, done.LostWishes = done.LostMails+len(mails.lost), done.LostWishes+len(wishes.lost)
	}
	var err error
	done.Lost, err = a.lostTickets(ctx, lost)
	return done, err
}

// toReseal is how rows of a kind are sealed anew.
type toReseal[R any] struct {
	list func(tx ledger.Tx, after string) ([]R, error) // in order of their ids, at most resealAtOnce
	of   func(R) (id string, date, keyDay town.Date)
	anew func(tx ledger.Tx, row R) error // errKeyGone
}

type outcome[R any] struct {
	sealed int
	lost   []R
	last   string // id of the last row looked at
	more   bool
}

// resealAll seals a branch's rows of a kind anew, some in each transaction. All
// of them hold the branch: whoever sealed something before is seen.
func resealAll[R any](ctx context.Context, a *App, branch town.BranchID, kind toReseal[R], due func(date, keyDay town.Date) bool) (outcome[R], error) {
	total := outcome[R]{more: true}
	for total.more {
		var some outcome[R]
		err := a.store.Update(ctx, []town.BranchID{branch}, func(tx ledger.Tx) (err error) {
			some, err = kind.some(tx, total.last, due)
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

func (kind toReseal[R]) some(tx ledger.Tx, after string, due func(date, keyDay town.Date) bool) (outcome[R], error) {
	rows, err := kind.list(tx, after)
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
		err := kind.anew(tx, row)
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

func (a *App) personsToReseal(ctx context.Context, branch town.BranchID, of keyDays) toReseal[ledger.Sealed] {
	return toReseal[ledger.Sealed]{
		list: func(tx ledger.Tx, after string) ([]ledger.Sealed, error) {
			return tx.Personal().ByKeyDay(ctx, branch, of.from, of.to, town.TicketID(after), resealAtOnce)
		},
		of: func(s ledger.Sealed) (string, town.Date, town.Date) { return string(s.Ticket), s.Date, s.KeyDay },
		anew: func(tx ledger.Tx, s ledger.Sealed) error {
			var p Person
			if err := a.openValue(placeOfPerson(s), s.KeyDay, s.Body, &p); err != nil {
				return err
			}
			sealed, err := a.sealPerson(ctx, tx, ledger.Sealed{Ticket: s.Ticket, Branch: s.Branch, Date: s.Date}, p)
			if err != nil {
				return err
			}
			return tx.Personal().Put(ctx, sealed)
		},
	}
}

func (a *App) mailsToReseal(ctx context.Context, branch town.BranchID, of keyDays) toReseal[ledger.Mail] {
	return toReseal[ledger.Mail]{
		list: func(tx ledger.Tx, after string) ([]ledger.Mail, error) {
			return tx.Mails().ByKeyDay(ctx, branch, of.from, of.to, after, resealAtOnce)
		},
		of: func(m ledger.Mail) (string, town.Date, town.Date) { return m.ID, m.Date, m.KeyDay },
		anew: func(tx ledger.Tx, m ledger.Mail) error {
			plain, err := a.open(placeOfMail(m), m.KeyDay, m.Body)
			if err != nil {
				return err
			}
			if m.Body, m.KeyDay, err = a.seal(ctx, tx, placeOfMail(m), plain); err != nil {
				return err
			}
			return tx.Mails().Reseal(ctx, m)
		},
	}
}

func (a *App) wishesToReseal(ctx context.Context, branch town.BranchID, of keyDays) toReseal[ledger.Wish] {
	return toReseal[ledger.Wish]{
		list: func(tx ledger.Tx, after string) ([]ledger.Wish, error) {
			return tx.Wishes().ByKeyDay(ctx, branch, of.from, of.to, after, resealAtOnce)
		},
		of: func(w ledger.Wish) (string, town.Date, town.Date) { return w.ID, w.Until, w.KeyDay },
		anew: func(tx ledger.Tx, w ledger.Wish) error {
			plain, err := a.open(placeOfWish(w), w.KeyDay, w.Body)
			if err != nil {
				return err
			}
			if w.Body, w.KeyDay, err = a.seal(ctx, tx, placeOfWish(w), plain); err != nil {
				return err
			}
			return tx.Wishes().Put(ctx, w)
		},
	}
}

// lostTickets returns the tickets of rows, in their branch's time.
func (a *App) lostTickets(ctx context.Context, rows []ledger.Sealed) (tickets []queue.Ticket, err error) {
	err = a.store.View(ctx, func(tx ledger.Tx) error {
		tickets = nil
		for _, row := range rows {
			t, err := tx.Tickets().ByID(ctx, row.Ticket)
			if err != nil {
				return fmt.Errorf("read ticket: %w", err)
			}
			if b, err := a.plan.Load().known(t.Branch); err == nil {
				t = b.local(t)
			}
			tickets = append(tickets, t)
		}
		return nil
	})
	return tickets, err
}
