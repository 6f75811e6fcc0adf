package app_test

import (
	"slices"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
)

// A file that changes the town is an entry of its history, names what it takes back
// and is changed by another file; one that changes nothing is none.
func TestAnImportStandsInTheHistory(t *testing.T) {
	h := openTownHall(t)
	rule := h.Catalogue().Branches[0].Offices[0].Opening[0]
	later := rule
	later.Intervals = []booking.Interval{{From: 8 * 60, To: 12 * 60}}
	changed := h.apply(h.draft(catalogue.RuleEdit{Counters: bureau, Old: &rule, New: &later}))
	for range 2 {
		h.office("opening: [{days: [monday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}]")
	}
	entries, _, err := h.Town.History(h.ctx(), boss(markt), 0, 10)
	if err != nil || len(entries) != 2 {
		t.Fatalf("got %d entries, %v; want the import and what it takes back", len(entries), err)
	}
	note, ok := entries[0].Edits[0].Edit.(catalogue.Imported)
	if !ok || note.Branch != markt || !slices.Equal(note.TakesBack, []int{int(changed.Change)}) {
		t.Errorf("got %+v, want the rule's change taken back", entries[0].Edits)
	}
	if _, err := h.Town.Undo(h.ctx(), boss(markt), entries[0].ID, app.Unseen); !problem.Is(err, "change.imported") {
		t.Errorf("got %v, want it refused", err)
	}
}
