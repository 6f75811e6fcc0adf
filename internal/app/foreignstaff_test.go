package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
)

// Each use case of a desk asks for the right at its branch by itself, whatever the
// doors in front of it have asked.
func TestStaffOfAnotherBranchFindAndChangeNothing(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "10:20")).Ticket
	elsewhere, here := with(ledger.RoleReception, nera), with(ledger.RoleReception, markt)
	for name, ask := range map[string]func() error{
		"find by number": func() error {
			_, err := h.FindByNumber(h.ctx(), elsewhere, markt, made.Date, made.Number)
			return err
		},
		"days of a number": func() error {
			_, err := h.DaysOf(h.ctx(), elsewhere, markt, made.Number)
			return err
		},
		"day list": func() error {
			_, err := h.Workday(h.ctx(), elsewhere, markt, made.Date)
			return err
		},
		"cancel": func() error {
			return h.CancelTicket(h.ctx(), elsewhere, markt, made.ID, app.StaffReason{})
		},
		"move away from there": func() error {
			_, err := h.MoveTicket(h.ctx(), elsewhere, markt, made.ID, nera, at(t, tuesday+7, "10:20"), app.StaffReason{})
			return err
		},
		"move to there": func() error {
			_, err := h.MoveTicket(h.ctx(), here, markt, made.ID, nera, at(t, tuesday+7, "10:20"), app.StaffReason{})
			return err
		},
		"register": func() error {
			_, err := h.CheckIn(h.ctx(), elsewhere, app.CheckInRequest{Branch: markt, Number: made.Number})
			return err
		},
		"give a number": func() error {
			_, err := h.IssueTicket(h.ctx(), elsewhere, app.WalkInRequest{Wanted: plan.Wanted{Branch: markt, Items: one(pin)}})
			return err
		},
		"call": func() error {
			_, err := h.Do(h.ctx(), elsewhere, markt, next("platz-1"))
			return err
		},
		"test the sound": func() error {
			_, err := h.TestSound(h.ctx(), elsewhere, markt, "")
			return err
		},
	} {
		if err := ask(); problem.Of(err).Kind != problem.Forbidden {
			t.Errorf("%s: got %v, want it forbidden", name, err)
		}
	}
	if diff := cmp.Diff(made, h.ticket(made.ID)); diff != "" {
		t.Errorf("the appointment changed (-want +got):\n%s", diff)
	}
}
