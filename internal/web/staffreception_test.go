package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aufruf/internal/app"
	"aufruf/internal/queue"
	"aufruf/test/browser"
)

const front = "/staff/grimma-markt/empfang"

func openReception(t *testing.T) *office {
	t.Helper()
	o := openOffice(t)
	o.hires("rosa", app.RoleReception)
	o.signsIn("rosa")
	return o
}

var numbers = regexp.MustCompile(`number=([0-9]{3})`)

func TestReceptionBooksByTelephoneWithoutMail(t *testing.T) {
	o := openReception(t)
	found := o.get(front + "?q=perso")
	wantText(t, found, "Personalausweis beantragen", front+"/termin?service=personalausweis-beantragen")
	form := o.get(front + "/termin?service=personalausweis-beantragen")
	wantText(t, form, "Dienstag, 1.\u00a0Dezember 2026", `value="2026-12-01T09:00:00&#43;01:00" required checked autofocus`, "Spätere Tage")

	fields := []string{
		"service", "personalausweis-beantragen", "key", "einmal", "start", "2026-12-01T10:30:00+01:00",
		"name", "Ada Beispiel", "phone", "03437 123", "sprache", "de",
	}
	booked := o.post(front+"/termin", fields...)
	wantStatus(t, booked, http.StatusSeeOther)
	wantRedirect(t, o.post(front+"/termin", fields...), booked.Header().Get("Location"))
	slip := o.get(booked.Header().Get("Location"))
	number := numbers.FindStringSubmatch(booked.Header().Get("Location"))[1]
	wantText(t, slip, "Die Nummer zum Durchsagen: "+number[:1]+" – ", "10.30\u00a0Uhr", "Zettel drucken", `src="data:image/svg&#43;xml;base64,`, "Markt 17")
	wantNoText(t, slip, "Ada Beispiel")
}

func TestReceptionKeepsWhatWasTyped(t *testing.T) {
	o := openReception(t)
	refused := o.post(front+"/termin", "service", "eid-pin", "start", "andere", "datum", "2026-12-01", "uhrzeit", "22:00",
		"name", "Ada Beispiel", "sprache", "en")
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantText(t, refused, "Zu dieser Zeit ist geschlossen.", `value="Ada Beispiel"`, `value="22:00"`, `value="en" selected`)
	nameless := o.post(front+"/termin", "service", "eid-pin", "start", "2026-12-01T10:30:00+01:00")
	wantStatus(t, nameless, http.StatusUnprocessableEntity)
	wantText(t, nameless, "Bitte geben Sie Ihren Namen an.", `aria-describedby="name-error"`)
}

func TestOverbookingIsDeliberateAndMarked(t *testing.T) {
	o := openReception(t)
	fields := func(more ...string) []string {
		return append([]string{"service", "eid-pin", "start", "2026-12-01T10:30:00+01:00", "name", "Ada"}, more...)
	}
	full := o.post(front+"/termin", fields()...)
	for range 20 {
		if full.Code != http.StatusSeeOther {
			break
		}
		full = o.post(front+"/termin", fields()...)
	}
	wantStatus(t, full, http.StatusConflict)
	wantText(t, full, "Diese Zeit wurde eben vergeben.", "Die nächsten freien Zeiten")
	over := o.post(front+"/termin", fields("ueberbuchen", "1")...)
	wantStatus(t, over, http.StatusSeeOther)
	wantText(t, o.get(over.Header().Get("Location")), "zusätzlich gebucht")
}

