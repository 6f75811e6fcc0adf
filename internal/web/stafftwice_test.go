package web_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

// called counts whom anybody has called today.
func (o *house) called() int {
	o.t.Helper()
	day, err := o.Workday(o.t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		o.t.Fatal(err)
	}
	return countCalled(day)
}

func countCalled(day app.Workday) int {
	count := 0
	for _, t := range day.Tickets {
		if !t.CalledAt.IsZero() {
			count++
		}
	}
	return count
}

// Whoever presses twice, by mouse or key, calls one person, and is told so. What
// came too soon is done by another button, which no second press reaches.
func TestAHabitualDoubleClickCallsOnePerson(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	for range 4 {
		o.walkIn()
	}
	chromium := browser.Open(t)
	for name, twice := range map[string]func(*browser.Tab){
		"click": func(tab *browser.Tab) {
			tab.Do("double click", chromedp.DoubleClick(chromedp.CSS("#do-call_next"), chromedp.NodeVisible))
			tab.AwaitText("#status", "aufgerufen.")
		},
		"key": func(tab *browser.Tab) {
			press(tab, "n")
			tab.AwaitText("#status", "aufgerufen")
			press(tab, "n")
			tab.AwaitText("#problem", "Nichts wurde geändert.")
		},
	} {
		o.walks()
		before := o.called()
		tab := chromium.Tab(t, officeScreen)
		base := o.site()
		signInAt(tab, base, "lena")
		tab.Open(base + deskOne)
		twice(tab)
		if got := o.called() - before; got != 1 {
			t.Errorf("%s: got %d people called, want one", name, got)
		}
		tab.CheckAccessible("twice-" + name)
		tab.Picture("twice-" + name)
		if focused := browser.Evaluate[string](tab, "document.activeElement.id"); focused == "do-again" {
			t.Errorf("%s: the next press would do it all the same", name)
		}
		tab.Open(base + "/staff/abmelden")
	}
}

// holdPage lets the page's next look at itself wait until it is let go, and those
// after it for ever.
const holdPage = `(() => {
	const real = window.fetch;
	window.letGo = null;
	window.fetch = async (...asked) => {
		if (window.letGo) return new Promise(() => {});
		const html = await (await real(...asked)).text();
		await new Promise((go) => (window.letGo = go));
		return new Response(html);
	};
	return 0;
})()`

// A page that was asked for before a step was answered showed the number that the
// step had ended, so that the next key was refused.
func TestAPageFromBeforeTheAnswerIsNotTakenOver(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first := o.walkIn().Number.String()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	o.press(tab, "n")
	tab.AwaitText("#serving .number", first)
	browser.Evaluate[any](tab, holdPage)
	second := o.walkIn().Number.String()
	rests := deskwork.Command{ID: "rests", Type: deskwork.Pause, Room: "platz-1"}
	if _, err := o.Do(t.Context(), o.actor("lena", ledger.RoleClerk), markt, rests); err != nil {
		t.Fatal(err)
	}
	tab.Await("the page asks for what the room has open", "window.letGo !== null")
	o.press(tab, "f")
	tab.AwaitText("#status", "Nummer "+first+" ist erledigt.")
	browser.Evaluate[any](tab, "window.letGo(), 0")
	o.press(tab, "n")
	tab.AwaitText("#status", "Nummer "+second+" aufgerufen.")
}

// Enter held on the focused button is one press, however long it is held.
func TestEnterHeldOnTheButtonCallsOnePerson(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	first := o.walkIn().Number.String()
	for range 5 {
		o.walkIn()
	}
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", first)
	browser.Evaluate[any](tab, "document.getElementById('do-call_next').focus(), 0")
	for held := range 20 {
		o.Clock.Add(time.Second / 2)
		holdEnter(tab, held > 0)
	}
	tab.AwaitText("#serving .number", first)
	if got := o.called(); got != 1 {
		t.Errorf("got %d people called, want one", got)
	}
}

// holdEnter is the keyboard's next report of Enter that isn't let go.
func holdEnter(tab *browser.Tab, repeats bool) {
	p := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13, AutoRepeat: &repeats,
	}
	tab.Do("hold Enter", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.DispatchKeyEvent, p)
		return err
	}))
}
