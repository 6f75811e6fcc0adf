package api_test

import (
	"net/http"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// Where walk-ins come strictly after appointments their sort time lies on the
// next day; a desk that shows the time of it showed a time that had passed.
func TestAWalkInAfterAllAppointmentsIsDueToday(t *testing.T) {
	h := openServer(t, options{})
	h.change("format: aufruf/1\nbranches: [{id: grimma-markt, offices: [{id: buergerbuero, walk_in: {handicap: day}}]}]\n")
	clerk := h.staff("clerk", ledger.RoleClerk)
	h.walkIn(clerk)
	h.book("13:00")
	waiting := read[wire.Queue](h.ask(request{path: "/queue?branch=" + markt, token: clerk}).want(http.StatusOK)).Waiting
	if len(waiting) != 2 || waiting[1].Kind != wire.WalkIn {
		t.Fatalf("got %v, want the walk-in after the appointment", waiting)
	}
	if got, want := waiting[1].Due.Format(time.DateTime), h.clock().In(waiting[1].Due.Location()).Format(time.DateOnly)+" 23:59:00"; got != want {
		t.Errorf("due %s, want %s", got, want)
	}
}
