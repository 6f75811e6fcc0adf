package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

const (
	drafts  = "/staff/verwaltung/entwuerfe"
	draft   = "/staff/verwaltung/entwurf"
	changes = "/staff/verwaltung/verlauf"
)

// drafted puts an edit into a draft and returns the address of its page, and the
// fields that its buttons send.
func (o *house) drafted(form ...string) (page string, fields []string) {
	o.t.Helper()
	answer := o.post(draft+"/neu", form...)
	wantStatus(o.t, answer, http.StatusSeeOther)
	at, err := url.Parse(answer.Header().Get("Location"))
	if err != nil {
		o.t.Fatal(err)
	}
	page = draft + "?id=" + at.Query().Get("id")
	return page, o.readOn(page)
}

// readOn returns the fields that the buttons of a draft's page send.
func (o *house) readOn(page string) []string {
	o.t.Helper()
	body := o.get(page).Body.String()
	version := regexp.MustCompile(`name="version" value="([0-9]+)"`).FindStringSubmatch(body)
	if version == nil {
		o.t.Fatalf("no version on %s", page)
	}
	_, id, _ := strings.Cut(page, "id=")
	return []string{"id", id, "version", version[1], "gesehen", shownIn(body)}
}

// shownIn is the field in which a page carries what it shows; empty where it asks
// nothing.
func shownIn(body string) string {
	shown := regexp.MustCompile(`name="gesehen" value="([0-9a-f]+)"`).FindStringSubmatch(body)
	if shown == nil {
		return ""
	}
	return shown[1]
}

// decides sends a form, and again what the page that asks carries.
func (o *house) decides(path string, form ...string) *httptest.ResponseRecorder {
	o.t.Helper()
	asked := o.post(path, form...)
	if shown := shownIn(asked.Body.String()); shown != "" {
		return o.post(path, append(slices.Clip(form), "gesehen", shown)...)
	}
	return asked
}

// A council changes the hours of a day: the manager sees whom it concerns before it
// happens, makes it, and takes it back.
func TestAManagerDraftsPreviewsAppliesAndTakesBack(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	made := o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	wantText(t, o.get(draft+"/neu?von=2026-12-03"), "Andere Zeiten an einzelnen Tagen", `value="09:00-`, "Offene Schalter")
	page, fields := o.drafted("art", "zeiten", "wo", "grimma-markt/buergerbuero", "von", "2026-12-03",
		"zeiten", "13:00-14:00", "schalter", "2", "gesamt", "2", "online", "1", "ohne", "13:00–14:00")
	wantText(t, o.get(page), "1 Termin passt dann nicht mehr", made.Number.String(), "13.00\u00a0Uhr bis 14.00\u00a0Uhr", "bisher", "danach", "Noch ist nichts geändert")
	wantText(t, o.get(drafts), "boss", "13.00\u00a0Uhr bis 14.00\u00a0Uhr")
	calendar := "/termin/tag?service=eid-pin&branch=grimma-markt&monat=2026-12&tag=2026-12-03&lang=de"
	before := o.get(calendar).Body.String()

	wantRedirect(t, o.post(draft, append(fields, "was", "uebernehmen")...), changes+"?uebernommen=1")
	wantText(t, o.get(changes+"?uebernommen=1"), "Übernommen.", "boss", "13.00\u00a0Uhr bis 14.00\u00a0Uhr", "Änderung 1", unfitting)
	wantRedirect(t, o.post(draft, append(fields, "was", "uebernehmen")...), changes+"?uebernommen=1")
	wantText(t, o.get(changes+"/zurueck?nr=1"), "Nur diese Änderung geht zurück", "0 Termine passen dann nicht mehr")
	wantRedirect(t, o.post(changes+"/zurueck", "nr", "1", "gesehen", shownIn(o.get(changes+"/zurueck?nr=1").Body.String())), changes+"?zurueckgenommen=1")
	wantText(t, o.get(changes+"?zurueckgenommen=1"), "nimmt Änderung 1 zurück", "zurückgenommen mit Änderung 2")
	if o.get(calendar).Body.String() != before {
		t.Error("the calendar isn't what it was before")
	}
	wantStatus(t, o.get(changes+"/zurueck?nr=1"), http.StatusConflict)
	wantText(t, o.get("/staff/verwaltung/protokoll?branch=grimma-markt"), "Änderung übernommen", "Änderung zurückgenommen")
}

func TestADraftKeepsWhatWasTypedAndSaysAtTheFieldWhatIsWrong(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	refused := o.post(draft+"/neu", "art", "zeiten", "wo", "nerchau/buergerbuero", "von", "2026-12-03", "zeiten", "neun bis zwölf", "schalter", "7", "gesamt", "7", "online", "7")
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantText(t, refused, `id="zeiten-error">Bitte schreiben Sie Zeiten wie 9-12`, `value="neun bis zwölf"`, `value="7"`, `value="nerchau/buergerbuero" selected`)
	many := o.post(draft+"/neu", "art", "zeiten", "wo", "nerchau/buergerbuero", "von", "2026-12-03", "zeiten", "09:00-12:00", "schalter", "1", "gesamt", "2", "online", "2")
	wantStatus(t, many, http.StatusUnprocessableEntity)
	wantText(t, many, `id="schalter-error">Im Internet buchbar sind höchstens`)
}

