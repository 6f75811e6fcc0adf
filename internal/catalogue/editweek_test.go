package catalogue_test

import (
	"testing"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// A week in which the whole house is closed on its Tuesday closes the office on the
// Tuesdays of the weeks that become like it.
func TestACopiedWeekIsClosedWhereTheBranchWas(t *testing.T) {
	monday := town.NewDate(2026, 12, 7)
	c := catalogue.Catalogue{Branches: []catalogue.Branch{{
		ID: "b", Closures: []booking.Closure{{From: monday.AddDays(1), To: monday.AddDays(1), Reason: town.Plain("Betriebsausflug")}},
		Offices: []catalogue.Office{{ID: "o"}},
	}}}
	after, err := c.Edited(catalogue.CopyWeek{Counters: catalogue.Counters{Branch: "b", Office: "o"}, Week: monday, To: []town.Date{monday.AddDays(7), monday.AddDays(14)}})
	if err != nil {
		t.Fatal(err)
	}
	closed := after.Branches[0].Offices[0].Urgent
	if len(closed) != 2 || closed[0].From != monday.AddDays(8) || closed[1].From != monday.AddDays(15) {
		t.Errorf("got %v, want the Tuesdays of both weeks", closed)
	}
}
