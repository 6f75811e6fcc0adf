package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

var officeScreen = browser.View{Width: 1366, Height: 768}

// types sends keys to whatever has the focus, as hands on a keyboard do.
func types(tab *browser.Tab, keys string) { tab.Do("type", chromedp.KeyEvent(keys)) }

// awaitFocus waits until the field of that name has the focus, where the page
// puts it by itself.
func awaitFocus(tab *browser.Tab, name string) {
	tab.Await("the focus on "+name, fmt.Sprintf("document.activeElement?.name === %q", name))
}

// A day at the desk by the keyboard alone, from the sign-in on, followed live;
// axe looks at each state.
func TestADeskWorksByKeyboardAlone(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	early := o.booked("09:10").Ticket.Number.String()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	state := func(name string) {
		tab.CheckAccessible("keys-" + name)
		tab.Picture("keys-" + name)
	}

	tab.Open(base + "/staff/anmelden?weiter=" + deskOne)
	state("sign-in")
	awaitFocus(tab, "name")
	types(tab, "lena"+kb.Tab+password+kb.Enter) // the name has the focus
	tab.AwaitText("#ahead", early)
	state("idle")
	o.press(tab, "n")
	tab.AwaitText("#serving .number", early)
	tab.AwaitText("#status", "Nummer "+early+" aufgerufen.")
	tab.AwaitText("#serving", "Bitte die Nummer ausrufen.")
	state("called")
	o.press(tab, "r")
	tab.AwaitText("#serving", "2-mal gerufen")
	state("recalled")
	o.press(tab, "s")
	tab.AwaitText("#serving", "wird bedient")
	state("serving")
	o.press(tab, "z")
	tab.AwaitText("#serving", "aufgerufen")
	o.press(tab, "x")
	tab.AwaitText("#status", "nicht erschienen")
	tab.AwaitText("#serving", "Keine Nummer aufgerufen.")
	state("no-show")
	o.press(tab, "z")
	tab.AwaitText("#serving .number", early)

	o.press(tab, "p")
	types(tab, "nass"+kb.Enter) // n is no command here
	tab.AwaitText("#line", "Zurückgestellt")
	state("parked")
	walkIn := o.walkIn().Number.String()
	tab.AwaitText("#line", walkIn) // told by the server
	o.press(tab, "n")
	tab.AwaitText("#serving .number", walkIn)
	o.press(tab, "t")
	types(tab, "Platz 3"+kb.Tab+kb.Enter)
	tab.AwaitText("#status", "weitergeleitet")
	state("transferred")
	o.press(tab, "c")
	types(tab, early+kb.Enter)
	tab.AwaitText("#serving", "Notiz: nass")
	state("back")
	o.press(tab, "w")
	types(tab, "Melde"+kb.Tab+kb.Enter)
	tab.AwaitText("#status", "wartet auf das zweite Anliegen")
	tab.AwaitText("#line", "weitergeschickt von Platz 1")
	state("sent-on")
	o.press(tab, "n")
	tab.AwaitText("#serving", "Meldebescheinigung")
	o.press(tab, "f")
	tab.AwaitText("#status", "Nummer "+early+" ist erledigt.")
	o.press(tab, "n")
	tab.AwaitText("#problem", "Es wartet niemand.")
	state("refused")
	o.press(tab, "f")
	tab.AwaitText("#problem", "Keine Nummer aufgerufen.")
	o.press(tab, "b")
	tab.AwaitText("#serving", "Dieser Platz macht Pause.")
	state("pause")
	tab.Await("a press that is no slip", `(window.since ??= performance.now(), performance.now() - window.since > 700)`)
	o.press(tab, "b")
	tab.AwaitText("#status", "Pause beendet.")
	o.press(tab, "!")
	tab.AwaitText("#status", "Ihr Hilferuf ist gesendet.")

	o.press(tab, "?")
	tab.AwaitText("#keys", "nächste Nummer")
	state("help")
	types(tab, kb.Enter)
	if browser.Evaluate[bool](tab, "document.getElementById('keys').open") {
		t.Error("the list of keys stays open")
	}
}

// breakRefresh loses each request for the page from now on, as a connection
// does that drops between a command's answer and the look that follows.
const breakRefresh = `window.fetch = () => Promise.reject(new TypeError("lost"))`

