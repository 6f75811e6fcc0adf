package web_test

import (
	"fmt"
	"strings"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

// inEachBrowser takes a walk in every browser that a town may have, each time in a
// house of its own.
func inEachBrowser(t *testing.T, walk func(t *testing.T, o *house, person browser.Person)) {
	t.Helper()
	for _, engine := range browser.Engines() {
		t.Run(engine.Name, func(t *testing.T) { walk(t, openOffice(t), engine.Open(t)) })
	}
}

// works signs a person in as one does.
func works(page browser.Page, base, name string) {
	page.Open(base + "/staff/anmelden")
	page.Type("#name", name)
	page.Type("#kennwort", password)
	page.Click(".signin button")
}

// device pairs a page by the token of a device.
func (o *house) device(page browser.Page, base, path string, kind ledger.DeviceKind) {
	o.t.Helper()
	token, err := o.Access.AddDevice(o.t.Context(), ledger.Device{Name: string(kind), Kind: kind, Branch: markt})
	if err != nil {
		o.t.Fatal(err)
	}
	page.Open(base + path)
	page.Touch("summary")
	page.Type("#token", token)
	page.Click("details button")
}

// awaitScreen waits until a desk knows of a screen, which a browser may keep silent.
func awaitScreen(desk browser.Page) {
	desk.Await("a screen", "/display|1 Bildschirm/.test(document.getElementById('screens').innerText)")
}

func TestACitizenBooksInEachBrowser(t *testing.T) {
	inEachBrowser(t, func(t *testing.T, o *house, person browser.Person) {
		page := person.Page(t, browser.Phone)
		page.Open(o.site() + "/")
		page.Type("#q", "personalausweis")
		page.AwaitText("#found", "gefunden")
		page.Click("main a[href*='personalausweis-beantragen']")
		page.Click(".branches a[href*='grimma-markt']")
		page.Click("a[data-date='2026-12-03']")
		page.Click("button[name=start]")
		page.Type("input[name=name]", "Ada Beispiel")
		page.Type("input[name=email]", "ada@example.org")
		page.Click(".promise button")
		page.Await("the number", `/^[1-9][0-9]{2}$/.test(document.querySelector(".number strong")?.innerText)`)
		page.Picture("booked")
	})
}

func TestADeskWorksByKeysInEachBrowser(t *testing.T) {
	inEachBrowser(t, func(t *testing.T, o *house, person browser.Person) {
		o.hires("lena", ledger.RoleClerk)
		first := o.walkIn().Number.String()
		page, base := person.Page(t, officeScreen), o.site()
		works(page, base, "lena")
		page.Open(base + deskOne)
		page.AwaitText("#ahead", first)
		strikes := func(key string) {
			o.walks()
			page.Press(key)
		}
		strikes("n")
		page.AwaitText("#serving .number", first)
		page.Press("n") // the second press of a habit
		page.AwaitText("#problem", "Nichts wurde geändert.")
		strikes("s")
		page.AwaitText("#serving", "wird bedient")
		second := o.walkIn().Number.String()
		page.AwaitText("#line", second) // told by the server
		strikes("p")
		page.Press("nass\r") // n and s are no keys here
		page.AwaitText("#line", "Zurückgestellt")
		strikes("n")
		page.AwaitText("#serving .number", second)
		strikes("f")
		page.AwaitText("#status", "Nummer "+second+" ist erledigt.")
		page.Picture("desk")
	})
}

func TestReceptionChecksInAndBooksInEachBrowser(t *testing.T) {
	inEachBrowser(t, func(t *testing.T, o *house, person browser.Person) {
		o.hires("rosa", ledger.RoleReception)
		number := o.booked("09:30").Ticket.Number.String()
		page, base := person.Page(t, officeScreen), o.site()
		works(page, base, "rosa")
		page.Open(base + front)
		page.Type("#here", number)
		page.Click("form[action$='/anmelden'] button")
		page.AwaitText("main", "Nummer "+number+" ist da.")
		page.Type("#q", "perso")
		page.AwaitText("#found", "Personalausweis beantragen")
		page.Click("#found:not([inert]) a[href*='/termin?service=personalausweis-beantragen']")
		page.Type("#name", "Ada Beispiel\r")
		page.AwaitText("main", "Die Nummer zum Durchsagen")
		page.Picture("booked")
	})
}

func TestAKioskGivesNumbersInEachBrowser(t *testing.T) {
	inEachBrowser(t, func(t *testing.T, o *house, person browser.Person) {
		o.set("10:00")
		page, base := person.Page(t, browser.View{Width: 1080, Height: 1920}), o.site()
		o.device(page, base, "/kiosk", ledger.DeviceKiosk)
		page.Click("a[href='/kiosk/anliegen']")
		page.Click("a[href*='gruppe=1']")
		page.Click("button[value=eid-pin]")
		page.AwaitText("main", "Ihre Nummer")
		page.Picture("ticket")
	})
}

func TestAHallShowsCallsInEachBrowser(t *testing.T) {
	inEachBrowser(t, func(t *testing.T, o *house, person browser.Person) {
		o.hires("lena", ledger.RoleClerk)
		number := o.walkIn().Number.String()
		screen, base := person.Page(t, browser.View{Width: 1280, Height: 720}), o.site()
		o.device(screen, base, "/display", ledger.DeviceDisplay)
		desk := person.Page(t, officeScreen)
		works(desk, base, "lena")
		desk.Open(base + deskOne)
		awaitScreen(desk)
		desk.Press("n")
		screen.AwaitText("#number", number)
		screen.Picture("screen")
	})
}

// countSockets counts the websockets that the page opens from now on, and how often
// it asks whether the server answers.
const countSockets = `(() => {
	const [Real, fetches] = [window.WebSocket, window.fetch];
	[window.sockets, window.asked] = [0, 0];
	window.WebSocket = class extends Real {
		constructor(...all) {
			super(...all);
			window.sockets++;
		}
	};
	window.fetch = (...all) => {
		if (all[0] === "/healthz") window.asked++;
		return fetches(...all);
	};
})()`

// A browser holds new sockets back the longer, the more of them have failed: a desk
// in Firefox came back half a minute after its server. Pages ask first, so none
// fails, and both are back at once.
func TestDeskAndHallComeBackWithTheServerInEachBrowser(t *testing.T) {
	inEachBrowser(t, func(t *testing.T, o *house, person browser.Person) {
		o.hires("lena", ledger.RoleClerk)
		number := o.walkIn().Number.String()
		line := &line{t: t, handler: o.router}
		base := "http://" + line.mend("127.0.0.1:0")
		screen := person.Page(t, browser.View{Width: 1280, Height: 720})
		o.device(screen, base, "/display", ledger.DeviceDisplay)
		desk := person.Page(t, officeScreen)
		works(desk, base, "lena")
		desk.Open(base + deskOne)
		awaitScreen(desk)
		for _, page := range []browser.Page{desk, screen} {
			browser.Value[any](page, countSockets)
		}

		line.cut()
		desk.AwaitText("#connection", "Verbindung unterbrochen, seit")
		for _, page := range []browser.Page{desk, screen} {
			page.Await("three questions", "window.asked >= 3")
			if got := browser.Value[int](page, "window.sockets"); got != 0 {
				t.Errorf("%d sockets were tried while the server was away", got)
			}
		}
		line.mend(strings.TrimPrefix(base, "http://"))
		desk.AwaitText("#status", "Die Verbindung steht wieder.")
		desk.Press("n")
		screen.AwaitText("#number", number)
		line.cut()
	})
}

// keepCries keeps what the page says of its connection for the page after it.
const keepCries = `new MutationObserver(() => {
	const said = document.getElementById("connection").textContent;
	if (said) sessionStorage.setItem("cried", said);
}).observe(document.getElementById("connection"), { childList: true, characterData: true, subtree: true })`

// A browser may end the sockets of a page that is being left while it can still be
// seen: the desk cried that its connection was lost.
func TestLeavingADeskCriesNothingInEachBrowser(t *testing.T) {
	inEachBrowser(t, func(t *testing.T, o *house, person browser.Person) {
		o.hires("lena", ledger.RoleClerk)
		page, base := person.Page(t, officeScreen), o.site()
		works(page, base, "lena")
		for _, to := range []string{"/staff/grimma-markt/liste", "/staff/platz"} {
			page.Open(base + deskOne)
			page.AwaitText("#screens", "Bildschirm")
			came := o.walkIn().Number.String()
			page.AwaitText("#line", came) // told by the socket
			browser.Value[any](page, keepCries+", 0")
			page.Click(fmt.Sprintf("a[href='%s']", to))
			if got := browser.Value[string](page, `sessionStorage.getItem("cried") ?? ""`); got != "" {
				t.Errorf("on the way to %s: got %q, want nothing said", to, got)
			}
		}
	})
}
