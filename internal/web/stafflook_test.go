package web_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

// The views in which the staff's pages are looked at.
var staffViews = []struct {
	name string
	view browser.View
}{
	{"office", browser.View{Width: 1366, Height: 768}},
	{"phone-dark", browser.View{Width: 390, Height: 844, Dark: true}},
	{"narrow", browser.View{Width: 320, Height: 700, Language: "en"}},
}

// site serves the office to a browser.
func (o *house) site() string {
	server := httptest.NewServer(o.router)
	o.t.Cleanup(server.Close)
	return server.URL
}

// signInAt signs in as a person does.
func signInAt(tab *browser.Tab, base string, name town.UserID) {
	tab.Open(base + "/staff/anmelden")
	tab.Type("#name", string(name))
	tab.Type("#kennwort", password)
	tab.Click(".signin button")
}

// press strikes a key as a hand does: what the page prevents types nothing.
func press(tab *browser.Tab, key string) {
	strike(tab, input.DispatchKeyEventParams{Key: key, Text: key})
}

// walks lets the time pass that somebody takes to the desk: what was called by
// then may end.
func (o *house) walks() { o.Clock.Add(2 * time.Second) }

// press strikes a key once whoever was called before is at the desk.
func (o *house) press(tab *browser.Tab, key string) {
	o.walks()
	press(tab, key)
}

