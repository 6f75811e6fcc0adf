package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

// A busy morning on the screens of a town hall, light and dark: somebody who waits
// for long, one put aside, one who is late, others at their desks, and what is open
// here. Nothing that is needed hourly is below the fold, and nothing runs out of the
// page.
func TestABusyDeskFitsItsScreen(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.hires("tom", ledger.RoleClerk)
	o.hires("rosa", ledger.RoleReception)
	late, here := o.booked("09:10"), o.booked("09:20")
	for _, clock := range []string{"09:50", "10:10", "10:40", "11:10"} {
		o.booked(clock)
	}
	aside := o.walkIn()
	for range 3 {
		o.walkIn()
	}
	do := func(user string, cmd deskwork.Command) {
		t.Helper()
		cmd.ID = fmt.Sprint(user, cmd)
		if len(cmd.ID) > deskwork.MaxID {
			cmd.ID = cmd.ID[:deskwork.MaxID]
		}
		if _, err := o.Do(t.Context(), o.actor("tom", ledger.RoleClerk), markt, cmd); err != nil {
			t.Fatal(err)
		}
	}
	do("a", deskwork.Command{Type: deskwork.Call, Room: "platz-2", Number: aside.Number})
	do("b", deskwork.Command{Type: deskwork.Park, Ticket: aside.ID, Note: "holt das Foto"})
	do("c", deskwork.Command{Type: deskwork.Pause, Room: "platz-3"})
	do("d", deskwork.Command{Type: deskwork.CallNext, Room: "platz-2"})
	o.set("09:18")
	if _, err := o.CheckIn(t.Context(), o.actor("rosa", ledger.RoleReception), app.CheckInRequest{Branch: markt, Number: here.Ticket.Number}); err != nil {
		t.Fatal(err)
	}
	o.set("09:41")
	t.Log("late:", late.Ticket.Number)
	base := o.site()
	chromium := browser.Open(t)
	for i, v := range []struct {
		name string
		view browser.View
	}{
		{"1366-light", browser.View{Width: 1366, Height: 768}},
		{"1366-dark", browser.View{Width: 1366, Height: 768, Dark: true}},
		{"1920-light", browser.View{Width: 1920, Height: 1080}},
		{"1920-dark", browser.View{Width: 1920, Height: 1080, Dark: true}},
		{"320", browser.View{Width: 320, Height: 700}},
	} {
		tab := chromium.Tab(t, v.view)
		if i == 0 {
			signInAt(tab, base, "lena")
		}
		tab.Open(base + deskOne)
		if i == 0 {
			o.walks()
			tab.Do("call", chromedp.Click(chromedp.CSS("#do-call_next"), chromedp.NodeVisible))
		}
		tab.AwaitText("#serving .state", "aufgerufen")
		if wide := browser.Evaluate[int](tab, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
			t.Errorf("%s: %d pixels run out of the page", v.name, wide)
		}
		if high := browser.Evaluate[int](tab, "document.documentElement.scrollHeight - innerHeight"); high > 0 && v.view.Width > 1000 {
			t.Errorf("%s: %d pixels are below the fold", v.name, high)
		}
		tab.CheckAccessible(v.name)
		tab.Picture(v.name)
	}
}
