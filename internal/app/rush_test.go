package app_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
)

// rushes has strangers keep so many times of a day, each from a network of their own.
func (h *townHall) rushes(n int, work access.Work) (refused error) {
	h.t.Helper()
	want := h.inBothBranches(48)
	for i := range n {
		s := want[0]
		for _, s = range want[i:] {
			if s.Branch == markt {
				break
			}
		}
		actor := access.Actor{Origin: fmt.Sprintf("198.51.%d.%d", h.clock().Minute(), i), Work: work}
		if err := h.holdsAt(actor, s)(); err != nil {
			return err
		}
	}
	return nil
}

// mustWork reports whether a stranger's program is asked for work.
func (h *townHall) mustWork(origin string) bool {
	h.t.Helper()
	work, err := h.Challenge(h.ctx(), access.Actor{Origin: origin}, markt)
	if err != nil {
		h.t.Fatal(err)
	}
	return work != nil
}

// Twenty holds in ten minutes where nobody ever came before: from then on programs
// work, those of one branch, until ten minutes were quiet.
func TestARushHasStrangersWork(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		if err := h.rushes(19, access.Owing); err != nil || h.mustWork("192.0.2.1") {
			t.Fatalf("nineteen: got %v", err)
		}
		h.set(h.clock().Add(time.Minute))
		if err := h.rushes(1, access.Owing); err != nil || !h.mustWork("192.0.2.1") {
			t.Fatalf("twenty: got %v", err)
		}
		if err := h.rushes(1, access.Owing); !problem.Is(err, "proof.required") {
			t.Errorf("without work: got %v", err)
		}
		if err := h.rushes(1, access.Shown); err != nil {
			t.Errorf("with work: got %v", err)
		}
		if work, err := h.Challenge(h.ctx(), access.Actor{Origin: "192.0.2.1"}, nera); err != nil || work != nil {
			t.Errorf("another branch: got %v %v", work, err)
		}
		if work, err := h.Challenge(h.ctx(), access.Actor{}, markt); err != nil || work != nil {
			t.Errorf("where limits are off: got %v %v", work, err)
		}
		going, err := h.Figures.Rushes(h.ctx(), access.Actor{Kind: access.Maintenance})
		if err != nil || len(going) != 1 || going[0].Branch != markt || going[0].Taken != 21 {
			t.Errorf("managers see %+v, %v", going, err)
		}
		if _, err := h.Figures.Rushes(h.ctx(), access.Actor{Kind: access.Staff, User: ledger.User{Role: ledger.RoleClerk}}); !problem.Is(err, access.ErrForbidden.Key) {
			t.Errorf("a clerk: got %v", err)
		}
		if got := h.doors("proof_of_work_on"); got != 1 {
			t.Errorf("got %d events, want one", got)
		}
		h.set(h.clock().Add(17 * time.Minute))
		if !h.mustWork("192.0.2.1") {
			t.Error("it ended before ten minutes were quiet")
		}
		h.set(h.clock().Add(time.Minute))
		if h.mustWork("192.0.2.1") {
			t.Error("it doesn't end")
		}
	})
}

// doors counts the security events of a name.
func (h *townHall) doors(name string) (n int) {
	h.t.Helper()
	events, err := h.Access.SecurityEvents(h.ctx(), access.Actor{Kind: access.Staff, User: ledger.User{Role: ledger.RoleAdmin}}, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range events {
		if e.Name == name {
			n++
		}
	}
	return n
}

// Thrice the busiest same hour of four weeks is no rush; an hour that was one doesn't
// count as usual afterwards.
func TestABusyTownIsNoRush(t *testing.T) {
	h := openTownHall(t)
	if err := h.rushes(8, access.NotAsked); err != nil {
		t.Fatal(err)
	}
	h.set(h.clock().Add(24 * time.Hour))
	if err := h.rushes(24, access.NotAsked); err != nil || h.mustWork("192.0.2.1") {
		t.Errorf("thrice yesterday's hour: got %v", err)
	}
	h.set(h.clock().Add(time.Second))
	if err := h.rushes(1, access.NotAsked); err != nil || !h.mustWork("192.0.2.1") {
		t.Errorf("one more: got %v", err)
	}
	h.set(h.clock().Add(24 * time.Hour))
	if err := h.rushes(25, access.NotAsked); err != nil || !h.mustWork("192.0.2.1") {
		t.Errorf("the day after a rush: got %v", err)
	}
}

// Many at once are as many as one after another, on each engine and over all nodes:
// what decides stands in the database.
func TestAtOnceNoMorePassThanOneAfterAnother(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		var all sync.WaitGroup
		stand := make(chan struct{}, 48)
		for i, s := range h.inBothBranches(48) {
			if s.Branch != markt {
				continue
			}
			all.Go(func() {
				err := h.holdsAt(access.Actor{Origin: fmt.Sprint("198.51.100.", i), Work: access.Owing}, s)()
				if err == nil {
					stand <- struct{}{}
				} else if !problem.Is(err, "proof.required") {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if got := len(stand); got != 20 {
			t.Errorf("got %d holds without work, want 20", got)
		}
	})
}

// A program works for what its network may not take, and confirms the address too.
func TestBeyondItsShareAProgramWorksAndConfirms(t *testing.T) {
	h := openTownHall(t)
	h.fewPlaces()
	day := h.startsOn(tuesday.AddDays(7))
	for _, start := range day[:3] {
		if err := h.bookFrom("192.0.2.7", start); err != nil {
			t.Fatal(err)
		}
	}
	if h.mustWork("192.0.2.7") {
		t.Error("it is asked for work before it takes too much")
	}
	actor := access.Actor{Origin: "192.0.2.7", Work: access.Owing}
	if _, err := h.Book(h.ctx(), actor, wants(day[3])); !problem.Is(err, "proof.required") {
		t.Errorf("without work: got %v", err)
	}
	if !h.mustWork("192.0.2.7") || h.mustWork("192.0.2.8") {
		t.Error("who must work isn't asked, or somebody else is")
	}
	actor.Work = access.Shown
	if made, err := h.Book(h.ctx(), actor, wants(day[3])); err != nil || made.ConfirmBy.IsZero() {
		t.Errorf("with work: got %v, want its address confirmed", err)
	}
}