func TestReceptionGivesNumbersRegistersMovesAndCancels(t *testing.T) {
	o := openReception(t)
	issued := o.post(front+"/ticket", "service", "eid-pin", "priority", "2", "key", "k")
	wantStatus(t, issued, http.StatusSeeOther)
	wantText(t, o.get(issued.Header().Get("Location")), "Davor sind 0 Nummern.", `src="data:image/svg&#43;xml;base64,`)

	made := o.booked("10:00").Ticket
	number := made.Number.String()
	o.set("09:50")
	page := o.get(front + "/nummer?number=" + number)
	wantText(t, page, "noch nicht da", "Ist da", "Termin verschieben", "Braucht Unterstützung:", "Rollstuhl")
	move := o.get(front + "/verschieben?date=2026-12-01&number=" + number)
	wantText(t, move, "Jetzt gebucht: Dienstag, 1.\u00a0Dezember 2026, 10.00\u00a0Uhr", "Nerchau")
	moved := o.post(front+"/verschieben", "ticket", string(made.ID), "date", "2026-12-01", "number", number, "nach", "grimma-markt",
		"start", "2026-12-01T10:40:00+01:00")
	wantStatus(t, moved, http.StatusSeeOther)
	wantText(t, o.get(moved.Header().Get("Location")), "Verschoben auf", "10.40\u00a0Uhr")

	wantRedirect(t, o.post(front+"/anmelden", "number", number), front+"?da="+number)
	wantText(t, o.get(front+"?da="+number), "Nummer "+number+" ist angemeldet.")
	wantRedirect(t, o.post(front+"/absagen", "ticket", string(made.ID), "number", number), front+"?abgesagt="+number)
	found, err := o.FindByNumber(t.Context(), o.actor("rosa", app.RoleReception), markt, firstTuesday, made.Number)
	if err != nil || found.Ticket.State != queue.Cancelled {
		t.Errorf("got %s, %v; want cancelled", found.Ticket.State, err)
	}
	wantStatus(t, o.post(front+"/anmelden", "number", "12"), http.StatusUnprocessableEntity)
	wantStatus(t, o.get(front+"/nummer?number="+other(made.Number).String()), http.StatusNotFound)
}

func TestReceptionSaysWhoWantsItAndWhy(t *testing.T) {
	o := openReception(t)
	book := func(clock string) (id, number string) {
		made := o.booked(clock).Ticket
		return string(made.ID), made.Number.String()
	}
	id, number := book("10:00")
	wantText(t, o.get(front+"/nummer?number="+number), "Auf Wunsch absagen", "Das Amt muss absagen", `name="grund"`)
	form := []string{"ticket", id, "date", "2026-12-01", "number", number, "nach", "grimma-markt", "wer", "amt", "grund", "Rohrbruch"}
	refused := o.post(front+"/verschieben", append(form, "start", "nie")...)
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantText(t, refused, `value="amt" checked`, `value="Rohrbruch"`)
	wantStatus(t, o.post(front+"/verschieben", append(form, "start", "2026-12-01T10:40:00+01:00")...), http.StatusSeeOther)

	long := o.post(front+"/absagen", "ticket", id, "number", number, "wer", "amt", "grund", strings.Repeat("a", 201))
	wantStatus(t, long, http.StatusUnprocessableEntity)
	wantStatus(t, o.post(front+"/absagen", "ticket", id, "number", number, "wer", "amt", "grund", "Rohrbruch"), http.StatusSeeOther)
}

// By keyboard alone: concern, time, name, and the number is there.
func TestBookingByTelephoneTakesSecondsByKeyboard(t *testing.T) {
	o := openOffice(t)
	o.hires("rosa", app.RoleReception)
	base := o.site()
	tab := browser.Open(t).Tab(t, browser.View{Width: 1366, Height: 768})
	signInAt(tab, base, "rosa")
	tab.Open(base + front)
	began := time.Now()
	var looked time.Duration // by axe and for the picture, which no caller waits for
	look := func(name string) {
		since := time.Now()
		tab.Picture(name)
		tab.CheckAccessible(name)
		looked += time.Since(since)
	}
	typed := func(what, keys string) { tab.Do(what, chromedp.KeyEvent(keys)) }
	typed("search", "perso\r")
	tab.Do("see what was found", chromedp.WaitVisible(chromedp.CSS("a[autofocus]")))
	typed("the first that was found", "\r")
	tab.AwaitText("main", "Termin am Telefon")
	look("phone")
	typed("the time after the first", "\ue015") // arrow down
	tab.Type("#name", "Ada Beispiel\r")
	tab.AwaitText("main", "Die Nummer zum Durchsagen")
	if took := time.Since(began) - looked; took > 30*time.Second {
		t.Errorf("took %s", took)
	}
	look("booked")
	for _, v := range staffViews {
		tab.View(v.view)
		tab.Open(base + front + "?q=ausweis")
		tab.CheckAccessible("reception-" + v.name)
		tab.Picture("reception-" + v.name)
	}
}
