package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

// placesOf says where each of a desk's buttons is, and what it does.
const placesOf = `JSON.stringify([...document.querySelectorAll(".mine button[id]:not(#do-again), .top button")].filter((b) => b.checkVisibility()).map((b) => {
	const at = b.getBoundingClientRect();
	return [b.id, Math.round(at.x), Math.round(at.y), Math.round(at.width), Math.round(at.height)];
}), null, 1)`

// "Ist da" pushed "Fertig" aside, a message pushed everything down, and one button
// began and ended the pause: whoever had begun to press pressed something else.
func TestNoButtonOfADeskTakesAnothersPlace(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first := o.booked("09:10").Ticket.Number.String() // needs support, says her note
	o.walkIn()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", first)
	want := browser.Evaluate[string](tab, placesOf)
	same := func(state string) {
		t.Helper()
		if diff := cmp.Diff(want, browser.Evaluate[string](tab, placesOf)); diff != "" {
			t.Errorf("%s (-before +now):\n%s", state, diff)
		}
		lowest := `Math.max(...[...document.querySelectorAll(".mine button, .top button")].map((b) => b.getBoundingClientRect().bottom))`
		if down := browser.Evaluate[float64](tab, lowest); down > 768 {
			t.Errorf("%s: a button ends at %.0f, below the fold", state, down)
		}
	}
	o.press(tab, "n")
	tab.AwaitText("#serving", "Rollstuhl")
	same("called")
	tab.Picture("called")
	press(tab, "n")
	tab.AwaitText("#problem", "Nichts wurde geändert.")
	if !browser.Evaluate[bool](tab, `(() => { const r = document.querySelector("#problem .alert").getBoundingClientRect();
		return document.querySelector("#problem .alert").contains(document.elementFromPoint(r.x + 9, r.y + r.height / 2)); })()`) {
		t.Error("the refusal can't be seen")
	}
	same("refused")
	tab.Picture("refused")
	o.press(tab, "s")
	tab.AwaitText("#serving", "wird bedient")
	same("serving")
	o.press(tab, "p")
	types(tab, "holt das Foto"+kb.Enter)
	tab.AwaitText("#line-aside", first)
	same("put aside")
	o.press(tab, "b")
	tab.AwaitText("#serving", "Dieser Platz macht Pause.")
	same("pause")
	tab.Picture("pause")
}

// tapTwice is a finger's double tap.
func tapTwice(tab *browser.Tab, selector string) {
	at := browser.Evaluate[[]float64](tab, fmt.Sprintf(`(() => {
		const r = document.querySelector(%q).getBoundingClientRect();
		return [r.x + r.width / 2, r.y + r.height / 2];
	})()`, selector))
	tab.Do("tap twice", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		touches := emulation.SetTouchEmulationEnabledParams{Enabled: true}
		if _, err := cdp.Call(ctx, target, emulation.SetTouchEmulationEnabled, touches); err != nil {
			return err
		}
		for range 2 {
			down := input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: at[0], Y: at[1]}}}
			up := input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}}
			for _, p := range []input.DispatchTouchEventParams{down, up} {
				if _, err := cdp.Call(ctx, target, input.DispatchTouchEvent, p); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// No way of pressing twice takes a step twice, nor closes who was called a moment
// ago: what came once too often is refused, whatever it was.
func TestNoWayOfPressingTwiceTakesAStepTwice(t *testing.T) {
	chromium := browser.Open(t)
	both := func(press func(*browser.Tab)) func(*browser.Tab) {
		return func(tab *browser.Tab) { press(tab); press(tab) }
	}
	next := func(tab *browser.Tab) { press(tab, "n") }
	for name, c := range map[string]struct {
		view  browser.View
		twice func(*browser.Tab)
	}{
		"keys":                 {officeScreen, both(next)},
		"key, then the button": {officeScreen, func(tab *browser.Tab) { next(tab); here(tab, "#do-call_next", "click") }},
		"a finger":             {officeScreen, func(tab *browser.Tab) { tapTwice(tab, "#do-call_next") }},
		"Enter twice": {officeScreen, func(tab *browser.Tab) {
			here(tab, "#do-call_next", "focus")
			pressEnter(tab)
			pressEnter(tab)
		}},
		"a row's button": {officeScreen, func(tab *browser.Tab) {
			tab.Await("the rows at rest", `(window.since ??= performance.now(), performance.now() - window.since > 800)`)
			tab.Do("double click", chromedp.DoubleClick(chromedp.CSS("#line .line button"), chromedp.NodeVisible))
		}},
		"a form without script": {browser.View{Width: 1366, Height: 768, NoScript: true}, func(tab *browser.Tab) {
			tab.Do("double click", chromedp.DoubleClick(chromedp.CSS("#do-call_next"), chromedp.NodeVisible))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t)
			o.hires("lena", ledger.RoleClerk)
			for range 4 {
				o.walkIn()
			}
			tab := chromium.Tab(t, c.view)
			base := o.site()
			signInAt(tab, base, "lena")
			tab.Open(base + deskOne)
			c.twice(tab)
			tab.AwaitText("#serving .state", "aufgerufen")
			if got := o.called(); got != 1 {
				t.Errorf("got %d people called, want one", got)
			}
		})
	}
}

