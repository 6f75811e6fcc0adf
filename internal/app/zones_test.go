package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/town"
)

// TestABranchKeepsItsOwnTime: every town of the tests lies in one zone, so that
// nothing noticed a branch that went by another's clock.
func TestABranchKeepsItsOwnTime(t *testing.T) {
	h := openTownHall(t)
	before := h.starts(pinAtMarkt, thursday)
	h.change("format: aufruf/1\nbranches:\n  - {id: grimma-markt, time_zone: Asia/Kathmandu}\n")
	after := h.starts(pinAtMarkt, thursday)
	for i := range before {
		before[i] = strings.Replace(before[i], "+0100", "+0545", 1)
	}
	if diff := cmp.Diff(before, after); diff != "" || len(after) == 0 {
		t.Errorf("the hours by the clock there (-want +got):\n%s", diff)
	}
	nepal, err := time.LoadLocation("Asia/Kathmandu")
	if err != nil {
		t.Fatal(err)
	}
	made, err := h.Book(h.ctx(), access.Actor{}, wants(thursday.At(9*60, nepal)))
	if err != nil || made.Ticket.Date != thursday {
		t.Errorf("booked on %s, %v; want %s", made.Ticket.Date, err, thursday)
	}
	h.set(at(t, tuesday, "20:00"))
	for branch, want := range map[town.BranchID]town.Date{markt: tuesday + 1, nera: tuesday} {
		if got := h.Today(branch); got != want {
			t.Errorf("today at %s: got %s, want %s", branch, got, want)
		}
	}
}
