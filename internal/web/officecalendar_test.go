package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

const (
	firstPage  = "/staff/verwaltung"
	calendarOf = "/staff/verwaltung/kalender?wo=grimma-markt%2Fbuergerbuero"
	weekOf     = "/staff/verwaltung/kalender/woche?wo=grimma-markt%2Fbuergerbuero&tag="
	dayOf      = "/staff/verwaltung/kalender/tag?wo=grimma-markt%2Fbuergerbuero&tag="
	openingOf  = "/staff/verwaltung/oeffnungszeiten?wo=grimma-markt%2Fbuergerbuero"
)

// fills books a lot on the days to come, less the further away, closes a day on
// which some are booked, and lets some people wait.
func (o *house) fills() {
	o.t.Helper()
	for ahead := 0; ahead < 24; ahead++ {
		date := firstTuesday.AddDays(ahead)
		step := 10 + ahead*2
		for _, morning := range []int{9 * 60, 13 * 60} {
			for at := morning; at < morning+170; at += step {
				for range 2 {
					if _, err := o.books(date, town.TimeOfDay(at/10*10)); err != nil && problem.Of(err).Kind == problem.Internal {
						o.t.Fatal(err)
					}
				}
			}
		}
	}
	for range 5 {
		o.walkIn()
	}
	o.closesThursday()
	o.unreached("11:50")
}

func TestTheCalendarLooksRightAndIsAccessible(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	if _, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Halle", Kind: ledger.DeviceDisplay, Branch: markt}); err != nil {
		t.Fatal(err)
	}
	o.fills()
	base := o.site()
	chromium := browser.Open(t)
	views := append(staffViews,
		struct {
			name string
			view browser.View
		}{"wide", browser.View{Width: 1920, Height: 1080, NoScript: true}},
		struct {
			name string
			view browser.View
		}{"office-dark", browser.View{Width: 1366, Height: 768, Dark: true}},
	)
	for _, v := range views {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + "/staff/abmelden")
		signInAt(tab, base, "boss")
		for name, path := range map[string]string{
			"overview": firstPage, "month": calendarOf, "year-change": weekOf + "2026-12-30", "week": weekOf + "2026-12-01", "day": dayOf + "2026-12-03",
			"open-day": dayOf + "2026-12-08", "span": dayOf + "2026-12-21&bis=2027-01-02", "hours": openingOf,
			"form": "/staff/verwaltung/entwurf/neu?art=zeiten&bis=2026-12-08&von=2026-12-08&wo=grimma-markt%2Fbuergerbuero",
		} {
			tab.Open(base + path)
			tab.CheckAccessible(fmt.Sprint("office-", name, "-", v.name))
			tab.Picture(fmt.Sprint("office-", name, "-", v.name))
			if wide := browser.Evaluate[bool](tab, `document.documentElement.scrollWidth > document.documentElement.clientWidth`); wide {
				t.Errorf("%s in %s is wider than its window", name, v.name)
			}
		}
	}
}

func TestTheFirstPageSaysWhatHasToBeDone(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	calm := o.get(firstPage)
	wantStatus(t, calm, http.StatusOK)
	wantText(t, calm, "Zurzeit ist nichts zu tun.", "Die nächsten vier Wochen", "Bürgerbüro", "KW 49", "KW 52")
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	o.closesThursday()
	o.walkIn()
	o.unreached("11:30")
	busy := o.get(firstPage)
	wantText(t, busy, "1 Termin passt nicht mehr: Donnerstag, 3. Dezember", "1 Person ist anzurufen", unfitting, "/staff/grimma-markt/anrufen", "im Haus", "Do zu")
	wantNoText(t, busy, "Zurzeit ist nichts zu tun.", "Ada")
}

func TestTheCalendarSaysWhyADayIsClosed(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	o.closesThursday()
	wantText(t, o.get(calendarOf+"&monat=2026-12"), "Dezember 2026", "Donnerstag, 3. Dezember, geschlossen", "1 passt nicht mehr", "1. Weihnachtstag", "KW 53")
	year := o.get(weekOf + "2026-12-30")
	wantText(t, year, "Woche 53, 28.12.2026 bis 03.01.2027", "Freitag, 1. Januar, geschlossen, Neujahr")
	wantText(t, o.get(weekOf+"2027-01-04"), "Woche 1, 04.01.2027 bis 10.01.2027")
	saturday := o.get(dayOf + "2026-12-26")
	wantText(t, saturday, "Sonnabend, 26. Dezember 2026", "geschlossen: 2. Weihnachtstag")
	thursday := o.get(dayOf + "2026-12-03")
	wantText(t, thursday, "geschlossen", "1 Termin passt nicht mehr", "/staff/grimma-markt/liste?tag=2026-12-03")
}

// Whatever is typed into the address, a page comes: the nearest that makes sense.
func TestTheCalendarBearsNonsense(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	for _, path := range []string{
		calendarOf + "&monat=2026-13", calendarOf + "&monat=9999-01", calendarOf + "&monat=%00", weekOf + "gestern", weekOf + "-1", dayOf + "2026-02-30",
		dayOf + "2026-12-08&bis=2026-12-01", dayOf + "2026-12-08&bis=2028-01-01", dayOf + "2026-12-08&bis=x",
	} {
		wantStatus(t, o.get(path), http.StatusOK)
	}
	wantStatus(t, o.get("/staff/verwaltung/kalender?wo=grimma-markt%2Fgibt-es-nicht"), http.StatusNotFound)
	wantStatus(t, o.get("/staff/verwaltung/kalender?wo=nirgends%2Fbuergerbuero"), http.StatusNotFound)
}

