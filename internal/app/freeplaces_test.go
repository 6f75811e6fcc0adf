package app_test

import (
	"testing"
	"time"

	"aufruf/internal/catalogue"
)

// lost is how many places a draft with an edit takes from the Bürgerbüro's next four
// weeks.
func (h *townHall) lost(e catalogue.Edit) int {
	h.t.Helper()
	p, err := h.Drafts.Preview(h.ctx(), boss(markt), h.draft(e).ID)
	if err != nil || len(p.Obstacles) > 0 {
		h.t.Fatal(err, p.Obstacles)
	}
	lost := 0
	for _, week := range p.Weeks {
		if week.Counters == bureau {
			lost += week.Before - week.After
		}
	}
	return lost
}

func TestAPreviewCountsWhatCitizensCanStillBook(t *testing.T) {
	h := openTownHall(t)
	h.apply(h.draft(mornings(thursday)))
	if got := h.lost(closed(thursday)); got != 6 {
		t.Errorf("an hour of one: got %d places lost, want 6", got)
	}
	booked := h.book(at(t, thursday, "09:00"))
	left := 6 - int((booked.Ticket.End.Sub(booked.Ticket.Start)+9*time.Minute)/(10*time.Minute))
	if got := h.lost(closed(thursday)); got != left {
		t.Errorf("beside who is booked: got %d places lost, want %d", got, left)
	}
	h.set(at(t, thursday, "10:00"))
	if got := h.lost(closed(thursday)); got != 0 {
		t.Errorf("what is past was counted: got %d places lost", got)
	}
}

func TestAPreviewCountsNothingBeyondTheHorizon(t *testing.T) {
	h := openTownHall(t)
	h.office("horizon_days: 7")
	if got := h.lost(closed(thursday)); got == 0 {
		t.Error("within the horizon nothing was lost")
	}
	if got := h.lost(closed(thursday.AddDays(14))); got != 0 {
		t.Errorf("nobody can book so far ahead: got %d places lost", got)
	}
}
