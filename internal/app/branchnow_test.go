package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/town"
)

// TestTheFirstPageCountsWhoIsHereAndWhichDesksWork: who is at a desk or put aside is
// here and doesn't wait; a desk counts while it has called somebody, and a quarter of
// an hour from then on, but in no pause.
func TestTheFirstPageCountsWhoIsHereAndWhichDesksWork(t *testing.T) {
	h := openTownHall(t)
	now := func() app.BranchNow {
		t.Helper()
		all, err := h.Figures.BranchesNow(h.ctx(), boss(markt), []town.BranchID{markt})
		if err != nil {
			t.Fatal(err)
		}
		return all[0]
	}
	want := func(when string, want app.BranchNow) {
		t.Helper()
		got := now()
		want.Planned = got.Planned // the plan's, tested there
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	h.set(at(t, tuesday, "09:00"))
	if got := now().Planned; got == 0 {
		t.Error("got nobody planned while it is open")
	}
	h.book(at(t, tuesday, "11:00"))
	want("nobody came", app.BranchNow{})
	h.walkIn()
	h.set(at(t, tuesday, "09:04"))
	h.walkIn()
	want("two wait", app.BranchNow{Here: 2, Waiting: 2, Longest: 4 * time.Minute})
	first := h.must("lena", deskwork.Command{Type: deskwork.CallNext, Room: "platz-1"}).Ticket
	second := h.must("tom", deskwork.Command{Type: deskwork.CallNext, Room: "platz-2"}).Ticket
	want("two are called", app.BranchNow{Here: 2, Serving: 2})
	h.set(at(t, tuesday, "09:06"))
	h.must("lena", deskwork.Command{Type: deskwork.Park, Ticket: first.ID})
	want("one is put aside", app.BranchNow{Here: 2, Serving: 2})
	h.must("lena", deskwork.Command{Type: deskwork.Pause, Room: "platz-1"})
	want("that desk makes a pause", app.BranchNow{Here: 2, Serving: 1})
	h.must("tom", deskwork.Command{Type: deskwork.Finish, Ticket: second.ID})
	want("the other's person has gone", app.BranchNow{Here: 1, Serving: 1})
	h.set(at(t, tuesday, "09:20"))
	want("a while ago", app.BranchNow{Here: 1, Serving: 1})
	h.set(at(t, tuesday, "09:21"))
	want("a quarter of an hour ago", app.BranchNow{Here: 1})
}

// TestAnEditIsFoundByItsPlaceAlone: neither before the first of a draft nor behind its
// last, nor in a draft that has changed since.
func TestAnEditIsFoundByItsPlaceAlone(t *testing.T) {
	h := openTownHall(t)
	d := h.draft(closed(thursday), mornings(thursday+1))
	for _, at := range []int{-1, 2} {
		_, removed := h.Drafts.RemoveEdit(h.ctx(), boss(markt), d.ID, d.Version, at)
		h.wantKey("removed", removed, "draft.unknown")
		_, replaced := h.Drafts.ReplaceEdit(h.ctx(), boss(markt), d.ID, d.Version, at, closed(thursday+2))
		h.wantKey("replaced", replaced, "draft.unknown")
	}
	left, err := h.Drafts.RemoveEdit(h.ctx(), boss(markt), d.ID, d.Version, 1)
	if err != nil || len(left.Edits) != 1 || left.Edits[0].Kind() != catalogue.KindClose {
		t.Errorf("got %v, %v; want the first left", left.Edits, err)
	}
	_, err = h.Drafts.RemoveEdit(h.ctx(), boss(markt), d.ID, d.Version, 0)
	h.wantKey("an older look", err, "draft.changed")
}
