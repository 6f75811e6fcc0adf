package app_test

import (
	"sync"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
)

func TestACitizenMovesToABranchThatOffersTheService(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "10:00"))
	moved, err := h.Move(h.ctx(), access.Actor{}, made.Token, nera, at(t, tuesday.AddDays(7), "10:00"))
	if err != nil {
		t.Fatal(err)
	}
	if got := moved.Ticket; got.Branch != nera || got.ID != made.Ticket.ID || got.State != queue.Booked {
		t.Errorf("got %s at %s, %s, want the same appointment booked at %s", got.ID, got.Branch, got.State, nera)
	}
	if _, err := h.Move(h.ctx(), access.Actor{}, made.Token, "elsewhere", at(t, tuesday.AddDays(7), "11:00")); err == nil {
		t.Error("moved to a branch that isn't there")
	}
}

// TestMovingElsewhereIsNoWayAroundTheLimitOfAMailbox: many at once, who each move
// one to an office where their mailbox may have two.
func TestMovingElsewhereIsNoWayAroundTheLimitOfAMailbox(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(nil)
		next := tuesday.AddDays(7)
		var made []app.Appointment
		for _, start := range []string{"09:00", "09:30", "10:00", "10:30"} {
			made = append(made, h.book(at(t, next, start)))
		}
		h.change("format: aufruf/1\nbranches:\n  - id: nerchau\n    offices:\n      - id: buergerbuero\n        max_per_email: 2\n")
		var moving sync.WaitGroup
		refused := make([]error, len(made))
		for i, m := range made {
			moving.Go(func() {
				_, refused[i] = h.Move(h.ctx(), access.Actor{}, m.Token, nera, m.Ticket.Start)
			})
		}
		moving.Wait()
		there := 0
		for i, err := range refused {
			if err == nil {
				there++
			} else if !problem.Is(err, "booking.too_many_per_email") && !problem.Is(err, "booking.slot_taken") {
				t.Errorf("move %d: %v", i, err)
			}
		}
		if there == 0 || there > 2 {
			t.Errorf("%d of %d moved, want at most the two that a mailbox may have", there, len(made))
		}
		// Whoever is there may still choose another time there.
		for i, m := range made {
			if refused[i] == nil {
				if _, err := h.Move(h.ctx(), access.Actor{}, m.Token, "", at(t, next.AddDays(7), "10:00")); err != nil {
					t.Errorf("within the office: %v", err)
				}
				break
			}
		}
	})
}
