package web_test

import (
	"testing"

	"aufruf/internal/ledger"
)

// TestWhatStaffOverstepIsMarkedWhereverTheDayIsListed: the number's own page said it
// alone; desk and day list didn't tell such an appointment from others.
func TestWhatStaffOverstepIsMarkedWhereverTheDayIsListed(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.set("09:45")
	const said = "kurzfristiger, als Bürger buchen können"
	pages := []string{"/staff/grimma-markt/liste", "/staff/grimma-markt/platz-1"}
	usual := o.bookedOn(firstTuesday, "11:00").Ticket
	for _, page := range append(pages, "/staff/grimma-markt/empfang/nummer?date=2026-12-01&number="+usual.Number.String()) {
		wantNoText(t, o.get(page), said)
	}
	soon := o.bookedOn(firstTuesday, "10:00").Ticket
	for _, page := range append(pages, "/staff/grimma-markt/empfang/nummer?date=2026-12-01&number="+soon.Number.String()) {
		wantText(t, o.get(page), said)
	}
}
