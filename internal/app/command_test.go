package app_test

import (
	"testing"
	"time"

	"aufruf/internal/deskwork"
)

// The ID of a command is free again after a day, though nothing has tidied;
// until then the answer is the same.
func TestTheIDOfACommandIsFreeAfterADay(t *testing.T) {
	h := openTownHall(t)
	clerk := staff(clerk)
	step := func(id string) deskwork.Command {
		return deskwork.Command{ID: id, Type: deskwork.CallNext, Room: "platz-1"}
	}
	h.set(at(t, tuesday, "09:00"))
	if _, err := h.Do(t.Context(), clerk, markt, step("refused")); err == nil {
		t.Fatal("somebody waits")
	}
	first := h.walkIn().Ticket.ID
	called, err := h.Do(t.Context(), clerk, markt, step("called"))
	if err != nil || called.Ticket.ID != first {
		t.Fatalf("got %+v, %v", called, err)
	}

	h.set(at(t, tuesday, "09:00").Add(24*time.Hour - time.Microsecond))
	next := h.walkIn().Ticket.ID
	again, err := h.Do(t.Context(), clerk, markt, step("called"))
	if err != nil || again.Ticket.ID != first {
		t.Errorf("within a day: got %+v, %v; want the same answer", again, err)
	}
	_, err = h.Do(t.Context(), clerk, markt, step("refused"))
	h.wantKey("a refusal within a day", err, "queue.empty")

	h.set(at(t, tuesday, "09:00").Add(24 * time.Hour))
	for _, id := range []string{"called", "refused"} {
		done, err := h.Do(t.Context(), clerk, markt, step(id))
		if err != nil || done.Ticket.ID != next {
			t.Errorf("%s a day later: got %+v, %v; want the next person", id, done, err)
		}
		next = h.walkIn().Ticket.ID
	}
}