// Finishing twice closes one person, and doesn't reach whoever comes next.
func TestFinishingTwiceClosesOnePerson(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.walkIn()
	o.walkIn()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	o.press(tab, "n")
	tab.AwaitText("#serving .state", "aufgerufen")
	o.walks()
	press(tab, "f")
	press(tab, "f")
	tab.AwaitText("#serving", "Keine Nummer aufgerufen.")
	day, err := o.Workday(t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(day.Waiting) != 1 {
		t.Errorf("got %d waiting, want the second one still", len(day.Waiting))
	}
}

// hears writes down what a screen reader is given to say.
const hears = `(() => {
	window.heard = [];
	const last = new Map();
	addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
		for (const { target } of changes) {
			const region = (target.closest ? target : target.parentElement)?.closest("[role=status], [role=alert], [aria-live]");
			const text = region?.textContent.trim().replace(/\s+/g, " ");
			if (!text || last.get(region) === text) continue;
			last.set(region, text);
			window.heard.push(text);
		}
	}).observe(document.body, { subtree: true, childList: true, characterData: true }));
})()`

// Whoever doesn't see the page hears what a step did, whether the call came into the
// hall, who is next, and how the screens stand; nothing of it twice, and not what
// happens elsewhere in the line.
func TestABlindColleagueHearsWhatTheDeskShows(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first, second := o.walkIn().Number.String(), o.walkIn().Number.String()
	tab := browser.Open(t).Tab(t, officeScreen)
	tab.Before(hears)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", first)
	hear := func(wants ...string) {
		t.Helper()
		for _, want := range wants {
			tab.Await("to hear "+want, fmt.Sprintf("window.heard.some((text) => text.includes(%q))", want))
		}
	}
	o.press(tab, "n")
	hear("Nummer "+first+" aufgerufen.", "Als Nächstes: "+second, "Kein Bildschirm hat diesen Aufruf bekommen. Bitte die Nummer ausrufen.")
	before := browser.Evaluate[int](tab, "window.heard.length")
	last := o.walkIn().Number.String()
	tab.AwaitText("#line", last)
	if got := browser.Evaluate[string](tab, fmt.Sprintf("window.heard.slice(%d).join('|')", before)); got != "" {
		t.Errorf("somebody joined the end of the line: heard %q, want nothing", got)
	}
	o.press(tab, "s")
	hear("Nummer " + first + " ist da.")
	all := browser.Evaluate[string](tab, "window.heard.join('|')")
	for _, once := range []string{"Nummer " + first + " aufgerufen.", "Als Nächstes: " + second, "Kein Bildschirm hat diesen Aufruf"} {
		if got := strings.Count(all, once); got != 1 {
			t.Errorf("heard %q %d times, want once, in %q", once, got, all)
		}
	}
}

// atDeskOne opens the first desk as a clerk.
func atDeskOne(t *testing.T) (*house, *browser.Tab) {
	t.Helper()
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	return o, tab
}

// A desk that is free says in the window's title that somebody has come.
func TestAFreeDeskIsToldThatSomebodyCame(t *testing.T) {
	o, tab := atDeskOne(t)
	tab.AwaitText("#line", "Es wartet niemand.")
	o.walkIn()
	tab.Await("the title", `document.title.startsWith("1 wartet – ")`)
	o.press(tab, "n")
	tab.Await("the title of a busy desk", `document.title.startsWith("Platz 1")`)
}

// keepsNotices notes what the browser's notifications say once they are shown, as if
// another window were in front.
const keepsNotices = `(() => {
	window.noticed = [];
	document.hasFocus = () => false;
	const Real = window.Notification;
	window.Notification = class extends Real {
		constructor(...told) {
			super(...told);
			this.addEventListener("show", () => window.noticed.push(told[0]));
		}
	};
})()`

// Where the browser may notify, it does: once as somebody comes while the desk is
// free.
func TestAFreeDeskIsNotifiedWhereTheBrowserMay(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	tab.Permit("notifications", base)
	tab.Before(keepsNotices)
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#line", "Es wartet niemand.")
	tab.Await("permission", `Notification.permission === "granted" && document.getElementById("ask-notice").hidden`)
	o.walkIn()
	tab.Await("a notification", `window.noticed.join() === "1 wartet"`)
	o.walkIn()
	tab.Await("two wait", `document.title.startsWith("2 warten – ")`)
	if got := browser.Evaluate[int](tab, "window.noticed.length"); got != 1 {
		t.Errorf("got %d notifications, want one for a desk that stays free", got)
	}
}

// counts writes down what comes over the socket, in bytes.
const counts = `(() => {
	window.told = [];
	const Real = window.WebSocket;
	window.WebSocket = class extends Real {
		constructor(...at) {
			super(...at);
			if (String(at[0]).includes("queue=changes")) this.addEventListener("message", ({ data }) => window.told.push(new Blob([data]).size));
		}
	};
})()`

// Each change of a line made every open desk load its page again, 81 kB.
func TestNoPageIsLoadedAfterTheFirst(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	for range 50 {
		o.walkIn()
	}
	tab := browser.Open(t).Tab(t, officeScreen)
	tab.Before(counts)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.Await("the queue", "window.told.length > 1")
	asked := `performance.getEntriesByType("resource").filter(({ name }) => name.includes("/staff/grimma-markt")).length`
	before, told := browser.Evaluate[int](tab, asked), browser.Evaluate[int](tab, "window.told.length")
	called := o.calls(o.walkIn().Number)
	if called == 0 {
		t.Fatal("nobody was called")
	}
	clerk := o.actor("lena", ledger.RoleClerk)
	done, err := o.Do(t.Context(), clerk, markt, deskwork.Command{ID: "elsewhere", Type: deskwork.CallNext, Room: "platz-2"})
	if err != nil {
		t.Fatal(err)
	}
	tab.AwaitText("#rooms", done.Ticket.Number.String())
	if got := browser.Evaluate[int](tab, fmt.Sprintf("Math.max(...window.told.slice(%d))", told)); got > 4000 {
		t.Errorf("got %d bytes for a changed line, want less than 4000", got)
	}
	tab.AwaitText("#serving .state", "aufgerufen")
	if got := browser.Evaluate[int](tab, asked) - before; got != 1 {
		t.Errorf("asked %d times, want once: for the number that came to this desk", got)
	}
	size := `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/offen")).at(-1).decodedBodySize`
	if got := browser.Evaluate[int](tab, size); got > 4000 {
		t.Errorf("the desk's own part has %d bytes, want less than 4000", got)
	}
}
