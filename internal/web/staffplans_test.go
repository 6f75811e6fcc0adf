package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/ledger"
)

const bureauAtMarkt = "grimma-markt/buergerbuero"

// ruleAtMarkt is the name of the first rule that can be changed at the Bürgerbüro.
func (o *house) ruleAtMarkt(kind string) string {
	o.t.Helper()
	found := regexp.MustCompile(`<option value="([0-9a-f]{16})"`).FindStringSubmatch(o.get(draft + "/neu?art=" + kind + "&wo=" + bureauAtMarkt).Body.String())
	if found == nil {
		o.t.Fatal("no rule to choose")
	}
	return found[1]
}

// Two managers change one rule: the second sees what holds now, and goes on from there.
func TestTheSecondChangeOfARuleLeadsToTheRuleThatHoldsNow(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	change := []string{"art", "regel", "wo", bureauAtMarkt, "regel", o.ruleAtMarkt("regel"), "tage", "1", "tage", "2", "schalter", "4", "gesamt", "2", "online", "2"}
	_, first := o.drafted(append(change, "zeiten", "8-12")...)
	page, _ := o.drafted(append(change, "zeiten", "10-15")...)
	wantStatus(t, o.post(draft, append(first, "was", "uebernehmen")...), http.StatusSeeOther)

	compared := o.get(page)
	wantText(t, compared, "Jetzt:", "8.00\u00a0Uhr bis 12.00\u00a0Uhr", "Stattdessen ändern, was jetzt gilt")
	wantNoText(t, compared, "nichts Besonderes")
	link := regexp.MustCompile(`href="([^"]*statt=0[^"]*)"`).FindStringSubmatch(compared.Body.String())
	if link == nil {
		t.Fatal("the comparison leads nowhere")
	}
	form := o.get(html.UnescapeString(link[1]))
	wantText(t, form, `value="10:00-15:00"`, `name="statt" value="0"`)
	rule := regexp.MustCompile(`name="regel" value="([0-9a-f]{16})"`).FindStringSubmatch(form.Body.String())
	_, id, _ := strings.Cut(page, "id=")
	again := []string{"id", id, "statt", "0", "version", "1", "regel", rule[1], "art", "regel", "wo", bureauAtMarkt, "tage", "1", "tage", "2",
		"schalter", "4", "gesamt", "2", "online", "2", "zeiten", "10-15"}
	wantStatus(t, o.post(draft+"/neu", again...), http.StatusSeeOther)
	wantStatus(t, o.post(draft+"/neu", again...), http.StatusConflict)
	wantStatus(t, o.post(draft, append(o.readOn(page), "was", "uebernehmen")...), http.StatusSeeOther)
	wantText(t, o.get("/staff/verwaltung/oeffnungszeiten?wo="+bureauAtMarkt), "10–15 Uhr")
}

func TestAManagerSeesNoRulesAndNoChangesOfOtherBranches(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	_, fields := o.drafted("art", "notiz", "wo", bureauAtMarkt, "von", "2026-12-03", "text", "Nur für den Markt")
	wantStatus(t, o.post(draft+"/neu", "id", fields[1], "art", "notiz", "wo", "nerchau", "von", "2026-12-03", "text", "Auch in Nerchau"), http.StatusSeeOther)
	wantStatus(t, o.post(draft, append(o.readOn(draft+"?id="+fields[1]), "was", "uebernehmen")...), http.StatusSeeOther)
	o.hires("nele", ledger.RoleManager, nerchau)
	o.signsIn("nele")
	for _, kind := range []string{"regel", "zeiten", "ohnetermin", "zuruecknehmen"} {
		wantStatus(t, o.get(draft+"/neu?art="+kind+"&wo="+bureauAtMarkt), http.StatusForbidden)
		wantStatus(t, o.post(draft+"/neu", "art", kind, "wo", bureauAtMarkt), http.StatusForbidden)
	}
	wantText(t, o.get(changes), "Auch in Nerchau", "betrifft auch Standorte, die Sie nicht leiten")
	wantNoText(t, o.get(changes), "Nur für den Markt", "/zurueck?nr=1")
}

