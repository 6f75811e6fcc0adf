package web_test

import (
	"net/http"
	"testing"

	"aufruf/internal/ledger"
)

func counters(count string) []string {
	return []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "bis", "2026-12-03", "anzahl", count}
}

// Two managers look at one day; the second decides by a preview that isn't true any more.
func TestARosterIsNotTakenOverFromAnOldPreview(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	old := append(counters("2"), "gesehen", shownIn(o.post(roster, counters("2")...).Body.String()))
	wantStatus(t, o.decides(roster, counters("1")...), http.StatusSeeOther)
	refused := o.post(roster, old...)
	wantStatus(t, refused, http.StatusConflict)
	wantText(t, refused, "Inzwischen hat sich hier etwas geändert", "Offene Schalter: 2", "Für diese Tage ist schon eingetragen:", "Offene Schalter: 1")
	wantNoText(t, o.get(roster), "Offene Schalter: 2")
	wantStatus(t, o.post(roster, append(counters("2"), "gesehen", shownIn(refused.Body.String()))...), http.StatusSeeOther)
}

func TestWhoIsConcernedSinceThePreviewIsShownFirst(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	thursday := firstTuesday.AddDays(2)
	o.bookedOn(thursday, "10:00")
	day := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "bis", "2026-12-03"}
	page, fields := o.drafted(append(day, "art", "schliessen")...)
	shut, none := shownIn(o.post(closing, day...).Body.String()), shownIn(o.post(roster, counters("0")...).Body.String())
	late := o.bookedOn(thursday, "11:00").Ticket.Number.String()
	for path, form := range map[string][]string{
		draft: append(fields, "was", "uebernehmen"), closing: append(day, "gesehen", shut), roster: append(counters("0"), "gesehen", none),
	} {
		refused := o.post(path, form...)
		wantStatus(t, refused, http.StatusConflict)
		wantText(t, refused, "Inzwischen hat sich hier etwas geändert", late)
	}
	wantText(t, o.get(changes), "Hier wurde noch nichts geändert.")
	wantStatus(t, o.post(draft, append(o.readOn(page), "was", "uebernehmen")...), http.StatusSeeOther)
}

func TestAnUndoIsNotMadeFromAnOldPage(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	day := []string{"wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "zeiten", "09:00-18:00", "schalter", "4", "gesamt", "4", "online", "4"}
	_, fields := o.drafted(append(day, "art", "zeiten")...)
	wantStatus(t, o.post(draft, append(fields, "was", "uebernehmen")...), http.StatusSeeOther)
	shown := shownIn(o.get(changes + "/zurueck?nr=1").Body.String())
	late := o.bookedOn(firstTuesday.AddDays(2), "17:00").Ticket.Number.String()
	refused := o.post(changes+"/zurueck", "nr", "1", "gesehen", shown)
	wantStatus(t, refused, http.StatusConflict)
	wantText(t, refused, late)
}

// A third change comes while the second manager compares with the first.
func TestAThirdChangeIsComparedBeforeItIsOverwritten(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	hours := func(zeiten string) []string {
		return []string{"art", "zeiten", "wo", "grimma-markt/buergerbuero", "von", "2026-12-03", "zeiten", zeiten, "schalter", "1", "gesamt", "1", "online", "1"}
	}
	page, _ := o.drafted(hours("11:00-12:00")...)
	_, first := o.drafted(hours("09:00-10:00")...)
	wantStatus(t, o.post(draft, append(first, "was", "uebernehmen")...), http.StatusSeeOther)
	compared := o.readOn(page)
	_, third := o.drafted(hours("14:00-15:00")...)
	wantStatus(t, o.post(draft, append(third, "was", "uebernehmen")...), http.StatusSeeOther)
	refused := o.post(draft, append(compared, "was", "vergleichen")...)
	wantStatus(t, refused, http.StatusConflict)
	wantText(t, refused, "Inzwischen hat sich hier etwas geändert", "14.00\u00a0Uhr bis 15.00\u00a0Uhr", "Jetzt:")
	wantStatus(t, o.post(draft, append(o.readOn(page), "was", "vergleichen")...), http.StatusSeeOther)
}

func TestAButtonThatIsPressedTwiceMakesOneChange(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	form := append(counters("2"), "gesehen", shownIn(o.post(roster, counters("2")...).Body.String()))
	for range 2 {
		wantStatus(t, o.post(roster, form...), http.StatusSeeOther)
		wantStatus(t, o.post(closing, "wo", "nerchau", "von", "2026-12-03"), http.StatusSeeOther)
	}
	wantText(t, o.get(changes), "Änderung 2")
	wantNoText(t, o.get(changes), "Änderung 3")
}
