package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/test/browser"
)

const front = "/staff/grimma-markt/empfang"

func openReception(t *testing.T) *house {
	t.Helper()
	o := openOffice(t)
	o.hires("rosa", ledger.RoleReception)
	o.signsIn("rosa")
	return o
}

var numbers = regexp.MustCompile(`number=([0-9]{3})`)

func TestReceptionBooksByTelephoneWithoutMail(t *testing.T) {
	o := openReception(t)
	found := o.get(front + "?q=perso")
	wantText(t, found, "Personalausweis beantragen", front+"/termin?service=personalausweis-beantragen")
	form := o.get(front + "/termin?service=personalausweis-beantragen")
	wantText(t, form, "Dienstag, 1.\u00a0Dezember 2026", `value="2026-12-01T09:10:00&#43;01:00" required checked autofocus`, "Spätere Tage")
	wantNoText(t, form, "2026-12-01T09:00:00&#43;01:00") // past for who still has to come

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
	issued := o.post(front+"/ticket", "vorziehen", "2 eid-pin", "key", "k")
	wantStatus(t, issued, http.StatusSeeOther)
	wantText(t, o.get(issued.Header().Get("Location")), "Davor sind 0 Nummern. Um 2 Stufen vorgezogen.", "Nummer zurücknehmen", `src="data:image/svg&#43;xml;base64,`)

	made := o.booked("10:00").Ticket
	number := made.Number.String()
	o.set("09:50")
	page := o.get(front + "/nummer?number=" + number)
	wantText(t, page, "noch nicht da", "Ist da", "Termin verschieben", "Angaben zur Person ansehen")
	wantNoText(t, page, "Rollstuhl")
	move := o.get(front + "/verschieben?date=2026-12-01&number=" + number)
	wantText(t, move, "Jetzt gebucht: Dienstag, 1.\u00a0Dezember 2026, 10.00\u00a0Uhr", "Nerchau")
	moved := o.post(front+"/verschieben", "ticket", string(made.ID), "date", "2026-12-01", "number", number, "nach", "grimma-markt",
		"start", "2026-12-01T10:40:00+01:00")
	wantStatus(t, moved, http.StatusSeeOther)
	wantText(t, o.get(moved.Header().Get("Location")), "Verschoben auf", "10.40\u00a0Uhr")

	wantRedirect(t, o.post(front+"/anmelden", "number", number), front+"?da="+number)
	wantText(t, o.get(front+"?da="+number), "Nummer "+number+" ist da.")
	wantRedirect(t, o.post(front+"/absagen", "ticket", string(made.ID), "number", number), front+"?abgesagt="+number)
	found, err := o.FindByNumber(t.Context(), o.actor("rosa", ledger.RoleReception), markt, firstTuesday, made.Number)
	if err != nil || found.Ticket.State != queue.Cancelled {
		t.Errorf("got %s, %v; want cancelled", found.Ticket.State, err)
	}
	wantStatus(t, o.post(front+"/anmelden", "number", "12"), http.StatusUnprocessableEntity)
	wantStatus(t, o.get(front+"/nummer?number="+other(made.Number).String()), http.StatusNotFound)
}

