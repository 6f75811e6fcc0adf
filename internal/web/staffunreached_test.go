package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

const calls = "/staff/grimma-markt/anrufen"

var mailField = regexp.MustCompile(`name="mail" value="([^"]*)"`)

// unreached books for somebody whose mail comes back.
func (o *house) unreached(clock string) app.Appointment {
	o.t.Helper()
	tod, err := town.ParseTimeOfDay(clock)
	if err != nil {
		o.t.Fatal(err)
	}
	made, err := o.Book(o.t.Context(), access.Actor{}, app.BookRequest{
		Wanted: plan.Wanted{Branch: markt, Items: []town.Item{{Service: pin, Quantity: 1}}}, Start: firstTuesday.At(tod, berlin),
		Person: app.Person{Name: "Ada Beispiel", Email: "ada@example.org", Phone: "03437 98 58"}, Language: town.German,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	letters, err := o.Outbox.DueMails(o.t.Context(), 10)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, l := range letters {
		if err := o.Outbox.MailRefused(o.t.Context(), l, "smtp: 550 5.1.1, recipient"); err != nil {
			o.t.Fatal(err)
		}
	}
	return made
}

func TestReceptionTelephonesWhomNoMailReached(t *testing.T) {
	o := openReception(t)
	wantNoText(t, o.get(front), calls)
	wantText(t, o.get(calls), "Es ist niemand anzurufen.")
	made := o.unreached("10:00").Ticket
	wantText(t, o.get(front), calls, "Bitte anrufen: 1", "Keine E-Mail angekommen.")
	list := o.get(calls)
	wantText(t, list, made.Number.String(), "10.00\u00a0Uhr", "Der Termin ist gebucht", `href="tel:&#43;4934379858"`, "smtp: 550 5.1.1, recipient", front+"/nummer?")
	wantNoText(t, list, "Ada Beispiel", "ada@example.org")
	mail := mailField.FindStringSubmatch(list.Body.String())
	if mail == nil {
		t.Fatal("the list has no form to say that it is done")
	}
	done := o.post(calls, "mail", mail[1], "number", made.Number.String())
	wantRedirect(t, done, calls+"?erledigt="+made.Number.String())
	wantText(t, o.get(done.Header().Get("Location")), "ist erledigt.", "Es ist niemand anzurufen.")
	wantNoText(t, o.get(front), calls)
	wantStatus(t, o.post(calls, "mail", "none"), http.StatusNotFound)
}

func TestAClerkSeesThatSomebodyMustBeTelephonedButNotWhere(t *testing.T) {
	o := openDesk(t)
	o.unreached("10:00")
	wantText(t, o.get(deskOne), "Bitte anrufen: 1")
	list := o.get(calls)
	wantText(t, list, "Der Empfang ruft an.")
	wantNoText(t, list, "tel:", "98 58", `name="mail"`)
	wantStatus(t, o.post(calls, "mail", "any"), http.StatusNotFound)
}

func TestAManagerSeesEachBranchsCalls(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.unreached("10:00")
	wantText(t, o.get("/staff/verwaltung/zahlen"), "Bitte anrufen (Grimma am Markt): 1", calls)
}

func TestTheListOfCallsIsAccessible(t *testing.T) {
	o := openOffice(t)
	o.hires("rosa", ledger.RoleReception)
	o.unreached("10:00")
	silent := o.booked("10:40")
	if err := o.CancelTicket(t.Context(), o.actor("rosa", ledger.RoleReception), markt, silent.Ticket.ID, app.StaffReason{}); err != nil {
		t.Fatal(err)
	}
	moving := o.booked("10:20")
	base := o.site()
	tab := browser.Open(t).Tab(t, staffViews[0].view)
	signInAt(tab, base, "rosa")
	for _, v := range staffViews {
		tab.View(v.view)
		tab.Open(base + calls)
		tab.CheckAccessible("calls-" + v.name)
		tab.Picture("calls-" + v.name)
		tab.Open(base + front)
		tab.CheckAccessible("front-" + v.name)
		number := moving.Ticket.Number.String()
		tab.Open(base + front + "/nummer?number=" + number)
		tab.Do("open the office's form", chromedp.Click(chromedp.CSS(".sure summary"), chromedp.NodeVisible))
		tab.CheckAccessible("number-" + v.name)
		tab.Picture("number-" + v.name)
		tab.Open(base + front + "/verschieben?date=2026-12-01&number=" + number)
		tab.CheckAccessible("move-" + v.name)
		tab.Picture("move-" + v.name)
	}
}

// Once the mail server was mended nobody could send again what stood on the list.
func TestReceptionSendsMailsAgain(t *testing.T) {
	o := openReception(t)
	o.unreached("10:00")
	o.unreached("10:20")
	const again = calls + "/nochmal"
	list := o.get(calls)
	wantText(t, list, "Alle 2 noch einmal senden", `action="`+again+`"`)
	mail := mailField.FindStringSubmatch(list.Body.String())
	if mail == nil {
		t.Fatal("the list names no mail")
	}
	done := o.post(again, "mail", mail[1])
	wantRedirect(t, done, calls+"?nochmal=1")
	left := o.get(done.Header().Get("Location"))
	wantText(t, left, "Noch einmal verschickt werden: 1")
	wantNoText(t, left, mail[1], "Alle 2")
	wantRedirect(t, o.post(again), calls+"?nochmal=1")
	wantText(t, o.get(calls), "Es ist niemand anzurufen.")
	if letters, err := o.Outbox.DueMails(t.Context(), 10); err != nil || len(letters) != 2 {
		t.Errorf("got %d letters, %v, want two", len(letters), err)
	}
	wantStatus(t, o.post(again, "mail", "none"), http.StatusNotFound)
}

func TestAClerkSendsNothingAgain(t *testing.T) {
	o := openDesk(t)
	o.unreached("10:00")
	wantNoText(t, o.get(calls), "noch einmal senden")
	wantStatus(t, o.post(calls+"/nochmal"), http.StatusForbidden)
}

// A wrong password of the mail server stood in a log that nobody read.
func TestPagesSayThatNoMailGetsThrough(t *testing.T) {
	reception, manager := openReception(t), openManagement(t, ledger.RoleManager)
	for _, o := range []*house{reception, manager} {
		path := calls
		if o == manager {
			path = "/staff/verwaltung/zahlen"
		}
		wantNoText(t, o.get(path), "Mailserver")
		o.Outbox.MailTrouble(app.MailTrouble{Since: firstTuesday.At(540, berlin), Reason: "smtp: 535 5.7.8, sign-in", Refused: true})
		wantText(t, o.get(path), "Seit ", "nimmt der Mailserver unsere E-Mails nicht an (smtp: 535 5.7.8, sign-in)", "Keine geht verloren")
		o.Outbox.MailTrouble(app.MailTrouble{Since: firstTuesday.At(540, berlin), Reason: "connect"})
		wantText(t, o.get(path), "Der Mailserver ist nicht zu erreichen (connect)")
		o.Outbox.MailTrouble(app.MailTrouble{})
		wantNoText(t, o.get(path), "Mailserver")
	}
}

// A link in the head of each page counts who is on the list; only the list itself
// shows telephone numbers, and is noted.
func TestTheCountOfTheListOpensNobody(t *testing.T) {
	o := openReception(t)
	o.unreached("10:00")
	opened := func() (n int) {
		t.Helper()
		filter := ledger.AuditFilter{Branch: markt, From: firstTuesday.At(0, berlin), To: firstTuesday.AddDays(1).At(0, berlin)}
		page, err := o.Trail.Page(t.Context(), o.actor("boss", ledger.RoleManager), filter, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range page.Entries {
			if entry.Action == "person_opened" {
				n++
			}
		}
		return n
	}
	wantText(t, o.get(front), "Bitte anrufen: 1")
	if n := opened(); n != 0 {
		t.Errorf("the head of a page noted %d people as opened", n)
	}
	o.get(calls)
	if n := opened(); n != 1 {
		t.Errorf("the list noted %d people as opened, want 1", n)
	}
}
