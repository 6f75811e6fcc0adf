package web_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

// Enter takes the only concern that fits what was typed, once however long it is held,
// and who arrives is seen without loading the page again.
func TestEnterTakesTheOnlyConcernAndTheListsFollow(t *testing.T) {
	o := openOffice(t)
	o.hires("rosa", ledger.RoleReception)
	base := o.site()
	tab := browser.Open(t).Tab(t, officeScreen)
	signInAt(tab, base, "rosa")
	tab.Open(base + front)
	awaitFocus(tab, "q")
	types(tab, "meldebescheinigung")
	tab.Await("one concern", `document.querySelectorAll("#found .found li").length === 1`)
	types(tab, kb.Enter)
	tab.AwaitText("main", "Nummer zurücknehmen")
	day, err := o.Workday(t.Context(), o.actor("rosa", ledger.RoleReception), markt, 0)
	if err != nil || len(day.Waiting) != 1 {
		t.Fatalf("got %d who wait, %v, want one", len(day.Waiting), err)
	}

	tab.Open(base + front)
	number := o.walkIn().Number.String()
	tab.AwaitText("#now", number)
	tab.AwaitText("#now", "Heute wurde noch niemand aufgerufen.")
	made := o.booked("09:20").Ticket
	if _, err := o.CheckIn(t.Context(), o.actor("rosa", ledger.RoleReception), app.CheckInRequest{Branch: markt, Number: made.Number}); err != nil {
		t.Fatal(err)
	}
	tab.AwaitText("#now", made.Number.String())
	tab.CheckAccessible("reception-follows")
}

// While somebody is on the telephone another day is chosen from the calendar, and
// another branch, and nothing that was typed is lost.
func TestTheCalendarOfATelephoneBookingKeepsWhatWasTyped(t *testing.T) {
	o := openReception(t)
	form := o.get(front + "/termin?service=eid-pin")
	wantText(t, form, "Dezember 2026", `value="2026-12-08"`, front+"/termin/tag", "/staff/nerchau/empfang/termin/tag", "Zum Vorlesen")
	typed := []string{"service", "eid-pin", "name", "Ada Beispiel", "phone", "03437 1", "support", "Rampe", "sprache", "en", "ab", "2026-12-01"}
	other := o.post(front+"/termin/tag", append(typed, "tag", "2026-12-08")...)
	wantStatus(t, other, http.StatusOK)
	wantText(t, other, `value="Ada Beispiel"`, `value="03437 1"`, `value="Rampe"`, `value="en" selected`, `value="2026-12-08T09:00:00&#43;01:00"`,
		`aria-current="date"`)
	wantNoText(t, other, `value="2026-12-01T`)
	elsewhere := o.post("/staff/nerchau/empfang/termin/tag", append(typed, "tag", "2026-12-08")...)
	wantStatus(t, elsewhere, http.StatusOK)
	wantText(t, elsewhere, `action="/staff/nerchau/empfang/termin"`, `value="Ada Beispiel"`)
	later := o.post(front+"/termin/tag", append(typed, "tag", "2027-01-01")...)
	wantText(t, later, "Januar 2027", "‹ Dezember 2026")
}

// Whoever asks at the front desk whether they were called gets an answer, and who lost
// the confirmation gets it again.
func TestReceptionSeesTheHallAndSendsTheConfirmationAgain(t *testing.T) {
	o := openReception(t)
	made := o.bookedOnline(clockOn(t, "10:30"))
	page := front + "/nummer?date=2026-12-01&number=" + made.Ticket.Number.String()
	wantText(t, o.get(page), "Bestätigung noch einmal senden", "Zum Vorlesen: Unterlagen und Gebühren")
	fields := []string{"ticket", string(made.Ticket.ID), "date", "2026-12-01", "number", made.Ticket.Number.String()}
	again := o.post(front+"/bestaetigung", fields...)
	wantStatus(t, again, http.StatusSeeOther)
	wantText(t, o.get(again.Header().Get("Location")), "Die Bestätigung ist noch einmal unterwegs.")
	o.calls(made.Ticket.Number)
	wantText(t, o.get(front), "Im Wartebereich zu sehen", "Platz 1")
}