func TestTheOpeningRulesAreShownAsAWeek(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	wantText(t, o.get(openingOf), "Öffnungszeiten", "Jede Woche", "Dienstag", "9–12 Uhr", "13–18 Uhr", "So wird daraus der Kalender", "KW 49")
}

// What staff should know of a day, and what a day has unlike others, stands in its
// cell, its line and on its page.
func TestTheCalendarShowsNotesAndOtherHours(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	wednesday := firstTuesday.AddDays(8)
	at := catalogue.Counters{Branch: markt, Office: "buergerbuero"}
	draft, err := o.Drafts.New(t.Context(), o.actor("boss", ledger.RoleManager),
		catalogue.NoteEdit{Counters: at, From: wednesday, To: wednesday, Text: "Schulung im Saal"},
		catalogue.SetHours{Counters: at, SpecialHours: catalogue.SpecialHours{
			From: wednesday, To: wednesday, Hours: []booking.Interval{{From: 10 * 60, To: 12 * 60}}, Capacity: &booking.Capacity{Online: 1, Staff: 1, Counters: 2},
		}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Drafts.Apply(t.Context(), o.actor("boss", ledger.RoleManager), draft.ID, draft.Version, app.Unseen); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{calendarOf + "&monat=2026-12", weekOf + "2026-12-09", dayOf + "2026-12-09"} {
		wantText(t, o.get(page), "Mittwoch, 9.\u00a0Dezember, geöffnet 10–12 Uhr, andere Zeiten, 0 Termine, 0\u00a0% belegt, Schulung im Saal")
	}
}

// From a day, a week and a rule one comes to the form that changes it, with what is
// known there already.
func TestTheCalendarLeadsToTheFormsOfItsChanges(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	const form = "/staff/verwaltung/entwurf/neu?"
	for _, c := range []struct {
		page, link string
		filled     []string
	}{
		{dayOf + "2026-12-08", "art=zeiten&bis=2026-12-08&von=2026-12-08&wo=grimma-markt%2Fbuergerbuero", []string{`value="2026-12-08"`, `value="09:00-12:00, 13:00-18:00"`, `value="grimma-markt/buergerbuero" selected`}},
		{dayOf + "2026-12-08&bis=2026-12-11", "art=schliessen&bis=2026-12-11&von=2026-12-08&wo=grimma-markt%2Fbuergerbuero", []string{`value="2026-12-08"`, `value="2026-12-11"`}},
		{dayOf + "2026-12-26", "art=zeiten&bis=2026-12-26&feiertags=1&von=2026-12-26&wo=grimma-markt%2Fbuergerbuero", []string{`name="feiertags" value="1" checked`}},
		{dayOf + "2026-12-08", "art=notiz&bis=2026-12-08&von=2026-12-08&wo=grimma-markt%2Fbuergerbuero", []string{`value="2026-12-08"`}},
		{weekOf + "2026-12-09", "art=woche&wo=grimma-markt%2Fbuergerbuero&woche=2026-12-07", []string{`value="2026-12-07"`}},
		{openingOf, "art=regel&wo=grimma-markt%2Fbuergerbuero", []string{`value="grimma-markt/buergerbuero"`}},
	} {
		wantText(t, o.get(c.page), form+strings.ReplaceAll(c.link, "&", "&amp;"))
		got := o.get(form + c.link)
		wantStatus(t, got, http.StatusOK)
		wantText(t, got, c.filled...)
	}
	rule := regexp.MustCompile(`entwurf/neu\?art=regel&amp;regel=([0-9a-f]+)&amp;wo=grimma-markt%2Fbuergerbuero">Freitag, 9–12`).FindStringSubmatch(o.get(openingOf).Body.String())
	if rule == nil {
		t.Fatal("no rule of Friday can be changed")
	}
	wantText(t, o.get(form+"art=regel&regel="+rule[1]+"&wo=grimma-markt%2Fbuergerbuero"), `value="09:00-12:00"`, `value="5" checked`)
	over := o.get(dayOf + "2026-11-30")
	wantNoText(t, over, form)
	wantText(t, o.get(dayOf+"2026-12-01"), "Heute schließen", closing+"?bis=2026-12-01&amp;von=2026-12-01")
}

// TestTheFirstPageSaysHowThingsStandNow: who waits and for how long, which desks call,
// and who has asked for help.
func TestTheFirstPageSaysHowThingsStandNow(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.set("09:05")
	called := o.walkIn()
	o.walkIn()
	o.set("09:35")
	wantText(t, o.get(firstPage), "<b>2</b> <span>im Haus</span>", "<b>30 Minuten</b> <span>längste Wartezeit</span>", "<b>0 von ")
	o.calls(called.Number)
	wantText(t, o.get(firstPage), "<b>2</b> <span>im Haus</span>", "<b>1 von ", "<span>Plätzen rufen auf</span>")
	boss := o.actor("boss", ledger.RoleManager)
	if _, err := o.Do(t.Context(), boss, markt, deskwork.Command{ID: "hilfe-1", Type: deskwork.Alarm, Room: "platz-1"}); err != nil {
		t.Fatal(err)
	}
	wantText(t, o.get(firstPage), "Platz 1 braucht Hilfe")
	o.set("10:06")
	wantText(t, o.get(firstPage), "Platz 1 braucht Hilfe") // it stands until somebody comes
	cry := o.Alarms.Standing(markt)[0]
	if _, err := o.Do(t.Context(), boss, markt, deskwork.Command{ID: "hilfe-2", Type: deskwork.AlarmTake, Alarm: string(cry.ID)}); err != nil {
		t.Fatal(err)
	}
	wantText(t, o.get(firstPage), "vom Empfang oder von der Leitung kommt")
	o.set("10:22")
	wantNoText(t, o.get(firstPage), "Platz 1 braucht Hilfe")
}