// pressEnter strikes the Enter key, with Ctrl where modifiers say so.
func pressEnter(tab *browser.Tab, modifiers ...chromedp.Modifier) {
	p := input.DispatchKeyEventParams{Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	for _, m := range modifiers {
		p.Modifiers |= int64(m)
	}
	strike(tab, p)
}

func strike(tab *browser.Tab, p input.DispatchKeyEventParams) {
	tab.Do("press "+p.Key, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			p.Type = kind
			if kind == input.DispatchKeyEventTypeKeyUp {
				p.Text = ""
			}
			if _, err := cdp.Call(ctx, target, input.DispatchKeyEvent, p); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestTheDeskLooksRightAndIsAccessible(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	for _, clock := range []string{"09:10", "09:20", "09:30", "10:10", "10:40", "11:10"} {
		o.booked(clock)
	}
	for range 6 {
		o.walkIn()
	}
	base := o.site()
	chromium := browser.Open(t)
	for i, v := range staffViews {
		tab := chromium.Tab(t, v.view)
		tab.Open(base + "/staff/abmelden")
		tab.Open(base + "/staff/anmelden")
		tab.CheckAccessible("signin-" + v.name)
		tab.Picture("signin-" + v.name)
		signInAt(tab, base, "lena")
		tab.Open(base + "/staff/platz")
		tab.CheckAccessible("places-" + v.name)
		tab.Picture("places-" + v.name)
		tab.Open(base + deskOne)
		next := tab.Text("#ahead b")
		o.walks()
		tab.Do("call", chromedp.Click(chromedp.CSS("#do-call_next"), chromedp.NodeVisible))
		tab.AwaitText("#serving .number", next)
		if i > 0 {
			press(tab, "s")
			tab.AwaitText("#status", next)
		}
		tab.CheckAccessible("desk-" + v.name)
		tab.Picture("desk-" + v.name)
	}
}

// Without script a desk is never loaded anew by itself, which would take away
// what is being typed; it says so and leads the way.
func TestADeskWithoutScriptKeepsWhatIsTyped(t *testing.T) {
	o := openDesk(t)
	number := o.walkIn().Number.String()
	page := o.get(deskOne)
	wantNoText(t, page, "http-equiv")
	base := o.site()
	tab := browser.Open(t).Tab(t, browser.View{Width: 1280, Height: 800, NoScript: true})
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("main", "Ohne Skript folgt diese Seite nicht von selbst. Neu laden")
	tab.CheckAccessible("desk-no-script")
	tab.Click("#do-call_next")
	tab.AwaitText("#serving .number", number)
	tab.CheckAccessible("called-no-script")
	tab.Picture("called-no-script")
}

// The desk sees that a screen in a plain browser has shown the call.
func TestTheDeskSeesHowACallArrived(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	number := o.walkIn().Number.String()
	token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Halle", Kind: ledger.DeviceDisplay, Branch: markt})
	if err != nil {
		t.Fatal(err)
	}
	base := o.site()
	chromium := browser.Open(t)
	screen := chromium.Tab(t, browser.View{Width: 1280, Height: 720})
	screen.Open(base + "/display")
	screen.Do("open the other way", chromedp.Click(chromedp.CSS("summary"), chromedp.NodeVisible))
	screen.Type("#token", token)
	screen.Click("details button")
	desk := chromium.Tab(t, browser.View{Width: 1366, Height: 768})
	signInAt(desk, base, "lena")
	desk.Open(base + deskOne)
	desk.AwaitText("#screens", "1 Bildschirm")
	press(desk, "n")
	desk.AwaitText("#serving", "Auf 1 von 1 Bildschirm")
	desk.Picture("arrived")
	screen.AwaitText("#number", number)
	screen.Picture("screen")
	desk.Click("#do-test")
	desk.AwaitText("#status", "von 1 Bildschirm gespielt")
	desk.CheckAccessible("sound tested")
	desk.Picture("tested")
}

// A manager sees a screen come and go without asking again, and what is typed
// for the next one stays.
func TestTheDeviceListFollowsTheScreens(t *testing.T) {
	o := openOffice(t)
	o.hires("boss", ledger.RoleManager)
	token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Halle", Kind: ledger.DeviceDisplay, Branch: markt})
	if err != nil {
		t.Fatal(err)
	}
	base := o.site()
	chromium := browser.Open(t)
	office := chromium.Tab(t, officeScreen)
	signInAt(office, base, "boss")
	office.Open(base + "/staff/verwaltung/geraete")
	office.AwaitText("#devices", "nicht verbunden")
	office.Type("#name", "Flur")
	screen := browser.Open(t).Tab(t, browser.Wall)
	screen.Open(base + "/display")
	screen.Do("open the other way", chromedp.Click(chromedp.CSS("summary"), chromedp.NodeVisible))
	screen.Type("#token", token)
	screen.Click("details button")
	office.AwaitText("#devices", "verbunden seit 01.12.2026")
	office.CheckAccessible("devices-connected")
	office.Picture("devices-connected")
	screen.Open("about:blank")
	office.AwaitText("#devices", "nicht verbunden")
	if got := browser.Evaluate[string](office, `document.getElementById("name").value`); got != "Flur" {
		t.Errorf("got %q typed, want what was", got)
	}
}

// A branch goes on by voice while the server is away.
func TestTheDayListIsThereWithoutConnection(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	made := o.booked("09:30").Ticket.Number.String()
	walkIn := o.walkIn().Number.String()
	server := httptest.NewServer(o.router)
	defer server.Close()
	tab := browser.Open(t).Tab(t, browser.View{Width: 1366, Height: 768})
	signInAt(tab, server.URL, "lena")
	tab.Open(server.URL + deskOne)
	tab.Do("wait until the list is kept", chromedp.Evaluate[chromedp.Void](`(async () => {
		while (!await (await caches.open("aufruf-day-list")).match("/staff/grimma-markt/liste")) await new Promise(wait => setTimeout(wait, 50));
	})()`, chromedp.EvalAwaitPromise))
	tab.Open(server.URL + "/staff/grimma-markt/liste")
	tab.CheckAccessible("list")
	tab.Picture("list")
	server.CloseClientConnections()
	server.Close()
	tab.Open(server.URL + deskOne)
	tab.AwaitText("main", made)
	tab.AwaitText("main", walkIn)
	tab.Picture("list-offline")
	if got := tab.Text("main"); strings.Contains(got, "Ada Beispiel") {
		t.Errorf("a name is on the list:\n%s", got)
	}
}

// A lost connection is said, with since when, and comes back by itself.
func TestALostConnectionIsSaid(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	walkIn := o.walkIn().Number.String()
	tab := browser.Open(t).Tab(t, browser.View{Width: 1366, Height: 768})
	line := &line{t: t, handler: o.router}
	base := "http://" + line.mend("127.0.0.1:0")
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#line", walkIn)
	line.cut()
	tab.AwaitText("#connection", "Verbindung unterbrochen, seit")
	press(tab, "n")
	tab.AwaitText("#problem", "Ohne Verbindung geht das nicht.")
	tab.Picture("lost")
	line.mend(strings.TrimPrefix(base, "http://"))
	tab.AwaitText("#status", "Die Verbindung steht wieder.")
	press(tab, "n")
	tab.AwaitText("#serving", walkIn)
	line.cut()
}

// line is a server that can be cut off, with every connection there is, and
// mended at its old address.
type line struct {
	t        *testing.T
	handler  http.Handler
	listener net.Listener

	mu    sync.Mutex
	conns []net.Conn
}

func (l *line) mend(address string) string {
	l.t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		l.t.Fatal(err)
	}
	l.listener = listener
	server := &http.Server{Handler: l.handler, ConnState: func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			l.mu.Lock()
			l.conns = append(l.conns, c)
			l.mu.Unlock()
		}
	}}
	go func() { _ = server.Serve(listener) }() // ends with the listener
	return listener.Addr().String()
}

func (l *line) cut() {
	_ = l.listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close()
	}
	l.conns = nil
}
