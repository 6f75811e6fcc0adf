package web_test

import (
	"fmt"
	"strings"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/test/browser"
)

// without waits until something no longer says a text.
func without(tab *browser.Tab, selector, text string) {
	tab.Await(fmt.Sprintf("%s without %q", selector, text), fmt.Sprintf("!document.querySelector(%q).innerText.includes(%q)", selector, text))
}

// A red "nobody waits" stood above "next: 522".
func TestNobodyWaitsIsNotSaidOnceSomebodyDoes(t *testing.T) {
	o, tab := atDeskOne(t)
	press(tab, "n")
	tab.AwaitText("#problem", "Es wartet niemand.")
	came := o.walkIn().Number.String()
	tab.AwaitText("#ahead", came)
	without(tab, "#problem", "niemand")
}

// "The connection is back" stood above "no connection", and what can't be done
// without one stayed once it was back. The time is the branch's, whatever this
// machine's clock and zone are.
func TestWhatIsSaidOfTheConnectionIsTrue(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	tab := browser.Open(t).Tab(t, officeScreen)
	tab.Zone("Asia/Tokyo")
	line := &line{t: t, handler: o.router}
	base := "http://" + line.mend("127.0.0.1:0")
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	came := o.walkIn().Number.String()
	tab.AwaitText("#ahead", came) // told by the socket
	line.cut()
	tab.AwaitText("#connection", "Verbindung unterbrochen, seit 9.05 Uhr.")
	press(tab, "n")
	tab.AwaitText("#problem", "Ohne Verbindung geht das nicht.")
	line.mend(strings.TrimPrefix(base, "http://"))
	tab.AwaitText("#status", "Die Verbindung steht wieder.")
	without(tab, "#problem", "Ohne Verbindung")
	line.cut()
	tab.AwaitText("#connection", "Verbindung unterbrochen")
	without(tab, "#status", "steht wieder")
}

// A second tab went on saying what it had done with a number long after another one
// had done something else, and refused for a reason that was gone.
func TestASecondTabSaysNothingThatIsOver(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	number := o.walkIn().Number.String()
	chromium := browser.Open(t)
	base := o.site()
	first, second := chromium.Tab(t, officeScreen), chromium.Tab(t, officeScreen)
	signInAt(first, base, "lena")
	for _, tab := range []*browser.Tab{first, second} {
		tab.Open(base + deskOne)
		tab.AwaitText("#ahead", number)
	}
	press(first, "n")
	first.AwaitText("#status", "Nummer "+number+" aufgerufen.")
	press(first, "n")
	first.AwaitText("#problem", "Nichts wurde geändert.")
	second.AwaitText("#serving .number", number)
	o.press(second, "f")
	second.AwaitText("#status", "Nummer "+number+" ist erledigt.")
	without(first, "#problem", "Nichts wurde geändert.")
	press(first, "b")
	first.AwaitText("#status", "Pause.")
	second.AwaitText("#serving", "Pause")
	o.press(second, "b")
	second.AwaitText("#status", "Pause beendet.")
	without(first, "#status", "Pause.")
	o.press(first, "z")
	first.AwaitText("#serving .number", number)
	second.AwaitText("#serving .number", number)
	o.press(second, "s")
	without(first, "#status", "zurückgenommen")
}

// A warning says which screen it is about, and what to do.
func TestAWarningNamesTheScreenAndTheNextStep(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#screens", "Kein Bildschirm ist verbunden. Bitte Nummern ausrufen.")
	foyer := live.Screen{Device: "a", Name: "Foyer"}
	leaves := o.live.ScreenConnected(markt, foyer)
	defer leaves()
	const warning = "Ohne Ton: Foyer. Bitte Nummern ausrufen und dort nach dem Ton sehen."
	tab.AwaitText("#screens", warning)
	tab.Open(base + deskOne)
	tab.AwaitText("#screens", warning) // as the server words it
	o.live.ScreenSounds(markt, foyer, "ready")
	tab.AwaitText("#screens", "1 Bildschirm ist verbunden, mit Ton.")
}