// A key that was meant for the number before is refused with what happened, and
// acts on nobody.
func TestAKeyForTheNumberBeforeSaysWhatHappened(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first, second := o.walkIn().Number.String(), o.walkIn().Number.String()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", first)
	o.press(tab, "n")
	tab.AwaitText("#serving .number", first)

	browser.Evaluate[any](tab, breakRefresh+", 0")
	o.press(tab, "n")
	tab.AwaitText("#status", "Nummer "+second+" aufgerufen.")
	tab.AwaitText("#serving .number", first) // still
	o.press(tab, "s")
	tab.AwaitText("#problem", "Der Schritt galt der "+first+". Hier ist inzwischen die "+second+" offen. Nichts wurde geändert.")
	tab.CheckAccessible("moved-on")
	tab.Picture("moved-on")

	day, err := o.Workday(t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(day.Open) != 1 || day.Open[0].Number.String() != second || !day.Open[0].StartedAt.IsZero() {
		t.Errorf("got %+v open, want %s called and not started", day.Open, second)
	}
}

// A page that hasn't seen what another of the same clerk called doesn't close
// that by "next".
func TestNextNeverClosesWhatThePageDoesNotShow(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first := o.walkIn().Number.String()
	o.walkIn()
	chromium := browser.Open(t)
	base := o.site()
	stale, other := chromium.Tab(t, officeScreen), chromium.Tab(t, officeScreen)
	signInAt(stale, base, "lena")
	stale.Open(base + deskOne)
	stale.AwaitText("#ahead", first)
	browser.Evaluate[any](stale, breakRefresh+", 0")
	other.Open(base + deskOne)
	other.AwaitText("#ahead", first)
	press(other, "n")
	other.AwaitText("#serving .number", first)
	press(stale, "n")
	stale.AwaitText("#problem", "Hier ist inzwischen die "+first+" offen.")
	stale.Open(base + deskOne)
	stale.AwaitText("#serving .number", first)
}

// A desk whose connection was lost shows, once it is back, what another station
// of the same clerk has done meanwhile, and goes on from there.
func TestADeskThatWasAwayComesBackInTheRightState(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first, second, third := o.walkIn(), o.walkIn(), o.walkIn()
	tab := browser.Open(t).Tab(t, officeScreen)
	line := &line{t: t, handler: o.router}
	base := "http://" + line.mend("127.0.0.1:0")
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", first.Number.String())
	o.press(tab, "n")
	tab.AwaitText("#serving .number", first.Number.String())
	o.press(tab, "s")
	tab.AwaitText("#serving", "wird bedient")

	line.cut()
	tab.AwaitText("#connection", "Verbindung unterbrochen, seit")
	clerk := o.actor("lena", ledger.RoleClerk)
	for id, cmd := range []deskwork.Command{
		{Type: deskwork.Finish, Ticket: first.ID},
		{Type: deskwork.CallNext, Room: "platz-1"},
		{Type: deskwork.Park, Ticket: second.ID, Note: "holt das Foto"},
		{Type: deskwork.CallNext, Room: "platz-1"},
	} {
		cmd.ID = fmt.Sprint("elsewhere-", id)
		if _, err := o.Do(t.Context(), clerk, markt, cmd); err != nil {
			t.Fatal(err)
		}
	}
	line.mend(strings.TrimPrefix(base, "http://"))
	tab.AwaitText("#status", "Die Verbindung steht wieder.")
	tab.AwaitText("#serving .number", third.Number.String())
	tab.AwaitText("#line", "Zurückgestellt")
	o.press(tab, "f")
	tab.AwaitText("#status", "Nummer "+third.Number.String()+" ist erledigt.")
	line.cut()
}

// The keys of the terminal are keys of the browser too: what was refused is done all
// the same by another key than the one that was refused, and the room's own cry for
// help ends by one.
func TestTheTerminalsKeysAreTheBrowsersToo(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first, second := o.walkIn().Number.String(), o.walkIn().Number.String()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", first)
	press(tab, "n")
	tab.AwaitText("#serving .number", first)
	press(tab, "n")
	tab.AwaitText("#problem", "Nichts wurde geändert.")
	press(tab, "o")
	tab.AwaitText("#serving .number", second)
	press(tab, "!")
	tab.AwaitText("#alarms", "Ihr Hilferuf")
	press(tab, "h")
	tab.Await("the end of the alarm", "document.querySelectorAll('#alarms .cry').length === 0")
	without(tab, "#status", "Hilferuf")
}