func TestWhatIsLeftEmptyOrTooLongIsSaidAtItsField(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	at := []string{"wo", bureauAtMarkt}
	long := strings.Repeat("x", 20_000)
	for name, c := range map[string]struct {
		form []string
		want string
	}{
		"special hours for nobody": {[]string{"art", "zeiten", "von", "2026-12-03", "zeiten", "9-12"}, `id="gesamt-error">Diese Angabe fehlt noch.`},
		"a rule for nobody":        {[]string{"art", "regel", "zeiten", "9-12", "tage", "1"}, `id="online-error">Diese Angabe fehlt noch.`},
		"a closure of an essay":    {[]string{"art", "schliessen", "von", "2026-12-03", "worte", long}, `id="worte-error">`},
		"a note of an essay":       {[]string{"art", "notiz", "von", "2026-12-03", "text", long}, `id="text-error">`},
		"an empty note":            {[]string{"art", "notiz", "von", "2026-12-03"}, `id="text-error">Diese Angabe fehlt noch.`},
		"a closure until 2099":     {[]string{"art", "schliessen", "von", "2026-12-03", "bis", "2099-12-31"}, `id="bis-error">Der letzte Tag liegt`},
		"a closure in the past":    {[]string{"art", "schliessen", "von", "2026-11-03"}, `id="von-error">Bitte wählen Sie als ersten Tag heute`},
		"hours in the past":        {[]string{"art", "zeiten", "von", "2026-11-03", "zeiten", "9-12", "schalter", "1", "gesamt", "1", "online", "1"}, `id="von-error">`},
		"a rule from 2099 on":      {[]string{"art", "regel", "gilt", "2099-01-01", "zeiten", "9-12", "tage", "1", "schalter", "1", "gesamt", "1", "online", "1"}, `id="gilt-error">`},
		"a week before the other":  {[]string{"art", "woche", "woche", "2026-12-02", "erste", "2026-12-16", "letzte", "2026-12-09"}, `id="letzte-error">`},
		"sixty years of weeks":     {[]string{"art", "woche", "woche", "2026-12-02", "erste", "2026-12-16", "letzte", "2086-12-09"}, `id="letzte-error">`},
		"a rule that ends unnamed": {[]string{"art", "regel", "endet", "1"}, `id="regel-error">`},
		"nothing to take back":     {[]string{"art", "zuruecknehmen"}, `Diese Angabe fehlt noch.`},
	} {
		refused := o.post(draft+"/neu", append(c.form, at...)...)
		if refused.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", name, refused.Code)
		}
		if !strings.Contains(refused.Body.String(), c.want) {
			t.Errorf("%s: page misses %q", name, c.want)
		}
	}
	whole := o.post(draft+"/neu", "art", "zeiten", "wo", "grimma-markt", "von", "2026-12-03", "zeiten", "9-12", "schalter", "1", "gesamt", "1", "online", "1")
	wantStatus(t, whole, http.StatusUnprocessableEntity)
	wantText(t, whole, `id="wo-error">Bitte wählen Sie einen Fachbereich`)
}

func TestTheSameRuleTwiceInOneDraftIsSaidToStandThere(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	rule := []string{"art", "regel", "wo", bureauAtMarkt, "zeiten", "14-15", "tage", "6", "schalter", "1", "gesamt", "1", "online", "1"}
	_, fields := o.drafted(rule...)
	for _, form := range [][]string{rule, {"art", "regel", "wo", bureauAtMarkt, "regel", o.ruleAtMarkt("regel"), "gilt", "2027-01-01", "endet", "1"}} {
		form = append(form, fields[:2]...)
		answer := o.post(draft+"/neu", form...)
		if answer.Code == http.StatusSeeOther {
			answer = o.post(draft+"/neu", form...)
		}
		wantStatus(t, answer, http.StatusConflict)
		wantText(t, answer, "Das ändert dieser Entwurf schon.")
	}
}

func TestABadCountOfCountersIsSaidAtItsField(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	day := []string{"wo", bureauAtMarkt, "von", "2026-12-03"}
	for name, c := range map[string]struct {
		form []string
		want string
	}{
		"fewer than none":   {[]string{"anzahl", "-1"}, `id="anzahl-error">Diese Zahl ist zu klein oder zu groß.`},
		"no number":         {[]string{"anzahl", "viele"}, `id="anzahl-error">Diese Zahl ist zu klein oder zu groß.`},
		"a thousand more":   {[]string{"mehr", "1000"}, `id="mehr-error">Diese Zahl ist zu klein oder zu groß.`},
		"nothing at all":    {nil, `id="anzahl-error">Bitte sagen Sie genau eines`},
		"ends before":       {[]string{"anzahl", "1", "bis", "2026-12-02"}, `id="bis-error">`},
		"an essay":          {[]string{"anzahl", "1", "grund", strings.Repeat("ä", 1000)}, `id="grund-error">`},
		"ends before it is": {[]string{"anzahl", "1", "ab", "12:00", "ende", "09:00"}, `id="ab-error">`},
	} {
		refused := o.post(roster, append(c.form, day...)...)
		if refused.Code != http.StatusUnprocessableEntity || !strings.Contains(refused.Body.String(), c.want) {
			t.Errorf("%s: got %d, page misses %q", name, refused.Code, c.want)
		}
	}
	closed := o.post(closing, "wo", "grimma-markt", "von", "2026-12-03", "bis", "2026-12-02", "ab", "12:00", "ende", "09:00")
	wantStatus(t, closed, http.StatusUnprocessableEntity)
	wantText(t, closed, `id="bis-error">`, `id="ab-error">`)
}

