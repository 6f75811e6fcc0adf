package app_test

import (
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/store/forced"
)

// TestADraftAppliedAtTwoNodesIsOneChange: a manager's two tabs are served by two
// nodes, and both are pressed.
func TestADraftAppliedAtTwoNodesIsOneChange(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		other, err := apptest.Node(t, apptest.Options{Clock: h.time, Store: s})
		if err != nil {
			t.Fatal(err)
		}
		d := h.draft(closed(thursday))
		seen, err := other.Drafts.Preview(h.ctx(), boss(markt), d.ID)
		if err != nil || len(seen.Draft.Edits) != 1 {
			t.Fatalf("the other node sees %v, %v", seen.Draft, err)
		}
		var made [2]app.Applied
		apply := func(i int, a *app.App) func() error {
			return func() (err error) {
				made[i], err = a.Drafts.Apply(h.ctx(), boss(markt), d.ID, d.Version, seen.Shown)
				return err
			}
		}
		first, second := s.Meanwhile("TownChanges.Insert", apply(0, h.App), apply(1, other))
		if first != nil {
			t.Fatal(first)
		}
		if second != nil { // it was looked at before the other's commit: the next press says what it has become
			second = apply(1, other)()
		}
		if second != nil || made[0].Change != made[1].Change {
			t.Errorf("got changes %d and %d, %v; want one", made[0].Change, made[1].Change, second)
		}
		if changes, _, err := other.Town.History(h.ctx(), boss(markt), 0, 10); err != nil || len(changes) != 1 {
			t.Errorf("got %d changes, %v; want one", len(changes), err)
		}
		if err := other.Refresh(h.ctx()); err != nil {
			t.Fatal(err)
		}
		if days, err := other.Memory.Days(h.ctx(), pinAtMarkt, thursday, thursday); err != nil || days.Days[0].Reason != booking.ReasonClosure {
			t.Errorf("the other node offers %v, %v; want it closed", days, err)
		}
		if _, err := other.Drafts.New(h.ctx(), boss(markt), catalogue.Reopen{Counters: bureau, Closure: closed(thursday).Closure}); err != nil {
			t.Errorf("the other node can't take it back: %v", err)
		}
	})
}
