package web_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

var runID = regexp.MustCompile(`name="lauf" value="([^"]+)"`)

// carriesOut has the run of a preview carried out, and returns its page's address.
func (o *house) carriesOut(form ...string) string {
	o.t.Helper()
	preview := o.post(unfitting+"/vorschau", form...)
	wantStatus(o.t, preview, http.StatusOK)
	id := runID.FindStringSubmatch(preview.Body.String())
	if id == nil {
		o.t.Fatal("the preview has no run")
	}
	wantRedirect(o.t, o.post(unfitting+"/lauf", append(form, "lauf", id[1])...), unfitting+"/lauf/"+id[1])
	if err := o.Dealings.CarryOut(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	return unfitting + "/lauf/" + id[1]
}

// bookedOnline books as a citizen.
func (o *house) bookedOnline(start time.Time) app.Appointment {
	o.t.Helper()
	made, err := o.Book(o.t.Context(), access.Actor{}, app.BookRequest{
		Wanted: plan.Wanted{Branch: markt, Items: []town.Item{{Service: "eid-pin", Quantity: 1}}}, Start: start, Language: town.German,
		Person: app.Person{Name: "Ada Beispiel", Email: "ada@example.org"},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return made
}

// TestAManagerOffersNewTimesFromAPreview: who gets what stands there first; then it
// is carried out, shown and taken back.
func TestAManagerOffersNewTimesFromAPreview(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	thursday := firstTuesday.AddDays(2)
	booked := o.bookedOn(thursday, "10:00").Ticket
	o.closesThursday()
	wantText(t, o.get(unfitting+"?von=2026-12-03"), `value="`+string(booked.ID)+`" checked`)
	wantText(t, o.get(unfitting+"?alle=1"), `value="`+string(booked.ID)+`" checked`)

	form := []string{"termin", string(booked.ID), "art", "anbieten", "antwort", "2026-12-02", "uhr", "12:00", "grund", "Rohrbruch"}
	preview := o.post(unfitting+"/vorschau", form...)
	wantStatus(t, preview, http.StatusOK)
	wantText(t, preview, "Ein Termin wird bearbeitet.", "Freitag, 4.\u00a0Dezember 2026, 10.00\u00a0Uhr", "Eine neue Zeit anbieten", `value="Rohrbruch"`)
	wantText(t, o.get(unfitting), booked.Number.String())

	run := o.carriesOut(form...)
	wantText(t, o.get(run), "Fertig.", "1 von 1 erledigt.", "Alles zurücknehmen", "Nummer ")
	wantText(t, o.get(unfitting), "Angeboten: ", "Zuletzt bearbeitet")
	wantRedirect(t, o.post(run+"/zurueck"), run)
	if err := o.Dealings.CarryOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantText(t, o.get(run), "Zurückgenommen.")
	wantNoText(t, o.get(run), "<button>Alles zurücknehmen")
	wantNoText(t, o.get(unfitting), "Angeboten: ")
	wantStatus(t, o.post(run+"/anhalten"), http.StatusConflict)

	refused := o.post(unfitting+"/vorschau", "termin", string(booked.ID), "antwort", "2026-11-01", "grund", "Rohrbruch")
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantText(t, refused, "bis wann geantwortet werden kann", `value="Rohrbruch"`)
	o.hires("rosa", ledger.RoleReception)
	o.signsIn("rosa")
	wantText(t, o.get(run), "Zurückgenommen.")
	wantStatus(t, o.post(unfitting+"/vorschau", form...), http.StatusForbidden)
	wantStatus(t, o.post(unfitting+"/lauf", append(form, "lauf", "x")...), http.StatusForbidden)
	wantStatus(t, o.post(run+"/zurueck"), http.StatusForbidden)
}

// TestACitizenAnswersToANewTime: looking changes nothing; pressing twice leads to
// the same page.
func TestACitizenAnswersToANewTime(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	made := o.bookedOnline(firstTuesday.AddDays(2).At(10*60, berlin))
	o.closesThursday()
	own := "/t/" + made.Token
	wantRedirect(t, o.get(own+"/neue-zeit"), own)
	o.carriesOut("termin", string(made.Ticket.ID), "art", "anbieten", "antwort", "2026-12-02", "uhr", "12:00")
	for range 2 {
		wantText(t, o.get(own+"/neue-zeit"), "Passt Ihnen die neue Zeit?", "Donnerstag, 3.\u00a0Dezember 2026, 10.00\u00a0Uhr", "Freitag, 4.\u00a0Dezember 2026, 10.00\u00a0Uhr",
			own+"/verschieben", own+"/absagen")
	}
	for range 2 {
		wantRedirect(t, o.post(own+"/neue-zeit"), own+"?verschoben=1")
	}
	wantText(t, o.get(own), "Freitag, 4.\u00a0Dezember 2026")
	wantRedirect(t, o.get(own+"/neue-zeit"), own)
}

func TestDealingWithManyLooksRightAndIsAccessible(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	booked := o.bookedOnline(firstTuesday.AddDays(2).At(10*60, berlin))
	o.closesThursday()
	base := o.site()
	chromium := browser.Open(t)
	signInAt(chromium.Tab(t, officeScreen), base, "boss")
	for _, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + unfitting + "?alle=1")
		tab.Do("go on", chromedp.Click(chromedp.CSS("button.main"), chromedp.NodeVisible))
		tab.Do("read", chromedp.WaitVisible(chromedp.CSS("p.actions")))
		tab.CheckAccessible("dealing-" + v.name)
		tab.Picture("dealing-" + v.name)
	}
	run := o.carriesOut("termin", string(booked.Ticket.ID), "art", "anbieten", "antwort", "2026-12-02", "uhr", "12:00")
	for _, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + run)
		tab.CheckAccessible("dealingrun-" + v.name)
		tab.Picture("dealingrun-" + v.name)
	}
	tab := chromium.Tab(t, staffViews[0].view)
	tab.Open(base + "/t/" + booked.Token + "/neue-zeit")
	tab.CheckAccessible("newtime")
	tab.Picture("newtime")
}