// Two managers change the hours of one day.
func TestTheSecondManagerSeesBothVersions(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	hours := func(zeiten string) []string {
		return []string{"art", "zeiten", "wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "zeiten", zeiten, "schalter", "1", "gesamt", "1", "online", "1"}
	}
	_, first := o.drafted(hours("09:00-10:00")...)
	page, second := o.drafted(hours("11:00-12:00")...)
	wantStatus(t, o.post(draft, append(first, "was", "uebernehmen")...), http.StatusSeeOther)
	wantStatus(t, o.post(draft, append(second, "was", "uebernehmen")...), http.StatusConflict)
	wantText(t, o.get(page), "Inzwischen hat jemand anderes hier etwas geändert", "Als der Entwurf entstand:", "Jetzt:", "9.00\u00a0Uhr bis 10.00\u00a0Uhr", "11.00\u00a0Uhr bis 12.00\u00a0Uhr")
	wantStatus(t, o.post(draft, append(o.readOn(page), "was", "vergleichen")...), http.StatusSeeOther)
	wantStatus(t, o.post(draft, append(o.readOn(page), "was", "uebernehmen")...), http.StatusSeeOther)
}

func TestEachKindOfChangeIsWorded(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	at := []string{"wo", "grimma-markt/buergerbuero"}
	page, fields := o.drafted(append(at, "art", "schliessen", "von", "2026-12-03", "ab", "12:00", "ende", "13:00", "worte", "Betriebsversammlung")...)
	add := func(form ...string) {
		t.Helper()
		wantStatus(t, o.post(draft+"/neu", append(append(form, at...), fields[:2]...)...), http.StatusSeeOther)
	}
	add("art", "notiz", "von", "2026-12-03", "text", "Handwerker im Haus")
	add("art", "woche", "woche", "2026-12-02", "erste", "2026-12-09", "letzte", "2026-12-17")
	add("art", "regel", "gilt", "2027-01-04", "zeiten", "08:00-12:00", "tage", "1", "tage", "6", "nth", "1 -1", "schalter", "2", "gesamt", "1", "online", "1")
	rule := regexp.MustCompile(`<option value="([0-9a-f]{16})">`).FindStringSubmatch(o.get(draft + "/neu?art=regel&wo=grimma-markt%2Fbuergerbuero").Body.String())
	if rule == nil {
		t.Fatal("no rule to choose")
	}
	wantText(t, o.get(draft+"/neu?art=regel&wo=grimma-markt%2Fbuergerbuero&regel="+rule[1]), `checked`, `value="09:00-`)
	add("art", "regel", "regel", rule[1], "gilt", "2027-01-01", "endet", "1")
	wantText(t, o.get(page), "Geschlossen 12.00\u00a0Uhr bis 13.00\u00a0Uhr", "Grund: Betriebsversammlung", "Notiz: Handwerker im Haus", "übertragen auf 2 Wochen: vom",
		"Neue Öffnungszeit (Termine)", "8.00\u00a0Uhr bis 12.00\u00a0Uhr", "nur der 1. im Monat", "nur der letzte im Monat", "Öffnungszeit endet (Termine)")
	fields[3] = "5"
	wantStatus(t, o.post(draft, append(fields, "was", "entfernen", "nr", "1")...), http.StatusSeeOther)
	wantNoText(t, o.get(page), "Handwerker")
	wantRedirect(t, o.post(draft, append(o.readOn(page), "was", "uebernehmen")...), changes+"?uebernommen=1")
}

func TestADraftIsThrownAwayAndConcernsNobodyElse(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	page, fields := o.drafted("art", "notiz", "wo", "grimma-markt", "von", "2026-12-03", "text", "Probe")
	o.hires("nele", ledger.RoleManager, nerchau)
	o.signsIn("nele")
	wantStatus(t, o.get(page), http.StatusNotFound)
	wantNoText(t, o.get(drafts), "Probe")
	wantStatus(t, o.post(draft, append(fields, "was", "uebernehmen")...), http.StatusNotFound)
	o.signsIn("boss")
	wantRedirect(t, o.post(draft, append(fields, "was", "verwerfen")...), drafts+"?verworfen=1")
	wantStatus(t, o.get(page), http.StatusNotFound)
}

func TestDraftsLookRightAndAreAccessible(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.bookedOn(firstTuesday.AddDays(2), "10:00")
	page, _ := o.drafted("art", "schliessen", "wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "worte", "Betriebsversammlung")
	base := o.site()
	chromium := browser.Open(t)
	signInAt(chromium.Tab(t, officeScreen), base, "boss")
	for _, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		for name, path := range map[string]string{"draft": page, "edit": draft + "/neu", "drafts": drafts, "townhistory": changes} {
			tab.Open(base + path)
			tab.CheckAccessible(name + "-" + v.name)
			tab.Picture(name + "-" + v.name)
		}
	}
}
