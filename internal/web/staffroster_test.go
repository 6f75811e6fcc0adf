package web_test

import (
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

const roster = "/staff/verwaltung/besetzung"

// A clerk is ill: two of three at ten stay, and the manager sees whom it concerns before
// anything is changed.
func TestAManagerSaysThatACounterIsMissing(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	last := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	page := o.get(roster + "?wo=grimma-markt%2Fbuergerbuero&von=2026-12-03")
	wantText(t, page, "Besetzung", "Do 03.12.2026", "geschlossen", `value="2026-12-03"`, "Platz 3", "Zurzeit gilt überall die übliche Besetzung.")

	day := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "bis", "2026-12-03"}
	morning := append(day, "ab", "08:00", "ende", "12:00", "fehlt", "platz-2", "fehlt", "platz-3", "fehlt", "platz-4", "grund", "Vertretung fehlt")
	asked := o.post(roster, morning...)
	wantStatus(t, asked, http.StatusOK)
	wantText(t, asked, "Nicht besetzt: Platz 2, Platz 3, Platz 4", "Schalter 09:00–12:00: 1, 13:00–16:00: 4 statt 4", "1 Termin passt dann nicht mehr", last.Number.String(),
		`name="fehlt" value="platz-3"`, `name="gesehen"`, "Freie Plätze für Termine im Internet")
	wantText(t, o.get(roster), "Zurzeit gilt überall die übliche Besetzung.")

	where := roster + "?geaendert=1&wo=grimma-markt%2Fbuergerbuero"
	wantRedirect(t, o.decides(roster, morning...), where)
	page = o.get(where)
	wantText(t, page, "Besetzung geändert.", "09:00–12:00: 1, 13:00–16:00: 4", "statt 4", "Vertretung fehlt", unfitting, "Zurücknehmen")
	wantText(t, o.get(unfitting), last.Number.String())
	wantNoText(t, o.get("/termin/zeit?service=eid-pin&branch=grimma-markt&tag=2026-12-03"), "Vertretung")
	wantText(t, o.get("/staff/verwaltung/protokoll?branch=grimma-markt"), "Besetzung geändert", "off platz-2,platz-3,platz-4")

	wantText(t, o.get("/staff/verwaltung/verlauf"), "Nicht besetzt: Platz 2, Platz 3, Platz 4", "Vertretung fehlt")
	wantRedirect(t, o.post(roster+"/zuruecknehmen", morning...), roster+"?wo=grimma-markt%2Fbuergerbuero&zurueckgenommen=1")
	wantText(t, o.get(roster), "Zurzeit gilt überall die übliche Besetzung.")
	wantText(t, o.get("/staff/verwaltung/verlauf"), "Wieder wie sonst (war: Nicht besetzt: Platz 2, Platz 3, Platz 4")
	wantStatus(t, o.post(roster+"/zuruecknehmen", morning...), http.StatusNotFound)
}

func TestARosterKeepsWhatWasTyped(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	day := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "bis", "2026-12-03"}
	both := o.post(roster, append(day, "fehlt", "platz-3", "anzahl", "2", "grund", "Fortbildung")...)
	wantStatus(t, both, http.StatusUnprocessableEntity)
	wantText(t, both, "Bitte sagen Sie genau eines", `value="platz-3" checked`, `name="anzahl" type="number"`, `value="2"`, `value="Fortbildung"`)
	for _, wrong := range [][]string{{"anzahl", "viele"}, {}, {"anzahl", "-1"}, {"fehlt", "gewerbeamt"}, {"anzahl", "1", "ab", "14:00", "ende", "13:00"}} {
		wantStatus(t, o.post(roster, append(day, wrong...)...), http.StatusUnprocessableEntity)
	}
	wantStatus(t, o.post(roster, "wo", "grimma-markt/buergerbuero", "von", "morgen", "anzahl", "1"), http.StatusUnprocessableEntity)
	wantStatus(t, o.post(roster, "wo", "grimma-markt/nirgends", "von", "2026-12-03", "anzahl", "1"), http.StatusNotFound)
	kept := o.get(roster + "?wo=grimma-markt%2Fbuergerbuero&von=2026-12-03&bis=2026-12-04&anzahl=2&grund=Fortbildung")
	wantText(t, kept, `value="2026-12-04"`, `value="2"`, `value="Fortbildung"`)
}

