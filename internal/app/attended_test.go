package app_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// wantAway expects what everybody is told whose database is away.
func (h *townHall) wantAway(what string, err error) {
	h.t.Helper()
	if p := problem.Of(err); err == nil || p.Kind != problem.Unavailable || p.Key != problem.Away || p.RetryAfter <= 0 || !errors.Is(err, ledger.ErrAway) {
		h.t.Errorf("%s: got %v, want it told that the database is away, and when to try again", what, err)
	}
}

// Each write failed, and the server called itself ready.
func TestAServerWhoseLastCommitFailedIsNotReady(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		now := at(t, tuesday, "09:00")
		later := func() { now = now.Add(time.Second); h.set(now) }
		h.set(now)
		if err := h.Ready(h.ctx()); err != nil {
			t.Fatal(err)
		}
		s.Fail("Update.Commit", ledger.ErrAway, 1000)
		_, err := h.Book(h.ctx(), staff(clerk), wants(at(t, tuesday, "10:00")))
		h.wantAway("booking", err)
		if err := h.Ready(h.ctx()); !errors.Is(err, ledger.ErrAway) {
			t.Errorf("right after it: got %v, want it not ready", err)
		}
		later()
		if err := h.Ready(h.ctx()); !errors.Is(err, ledger.ErrAway) {
			t.Errorf("a second later: got %v, want it not ready", err)
		}
		s.Heal()
		later()
		if err := h.Ready(h.ctx()); err != nil {
			t.Errorf("mended: %v", err)
		}
		// Nobody writes: readiness is looked for all the same.
		s.Fail("Update.Commit", ledger.ErrAway, 1000)
		later()
		if err := h.Ready(h.ctx()); !errors.Is(err, ledger.ErrAway) {
			t.Errorf("while nobody writes: got %v, want it not ready", err)
		}
		// An update that has nothing to change says nothing.
		s.Heal()
		later()
		s.Fail("Meta.Set", ledger.ErrAway, 1000)
		if _, err := h.Outbox.DueMails(h.ctx(), 1); err != nil {
			t.Fatal(err)
		}
		if err := h.Ready(h.ctx()); !errors.Is(err, ledger.ErrAway) {
			t.Errorf("after an update of nothing: got %v, want it not ready", err)
		}
	})
}

// A desk would have been refused for a day what was only tried at the wrong time.
func TestACommandThatMetAnAwayDatabaseIsDoneWhenSentAgain(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		h.walkIn()
		cmd := next("platz-1")
		cmd.ID = rand.Text()
		s.Fail("Tickets.Update", ledger.ErrAway, 1)
		_, err := h.do(clerk, cmd)
		h.wantAway("call", err)
		if done, err := h.do(clerk, cmd); err != nil || done.Ticket.Number == 0 {
			t.Errorf("sent again: got %+v, %v; want somebody called", done.Ticket, err)
		}
	})
}

// narrow is a database on a disk that has room for a page, and for no booking.
type narrow struct {
	ledger.Store
	full atomic.Bool
}

func (s *narrow) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	return s.Store.Update(ctx, branches, func(tx ledger.Tx) error { return fn(narrowTx{tx, s}) })
}

type narrowTx struct {
	ledger.Tx
	disk *narrow
}

func (tx narrowTx) Meta() ledger.Meta { return narrowMeta{tx.Tx.Meta(), tx.disk} }

func (tx narrowTx) Personal() ledger.Personal { return narrowPersonal{tx.Tx.Personal(), tx.disk} }

type narrowMeta struct {
	ledger.Meta
	disk *narrow
}

func (m narrowMeta) Set(ctx context.Context, key, value string) error {
	if m.disk.full.Load() && len(value) > 4000 {
		return ledger.ErrAway
	}
	return m.Meta.Set(ctx, key, value)
}

type narrowPersonal struct {
	ledger.Personal
	disk *narrow
}

func (p narrowPersonal) Put(ctx context.Context, row ledger.Sealed) error {
	if p.disk.full.Load() {
		return ledger.ErrAway
	}
	return p.Personal.Put(ctx, row)
}

// A full disk has often room for what is written to try it.
func TestADiskWithRoomForAPageIsNotReady(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		disk := new(narrow)
		h := open(func(s ledger.Store) ledger.Store { disk.Store = s; return disk })
		h.set(at(t, tuesday, "09:00"))
		disk.full.Store(true)
		_, err := h.Book(h.ctx(), staff(clerk), wants(at(t, tuesday, "10:00")))
		h.wantAway("booking", err)
		for second := range 3 {
			if err := h.Ready(h.ctx()); !errors.Is(err, ledger.ErrAway) {
				t.Errorf("after %d seconds: got %v, want it not ready", second, err)
			}
			h.set(h.clock().Add(time.Second))
		}
		disk.full.Store(false)
		if err := h.Ready(h.ctx()); err != nil {
			t.Errorf("with room again: %v", err)
		}
	})
}