// A closure keeps shut what a manager opens for a holiday: the draft says so, and
// where it is taken back.
func TestADraftSaysWhatStaysClosedAllTheSame(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	wantStatus(t, o.decides(closing, "wo", "grimma-markt", "von", "2026-12-10", "worte", "Betriebsruhe"), http.StatusSeeOther)
	hours := []string{"art", "zeiten", "wo", bureauAtMarkt, "zeiten", "9-12", "schalter", "1", "gesamt", "1", "online", "1", "von"}
	page, fields := o.drafted(append(hours, "2026-12-10", "feiertags", "1")...)
	wantText(t, o.get(page), "bleibt trotzdem geschlossen, denn eine Schließung ist eingetragen: Betriebsruhe", "Schließung zurücknehmen")
	entry := regexp.MustCompile(`name="eintrag" value="([0-9a-f]{16})"> Donnerstag, 10.\x{a0}Dezember`).FindStringSubmatch(o.get(draft + "/neu?art=zuruecknehmen&wo=" + bureauAtMarkt).Body.String())
	if entry == nil {
		t.Fatal("the closure can't be taken back")
	}
	wantStatus(t, o.post(draft+"/neu", "id", fields[1], "art", "zuruecknehmen", "wo", bureauAtMarkt, "eintrag", entry[1]), http.StatusSeeOther)
	wantText(t, o.get(page), "Wieder geöffnet")
	wantNoText(t, o.get(page), "bleibt trotzdem geschlossen")
	holiday, _ := o.drafted(append(hours, "2027-03-26")...)
	wantText(t, o.get(holiday), "ist ein Feiertag (Karfreitag)", "nicht angekreuzt")
}

func TestFromAPreviewOneGoesStraightToThoseConcerned(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	made := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	_, fields := o.drafted("art", "schliessen", "wo", bureauAtMarkt, "von", "2026-12-03")
	wantRedirect(t, o.post(draft, append(fields, "was", "entscheiden")...), unfitting+"?termin="+string(made.ID))
	wantText(t, o.get(unfitting+"?termin="+string(made.ID)), `value="`+string(made.ID)+`" checked`)
	second := o.bookedOn(firstTuesday.AddDays(3), "10:00").Ticket
	shut := []string{"wo", "grimma-markt", "von", "2026-12-04", "bis", "2026-12-04", "danach", "entscheiden"}
	wantRedirect(t, o.decides(closing, shut...), unfitting+"?bis=2026-12-04&von=2026-12-04")
	wantText(t, o.get(unfitting+"?bis=2026-12-04&von=2026-12-04"), `value="`+string(second.ID)+`" checked`)
}

// Rules for walk-ins, and rules of some services only, are changed in the browser.
func TestWalkInHoursAndRulesOfSomeServicesAreEditedInTheBrowser(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	page, fields := o.drafted("art", "ohnetermin", "wo", bureauAtMarkt, "zeiten", "9 bis 11 Uhr", "tage", "0")
	wantStatus(t, o.post(draft+"/neu", "id", fields[1], "art", "regel", "wo", bureauAtMarkt, "zeiten", "9-11.30", "tage", "0",
		"schalter", "2", "gesamt", "1", "online", "1", "anliegen", "eid-pin"), http.StatusSeeOther)
	wantText(t, o.get(page), "Neue Öffnungszeit (Ohne Termin)", "nur für 1 Anliegen")
	wantStatus(t, o.post(draft, append(o.readOn(page), "was", "uebernehmen")...), http.StatusSeeOther)
	sheet := o.get("/staff/verwaltung/oeffnungszeiten?wo=" + bureauAtMarkt)
	wantText(t, sheet, "9–11.30 Uhr", "art=ohnetermin")
	day := "/termin/zeit?branch=grimma-markt&date=2026-12-06&lang=de&service="
	wantText(t, o.get(day+"eid-pin"), "9.00")
	wantNoText(t, o.get(day+"meldebescheinigung"), "9.00")
	foreign := o.post(draft+"/neu", "art", "regel", "wo", bureauAtMarkt, "zeiten", "9-11", "tage", "0", "schalter", "2", "gesamt", "1", "online", "1", "anliegen", "unbekannt")
	wantStatus(t, foreign, http.StatusUnprocessableEntity)
	wantText(t, foreign, "Der Fachbereich bietet dieses Anliegen nicht an.")
}

func TestADayOfTheCalendarLeadsToItsCounters(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	wantText(t, o.get("/staff/verwaltung/kalender/tag?wo="+bureauAtMarkt+"&tag=2026-12-03"), "Besetzung ändern", "/staff/verwaltung/besetzung?bis=2026-12-03&amp;von=2026-12-03&amp;wo=grimma-markt%2Fbuergerbuero#aendern")
}
