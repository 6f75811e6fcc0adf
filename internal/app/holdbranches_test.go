package app_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// slot is a time that somebody wants.
type slot struct {
	plan.Wanted
	start time.Time
}

// inBothBranches are times of both branches in turn, of many days.
func (h *townHall) inBothBranches(n int) (all []slot) {
	h.t.Helper()
	for days := 2; days < 40 && len(all) < n; days++ {
		for i := range 2 {
			for _, branch := range []town.BranchID{markt, nera} {
				w := plan.Wanted{Branch: branch, Items: one(pin)}
				free, err := h.Memory.Slots(h.ctx(), w, tuesday.AddDays(days))
				if err != nil {
					h.t.Fatal(err)
				}
				if len(free) > i {
					all = append(all, slot{w, free[i].Start})
				}
			}
		}
	}
	if len(all) < n {
		h.t.Fatalf("got %d times, want %d", len(all), n)
	}
	return all[:n]
}

// holdsAt keeps a time.
func (h *townHall) holdsAt(actor access.Actor, s slot) func() error {
	return func() error {
		_, err := h.Hold(h.ctx(), actor, s.Wanted, s.start)
		return err
	}
}

// Two transactions in two branches didn't see each other on PostgreSQL: a browser
// with two holds got two more.
func TestABrowserHoldsNoMoreInTwoBranchesAtOnce(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		phone := access.Actor{Origin: "192.0.2.7", Browser: "a phone"}
		want := h.inBothBranches(40)
		both := slices.IndexFunc(want, func(s slot) bool { return s.Branch == nera })
		for _, s := range want[:2] {
			if err := h.holdsAt(phone, s)(); err != nil {
				t.Fatal(err)
			}
		}
		first, second := s.Meanwhile("Holds.Insert", h.holdsAt(phone, want[both-1]), h.holdsAt(phone, want[both]))
		if first != nil || !problem.Is(second, "hold.too_many") {
			t.Errorf("got %v and %v, want the second refused", first, second)
		}
	})
}

// Of many at once three are a browser's and thirty an address's, whatever the
// branches.
func TestOfManyHoldsAtOnceSoManyStand(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		want := h.inBothBranches(48)
		for _, crowd := range []struct {
			origin  string
			browser func(i int) string
			want    []slot
			most    int
		}{
			{"192.0.2.7", func(int) string { return "a phone" }, want[:12], 3},
			{"198.51.100.7", func(i int) string { return fmt.Sprint("browser ", i) }, want[12:], 30},
		} {
			var all sync.WaitGroup
			var stand atomic.Int32
			for i, s := range crowd.want {
				all.Go(func() {
					err := h.holdsAt(access.Actor{Origin: crowd.origin, Browser: crowd.browser(i)}, s)()
					if err == nil {
						stand.Add(1)
					} else if !problem.Is(err, "hold.too_many") {
						t.Errorf("got %v", err)
					}
				})
			}
			all.Wait()
			if got := int(stand.Load()); got != crowd.most {
				t.Errorf("%s: got %d holds, want %d", crowd.origin, got, crowd.most)
			}
		}
	})
}