func TestEachWayToSayWhoServesIsSaidInWords(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	for _, tc := range []struct {
		fields []string
		want   string
	}{
		{[]string{"anzahl", "1"}, "Offene Schalter: 1"}, {[]string{"anzahl", "0"}, "Offene Schalter: 0"}, {[]string{"mehr", "1"}, "Schalter mehr: 1"},
		{[]string{"mehr", "-2"}, "Schalter weniger: 2"}, {[]string{"fehlt", "platz-3"}, "Nicht besetzt: Platz 3"},
		{[]string{"nur", "platz-1", "nur", "platz-2", "insgesamt", "2", "online", "1"}, "Nur besetzt: Platz 1, Platz 2"},
	} {
		day := append([]string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "bis", "2026-12-04"}, tc.fields...)
		wantText(t, o.post(roster, day...), tc.want, "bis Freitag")
		wantStatus(t, o.decides(roster, day...), http.StatusSeeOther)
		wantText(t, o.get(roster), tc.want)
		wantStatus(t, o.post(roster+"/zuruecknehmen", day...), http.StatusSeeOther)
	}
	closed := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-06", "bis", "2026-12-06", "anzahl", "1"}
	wantText(t, o.post(roster, closed...), "An diesen Tagen ändert sich dadurch nichts.", "Alle gebuchten Termine können stattfinden.")
}

func TestOnlyTheManagerOfABranchChangesWhoServes(t *testing.T) {
	o := openDesk(t)
	day := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "anzahl", "1"}
	for _, path := range []string{"", "/zuruecknehmen"} {
		wantStatus(t, o.post(roster+path, day...), http.StatusForbidden)
	}
	wantStatus(t, o.get(roster), http.StatusForbidden)
	o.hires("nele", ledger.RoleManager, nerchau)
	o.signsIn("nele")
	wantStatus(t, o.post(roster, day...), http.StatusForbidden)
	wantStatus(t, o.get(roster+"?wo=grimma-markt%2Fbuergerbuero"), http.StatusForbidden)
	wantNoText(t, o.get(roster), "Grimma am Markt")
}

func TestTheRosterLooksRightAndIsAccessible(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	day := "?wo=grimma-markt%2Fbuergerbuero&von=2026-12-03"
	wantStatus(t, o.decides(roster, "wo", "grimma-markt/buergerbuero", "von", "2026-12-04", "fehlt", "platz-3", "ab", "08:00", "ende", "10:00",
		"grund", "Vertretung fehlt"), http.StatusSeeOther)
	base := o.site()
	chromium := browser.Open(t)
	signInAt(chromium.Tab(t, officeScreen), base, "boss")
	for _, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + roster + day)
		if !strings.Contains(tab.Text("main"), "Vertretung") {
			t.Errorf("%s: the change isn't there", v.name)
		}
		tab.CheckAccessible("roster-" + v.name)
		tab.Picture("roster-" + v.name)
		tab.Open(base + roster + day + "&anzahl=1")
		tab.Click("button.main")
		tab.AwaitText("#concerned-title", "1")
		tab.CheckAccessible("roster-preview-" + v.name)
		tab.Picture("roster-preview-" + v.name)
	}
}

