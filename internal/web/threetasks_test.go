package web_test

import (
	"context"
	"fmt"
	"testing"
	"time"
	"unicode/utf8"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

// trial is a manager at work: what is clicked and typed is counted, and each page is
// kept as a picture.
type trial struct {
	*browser.Tab
	t            *testing.T
	name         string
	clicks, keys int
	pages        int
}

// find marks what a person would click on by its words, and returns its selector.
func (w *trial) find(words string) string {
	w.t.Helper()
	w.Await("something to click: "+words, fmt.Sprintf(`(() => {
		document.querySelectorAll("[data-trial]").forEach(e => e.removeAttribute("data-trial"));
		const all = [...document.querySelectorAll("main a, main button, main summary, main label, header a")].filter(e => e.checkVisibility());
		const seen = [...all.filter(e => !e.closest("nav")), ...all.filter(e => e.closest("nav"))];
		const says = e => e.innerText.replaceAll("\u00a0", " ").trim();
		const found = seen.find(e => says(e) === %[1]q) || seen.find(e => says(e).includes(%[1]q));
		found?.setAttribute("data-trial", "1");
		return !!found;
	})()`, words))
	return `[data-trial="1"]`
}

// opens clicks on what leads to another page.
func (w *trial) opens(words string) {
	w.t.Helper()
	w.clicks++
	w.Click(w.find(words))
	w.look()
}

// writes clicks into a field and types; what stands there already goes.
func (w *trial) writes(field, text string) {
	w.t.Helper()
	w.writesAsHere(field, text, text)
}

// writesAsHere is writes where this browser, which speaks English, wants a date or a
// time typed otherwise than a German one.
func (w *trial) writesAsHere(field, text, here string) {
	w.t.Helper()
	w.clicks, w.keys = w.clicks+1, w.keys+utf8.RuneCountInString(text)
	browser.Evaluate[bool](w.Tab, fmt.Sprintf(`(() => { document.querySelector(%q).value = ""; return true })()`, field))
	w.Type(field, here)
}

func (w *trial) look() {
	w.pages++
	w.Picture(fmt.Sprintf("%s-%02d", w.name, w.pages))
}

// tells says what a task took, and holds it to that: whoever adds a step says so. A
// minute is what a person takes who moves a hand to a mouse and looks (Card, Moran and
// Newell's keystroke-level model: 2.65 s a click with the thought before it, 0.28 s a key),
// and reads each new page for four seconds.
func (w *trial) tells(clicks, keys int) {
	w.t.Helper()
	takes := time.Duration(w.clicks)*2650*time.Millisecond + time.Duration(w.keys)*280*time.Millisecond + time.Duration(w.pages)*4*time.Second
	w.t.Logf("%s: %d clicks, %d keys, %d pages: about %s", w.name, w.clicks, w.keys, w.pages, takes.Round(time.Second))
	if w.clicks > clicks || w.keys > keys {
		w.t.Errorf("%s: %d clicks and %d keys, want at most %d and %d", w.name, w.clicks, w.keys, clicks, keys)
	}
}

// carriesOutBeside carries runs out as a server does, beside the pages.
func (o *house) carriesOutBeside(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.Dealings.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// tries opens the office's first page as a manager who has just signed in.
func (o *house) tries(t *testing.T, name string) *trial {
	t.Helper()
	tab := browser.Open(t).Tab(t, browser.View{Width: 1366, Height: 768})
	base := o.site()
	o.carriesOutBeside(t)
	signInAt(tab, base, "boss")
	tab.Open(base + firstPage)
	w := &trial{Tab: tab, t: t, name: name}
	w.look()
	return w
}

// TestThreeTasksOfAManager: what a town hall's day needs is done in a minute or two, by
// the pages alone.
func TestThreeTasksOfAManager(t *testing.T) {
	t.Run("sick", func(t *testing.T) {
		o := openManagement(t, ledger.RoleManager)
		for range 2 {
			o.booked("10:30")
		}
		w := o.tries(t, "sick")
		w.opens("Besetzung")
		w.writesAsHere("#ab", "1000", "1000AM")
		w.writesAsHere("#ende", "1200", "1200PM")
		w.writes("#anzahl", "1")
		w.opens("Vorschau")
		w.opens("Übernehmen und gleich entscheiden")
		w.opens("Weiter zur Vorschau")
		w.opens("Eine neue Zeit anbieten")
		w.AwaitText("main", "Fertig.")
		w.look()
		w.tells(8, 9)
	})
	t.Run("closed", func(t *testing.T) {
		o := openManagement(t, ledger.RoleManager)
		closed := firstTuesday.AddDays(14)
		for n := range 40 {
			if _, err := o.books(closed, town.TimeOfDay(9*60+n/3*10)); err != nil {
				t.Fatal(err)
			}
		}
		w := o.tries(t, "closed")
		w.opens("Kalender")
		w.opens("15")
		w.opens("Schließen")
		w.writes("#worte", "Brandschutzprüfung")
		w.opens("In den Entwurf")
		w.opens("Übernehmen und gleich entscheiden")
		w.opens("Weiter zur Vorschau")
		w.opens("40 neue Zeiten anbieten")
		w.AwaitText("main", "Fertig.")
		w.look()
		w.tells(8, 18)
	})
	t.Run("hours", func(t *testing.T) {
		o := openManagement(t, ledger.RoleManager)
		w := o.tries(t, "hours")
		w.opens("Öffnungszeiten")
		w.opens("ändern")
		w.writesAsHere("#gilt", "04012027", "01042027")
		w.writes("#zeiten", "8-12, 14-18")
		w.opens("In den Entwurf")
		w.opens("Termine: Dienstag")
		w.writes("#zeiten", "8-12, 14-19")
		w.opens("In den Entwurf")
		w.opens("Termine: Freitag")
		w.writes("#zeiten", "8-13")
		w.opens("In den Entwurf")
		w.opens("Übernehmen")
		w.tells(12, 35)
		w.worksAHolidayAndCopiesAWeek()
		wantText(t, o.get(dayOf+"2027-01-01"), "Neujahr, trotzdem geöffnet", "9–12 Uhr")
		wantText(t, o.get(dayOf+"2027-01-05"), "8–12, 14–19 Uhr")
		wantText(t, o.get(dayOf+"2027-01-12"), "9–12, 13–18 Uhr")
	})
}

// worksAHolidayAndCopiesAWeek opens on a holiday, and makes a week of January like the
// one that the calendar shows.
func (w *trial) worksAHolidayAndCopiesAWeek() {
	w.t.Helper()
	w.name, w.clicks, w.keys, w.pages = "holiday", 0, 0, 0
	w.opens("Kalender")
	w.opens("Neujahr")
	w.opens("Am Feiertag öffnen")
	w.writes("#zeiten", "9-12")
	w.opens("In den Entwurf")
	w.opens("Übernehmen")
	w.tells(7, 4)
	w.name, w.clicks, w.keys, w.pages = "week", 0, 0, 0
	w.opens("Kalender")
	w.opens("Woche")
	w.opens("Diese Woche auf andere übertragen")
	w.writesAsHere("#erste", "11012027", "01112027")
	w.writesAsHere("#letzte", "11012027", "01112027")
	w.opens("In den Entwurf")
	w.AwaitText("main", "Woche vom 30.11.2026 übertragen auf die Woche vom 11.01.2027")
	w.opens("Übernehmen")
	w.tells(8, 16)
}