// A caller knows the number and not the day: the next day that has it is found,
// and of several the right one is asked for.
func TestANumberIsFoundWithoutItsDay(t *testing.T) {
	o := openReception(t)
	one, mistakes := catalogue.Parse("one.yaml", []byte("format: aufruf/1\nbranches: [{id: grimma-markt, excluded_numbers: [{from: 100, to: 416}, {from: 418, to: 999}]}]\n"))
	if _, _, err := o.Town.Import(t.Context(), one); err != nil || len(mistakes) > 0 {
		t.Fatal(err, mistakes)
	}
	const asked = front + "/nummer?date=&number=417"
	wantStatus(t, o.get(asked), http.StatusNotFound)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	wantRedirect(t, o.get(asked), front+"/nummer?date=2026-12-03&number=417")
	o.bookedOn(firstTuesday.AddDays(3), "10:00")
	which := o.get(asked)
	wantStatus(t, which, http.StatusOK)
	wantText(t, which, "Die Nummer 417 gibt es an mehreren Tagen.", "date=2026-12-03&amp;number=417", "Freitag, 4.\u00a0Dezember 2026")
	o.booked("10:00")
	wantText(t, o.get(asked), "Dienstag, 1.\u00a0Dezember 2026, 10.00") // today's first
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

// A day that is asked for shows all its times, others the first of each half.
func TestADayThatIsAskedForShowsAllItsTimes(t *testing.T) {
	o := openReception(t)
	const short, late = front + "/termin?service=eid-pin", `value="2026-12-03T15:00:00&#43;01:00"`
	form := o.get(short)
	wantText(t, form, "Alle Zeiten am Donnerstag, 3.\u00a0Dezember", "/termin?ab=2026-12-03&amp;service=eid-pin", "Nachmittag")
	wantNoText(t, form, late)
	whole := o.get(short + "&ab=2026-12-03")
	wantText(t, whole, late, `name="ab" type="date" value="2026-12-03"`)
	wantNoText(t, whole, `value="2026-12-01T`)
	made := o.booked("10:00").Ticket
	move := o.get(front + "/verschieben?date=2026-12-01&number=" + made.Number.String() + "&ab=2026-12-03")
	wantText(t, move, late)
}

// Who types another time and forgets the choice beside it means the typed one;
// a time that is taken meanwhile stays, to be booked on purpose.
func TestATypedTimeIsNeverTakenForAnother(t *testing.T) {
	o := openReception(t)
	fields := func(more ...string) []string {
		return append([]string{"service", "eid-pin", "start", "2026-12-01T10:30:00+01:00", "name", "Ada", "datum", "2026-12-03"}, more...)
	}
	typed := o.post(front+"/termin", fields("uhrzeit", "15:00")...)
	wantStatus(t, typed, http.StatusSeeOther)
	wantText(t, o.get(typed.Header().Get("Location")), "Donnerstag, 3.\u00a0Dezember 2026, 15.00\u00a0Uhr")
	unchanged := o.post(front+"/termin", fields("uhrzeit", "15:00", "uhrzeit_war", "15:00")...)
	wantText(t, o.get(unchanged.Header().Get("Location")), "10.30\u00a0Uhr")

	full := typed
	for full.Code == http.StatusSeeOther {
		full = o.post(front+"/termin", fields()...)
	}
	wantStatus(t, full, http.StatusConflict)
	wantText(t, full, `<details class="other" open>`, `value="andere" checked`, `name="datum" type="date" value="2026-12-01"`, `name="uhrzeit" type="time" value="10:30"`)
}

// strikes counts the keys that a person at the telephone needs.
type strikes struct {
	tab   *browser.Tab
	count int
}

func (s *strikes) keys(keys string) {
	for _, key := range keys {
		s.count++
		types(s.tab, string(key))
	}
}

// sitsAtReception opens the reception's page for somebody who is signed in.
func sitsAtReception(t *testing.T) *browser.Tab {
	t.Helper()
	o := openOffice(t)
	o.hires("rosa", ledger.RoleReception)
	base := o.site()
	tab := browser.Open(t).Tab(t, officeScreen)
	signInAt(tab, base, "rosa")
	tab.Open(base + front)
	return tab
}

// By keyboard alone: concern, time, name, and the number is there. No field is
// reached but by the keys that a person has.
func TestBookingByTelephoneTakesSecondsByKeyboard(t *testing.T) {
	tab := sitsAtReception(t)
	began := time.Now()
	var looked time.Duration // by axe and for the picture, which no caller waits for
	look := func(name string) {
		since := time.Now()
		tab.Picture(name)
		tab.CheckAccessible(name)
		looked += time.Since(since)
	}
	hands := &strikes{tab: tab}
	awaitFocus(tab, "q")
	hands.keys("perso")
	hands.count++
	pressEnter(tab, chromedp.ModifierShift)
	tab.Await("the only one, or the focus on the first of several",
		`location.pathname.endsWith("/termin") || document.activeElement?.matches(".found li:first-child a")`)
	if !strings.HasSuffix(browser.Evaluate[string](tab, "location.pathname"), "/termin") {
		hands.keys("\r")
	}
	awaitFocus(tab, "start")
	look("phone")
	hands.keys(kb.ArrowDown + kb.Tab)
	awaitFocus(tab, "name") // the next stop after the time
	const name = "Ada Beispiel"
	hands.keys(name + "\r")
	tab.AwaitText("main", "Die Nummer zum Durchsagen")
	if took := time.Since(began) - looked; took > 30*time.Second {
		t.Errorf("took %s", took)
	}
	if got, want := hands.count-len("perso")-len(name), 5; got != want {
		t.Errorf("got %d keys besides what is typed, want %d", got, want)
	}
	look("booked")
	hands.keys("\r")
	awaitFocus(tab, "q") // ready for the next call
}

// The arrow keys lead from the search through what was found, and back.
func TestArrowKeysLeadThroughWhatWasFound(t *testing.T) {
	tab := sitsAtReception(t)
	at := func(row, column int) {
		tab.Await("the focus", fmt.Sprintf(`document.activeElement === document.querySelectorAll(".found li")[%d].querySelectorAll("a, button")[%d]`, row, column))
	}
	awaitFocus(tab, "q")
	types(tab, kb.ArrowDown)
	at(0, 0)
	types(tab, kb.Tab+kb.ArrowDown)
	at(1, 1)
	types(tab, kb.ArrowUp)
	at(0, 1)
	types(tab, kb.ArrowUp)
	awaitFocus(tab, "q")
}

// No page of the staff's scrolls sideways, on a phone or at 400 % zoom.
func TestNoStaffPageScrollsSideways(t *testing.T) {
	o := openOffice(t)
	o.hires("boss", ledger.RoleManager)
	if _, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Bildschirm in der Halle", Kind: ledger.DeviceDisplay, Branch: markt}); err != nil {
		t.Fatal(err)
	}
	number := o.booked("10:00").Ticket.Number.String()
	o.walkIn()
	base := o.site()
	tab := browser.Open(t).Tab(t, browser.Phone)
	signInAt(tab, base, "boss")
	const asked = "?date=2026-12-01&number="
	for _, path := range []string{
		front, front + "?q=ausweis", front + "/termin?service=eid-pin", front + "/nummer" + asked + number, front + "/verschieben" + asked + number,
		"/staff/grimma-markt/liste", "/staff/grimma-markt/liste/nachtrag", deskOne, "/staff/platz", "/staff/konto",
		"/staff/verwaltung/geraete", closing, "/staff/verwaltung/konten", "/staff/verwaltung/protokoll", "/staff/verwaltung/zahlen",
	} {
		tab.Open(base + path)
		if over := browser.Evaluate[int](tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
			t.Errorf("%s is %d px too wide", path, over)
		}
		tab.CheckAccessible(path)
		tab.Picture("narrow-" + strings.NewReplacer("/", "-", "?", "-").Replace(strings.TrimPrefix(path, "/staff/")))
	}
}