// The usual week is said in the browser as in a file: Thursdays four instead of two, from
// a day on; whom that concerns stands in the preview, and it goes by the way it came.
func TestAManagerSaysWhoServesInAUsualWeek(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	wantText(t, o.get(roster), "Es sind so viele Schalter besetzt, wie bei den Öffnungszeiten steht.", "Übliche Besetzung eintragen")
	thursday := firstTuesday.AddDays(2)
	for range 3 {
		o.bookedOn(thursday, "10:00")
	}
	week := []string{"art", "besetzung", "wo", bureauAtMarkt, "tage", "4", "schalter", "2"}
	page, fields := o.drafted(week...)
	wantText(t, o.get(page), "Übliche Besetzung: neu", "Donnerstag, Offene Schalter: 2", "2 Termine passen dann nicht mehr")
	wantStatus(t, o.post(draft, append(fields, "was", "uebernehmen")...), http.StatusSeeOther)
	wantText(t, o.get(roster), "Donnerstag, Offene Schalter: 2", "Do 03.12.2026", "art=besetzung")
	wantStatus(t, o.post(draft+"/neu", week...), http.StatusConflict)

	rule := o.ruleAtMarkt("besetzung")
	wantText(t, o.get(draft+"/neu?art=besetzung&wo="+bureauAtMarkt+"&regel="+rule), `name="tage" value="4" checked`, `name="schalter" type="number" value="2"`)
	page, fields = o.drafted("art", "besetzung", "wo", bureauAtMarkt, "regel", rule, "gilt", "2026-12-10", "tage", "4", "plaetze", "platz-1", "plaetze", "platz-2",
		"plaetze", "platz-3", "ab", "09:00", "ende", "12:00", "online", "1", "wochen", "2", "zaehlt", "2026-12-10", "letzter", "2027-03-31")
	wantText(t, o.get(page), "Übliche Besetzung geändert", "ab Donnerstag, 10.\u00a0Dezember 2026", "bisher: Donnerstag, Offene Schalter: 2",
		"neu: Donnerstag, alle 2 Wochen, Nur besetzt: Platz 1, Platz 2, Platz 3, 9.00\u00a0Uhr bis 12.00\u00a0Uhr, davon im Internet: 1", "bis 31.03.2027")
	wantStatus(t, o.post(draft, append(fields, "was", "uebernehmen")...), http.StatusSeeOther)
	wantText(t, o.get(roster), "Offene Schalter: 2, bis 09.12.2026", "Nur besetzt: Platz 1, Platz 2, Platz 3")
	page, fields = o.drafted("art", "besetzung", "wo", bureauAtMarkt, "regel", o.ruleAtMarkt("besetzung"), "endet", "1")
	wantText(t, o.get(page), "Übliche Besetzung endet")
	wantStatus(t, o.post(draft, append(fields, "was", "uebernehmen")...), http.StatusSeeOther)
	wantNoText(t, o.get(roster), "Offene Schalter: 2")
	wantText(t, o.get(changes), "Übliche Besetzung endet", "Übliche Besetzung geändert")
}

func TestWhatAUsualWeekCantMeanIsSaidAtItsField(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	for name, c := range map[string]struct {
		form []string
		want string
	}{
		"no day":             {[]string{"schalter", "2"}, "Bitte wählen Sie Wochentage"},
		"no counters":        {[]string{"tage", "1"}, `id="schalter-error">Bitte sagen Sie, wie viele`},
		"a number and names": {[]string{"tage", "1", "schalter", "2", "plaetze", "platz-1"}, `id="schalter-error">Bitte sagen Sie, wie viele`},
		"too many":           {[]string{"tage", "1", "schalter", "100"}, `id="schalter-error">`},
		"a foreign counter":  {[]string{"tage", "1", "plaetze", "bauamt"}, "Diesen Schalter hat der Fachbereich nicht."},
		"more than serve":    {[]string{"tage", "1", "schalter", "1", "gesamt", "2"}, "insgesamt höchstens so viele"},
		"no anchor":          {[]string{"tage", "1", "schalter", "1", "wochen", "2"}, `id="zaehlt-error">`},
		"backwards":          {[]string{"tage", "1", "schalter", "1", "ab", "12:00", "ende", "09:00"}, `id="ab-error">`},
		"long over":          {[]string{"tage", "1", "schalter", "1", "gilt", "2020-01-01"}, `id="gilt-error">`},
		"until 2099":         {[]string{"tage", "1", "schalter", "1", "letzter", "2099-01-01"}, `id="letzter-error">`},
		"ends what isn't":    {[]string{"endet", "1"}, "Bitte wählen Sie"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := o.post(draft+"/neu", append([]string{"art", "besetzung", "wo", bureauAtMarkt}, c.form...)...)
			wantStatus(t, answer, http.StatusUnprocessableEntity)
			wantText(t, answer, c.want)
		})
	}
}
