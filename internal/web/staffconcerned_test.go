package web_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/test/browser"
)

const unfitting = "/staff/grimma-markt/passt-nicht"

// closesThursday closes the branch on the day after tomorrow.
func (o *house) closesThursday() {
	o.t.Helper()
	wantStatus(o.t, o.decides(closing, "wo", "grimma-markt", "von", "2026-12-03"), http.StatusSeeOther)
}

// TestAManagerDecidesAboutWhatNoLongerFits: one stays, one is cancelled, and what
// was typed comes back where nothing is chosen.
func TestAManagerDecidesAboutWhatNoLongerFits(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	thursday := firstTuesday.AddDays(2)
	stays, goes := o.bookedOn(thursday, "10:00").Ticket, o.bookedOn(thursday, "10:10").Ticket
	wantText(t, o.get(unfitting), "Alle Termine passen.")
	o.closesThursday()
	list := o.get(unfitting)
	wantText(t, list, "Termine, die nicht mehr passen", stays.Number.String(), goes.Number.String(), "Da ist geschlossen.", "Passt nicht mehr: 2")
	wantNoText(t, list, "Ada", "example.org")

	refused := o.post(unfitting+"/absagen", "grund", "Rohrbruch")
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantText(t, refused, "Es ist noch kein Termin ausgewählt.", `value="Rohrbruch"`)
	wantRedirect(t, o.post(unfitting+"/behalten", "termin", string(stays.ID), "termin", "weg"), unfitting+"?behalten=1")
	wantRedirect(t, o.post(unfitting+"/absagen", "termin", string(goes.ID), "grund", "Rohrbruch"), unfitting+"?abgesagt=1")
	wantText(t, o.get(unfitting), "Alle Termine passen.")
	boss := o.actor("boss", ledger.RoleManager)
	for _, c := range []struct {
		ticket queue.Ticket
		want   queue.State
	}{{stays, queue.Booked}, {goes, queue.Cancelled}} {
		found, err := o.FindByNumber(t.Context(), boss, markt, thursday, c.ticket.Number)
		if err != nil || found.Ticket.State != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.ticket.Number, found.Ticket.State, err, c.want)
		}
	}
}

// TestTheDaySaysWhoNoLongerFits: the list on paper, the desk and the number's page.
func TestTheDaySaysWhoNoLongerFits(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	booked := o.bookedOn(firstTuesday, "11:00").Ticket
	pages := []string{"/staff/grimma-markt/liste", deskOne, front + "/nummer?number=" + booked.Number.String()}
	for _, path := range pages {
		wantNoText(t, o.get(path), "Passt nicht mehr: Da ist geschlossen.")
	}
	wantStatus(t, o.decides(closing, "wo", "grimma-markt", "von", "2026-12-01", "ab", "10:30"), http.StatusSeeOther)
	for _, path := range pages {
		wantText(t, o.get(path), "Passt nicht mehr: Da ist geschlossen.")
	}
}

// TestAnOldListDecidesNothing: somebody opened again while the list stood open in
// another tab.
func TestAnOldListDecidesNothing(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	thursday := firstTuesday.AddDays(2)
	booked := o.bookedOn(thursday, "10:00").Ticket
	wantRedirect(t, o.post(unfitting+"/absagen", "termin", string(booked.ID)), unfitting+"?abgesagt=0")
	wantRedirect(t, o.post(unfitting+"/behalten", "termin", string(booked.ID)), unfitting+"?behalten=0")
	found, err := o.FindByNumber(t.Context(), o.actor("boss", ledger.RoleManager), markt, thursday, booked.Number)
	if err != nil || found.Ticket.State != queue.Booked || found.Ticket.Kept {
		t.Errorf("got %s, kept %v, %v; want it as it was", found.Ticket.State, found.Ticket.Kept, err)
	}
}

func TestReceptionSeesWhatNoLongerFitsAndDecidesNothing(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	booked := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	o.closesThursday()
	o.hires("rosa", ledger.RoleReception)
	o.signsIn("rosa")
	list := o.get(unfitting)
	wantText(t, list, booked.Number.String(), "Hier entscheidet die Leitung")
	wantNoText(t, list, "<button>Ausgewählte", "checkbox")
	wantText(t, o.get(front), unfitting)
	for _, path := range []string{"/behalten", "/absagen"} {
		wantStatus(t, o.post(unfitting+path, "termin", string(booked.ID)), http.StatusForbidden)
	}
	o.hires("lena", ledger.RoleClerk)
	o.signsIn("lena")
	wantStatus(t, o.get(unfitting), http.StatusForbidden)
	wantNoText(t, o.get(front), unfitting)
}

func TestWhatNoLongerFitsLooksRightAndIsAccessible(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	o.bookedOn(firstTuesday.AddDays(2), "11:00")
	o.closesThursday()
	base := o.site()
	chromium := browser.Open(t)
	signInAt(chromium.Tab(t, officeScreen), base, "boss")
	for _, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + unfitting)
		tab.Do("open what can't be undone", chromedp.Click(chromedp.CSS("summary"), chromedp.NodeVisible))
		tab.CheckAccessible("concerned-" + v.name)
		tab.Picture("concerned-" + v.name)
	}
}

// TestWhomAClosureWouldConcernLooksRightAndIsAccessible shows the page that asks.
func TestWhomAClosureWouldConcernLooksRightAndIsAccessible(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	base := o.site()
	chromium := browser.Open(t)
	signInAt(chromium.Tab(t, officeScreen), base, "boss")
	for _, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + closing)
		tab.Do("name the day", chromedp.SetValue(chromedp.CSS("#von"), "2026-12-03"), chromedp.SetValue(chromedp.CSS("#bis"), "2026-12-03"))
		tab.Do("ask", chromedp.Click(chromedp.CSS("form[action$=schliessen] button.main")))
		tab.Do("read", chromedp.WaitVisible(chromedp.CSS("input[name=gesehen]+.row button.main")))
		tab.CheckAccessible("closingpreview-" + v.name)
		tab.Picture("closingpreview-" + v.name)
	}
}