func TestTheReceptionLooksRightAndIsAccessible(t *testing.T) {
	o := openOffice(t)
	o.hires("rosa", ledger.RoleReception)
	number := o.booked("10:00").Ticket.Number.String()
	o.walkIn()
	o.calls(o.walkIn().Number)
	base := o.site()
	chromium := browser.Open(t)
	signInAt(chromium.Tab(t, officeScreen), base, "rosa")
	for _, v := range []struct {
		name string
		view browser.View
	}{
		{"office", browser.View{Width: 1366, Height: 768}}, {"office-dark", browser.View{Width: 1366, Height: 768, Dark: true}},
		{"wide", browser.View{Width: 1920, Height: 1080}}, {"wide-dark", browser.View{Width: 1920, Height: 1080, Dark: true}},
		{"phone", browser.View{Width: 390, Height: 844}}, {"phone-dark", browser.View{Width: 390, Height: 844, Dark: true}},
		{"narrow", browser.View{Width: 320, Height: 700, Language: "en"}},
	} {
		tab := chromium.Tab(t, v.view)
		look := func(name string) {
			if over := browser.Evaluate[int](tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
				t.Errorf("%s is %d px too wide", name, over)
			}
			tab.CheckAccessible(name + "-" + v.name)
			tab.Picture(name + "-" + v.name)
		}
		for name, path := range map[string]string{
			"reception": "?q=ausweis", "phone": "/termin?service=personalausweis-beantragen&ab=2026-12-03",
			"number": "/nummer?number=" + number, "move": "/verschieben?date=2026-12-01&number=" + number, "poster": "/aushang",
		} {
			tab.Open(base + front + path)
			look(name)
		}
		tab.Open(base + front)
		tab.Do("search", chromedp.SendKeys(chromedp.CSS("#person-q"), "beispiel\r", chromedp.NodeVisible))
		tab.Await("what was found", `document.querySelector(".hits") !== null`)
		look("persons")
	}
}
