package display_test

import (
	"encoding/base64"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"aufruf/internal/display"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/browser"
	"aufruf/web"
)

func TestMain(m *testing.M) { os.Exit(browser.Run(m)) }

// glass is the page in a real browser, without a screen program behind it: the
// test says what is to be seen.
type glass struct {
	*browser.Tab
	page *display.Page
	url  string

	mu   sync.Mutex
	view display.View
}

func newGlass(t *testing.T, v browser.View) *glass {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	g := &glass{}
	g.page, err = display.NewPage(web.Files, display.PageOptions{Texts: texts, Theme: "dark"}, display.PageActions{
		Painted: func(town.Seq) {}, Test: func() {}, Fresh: g.publish,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g.page)
	t.Cleanup(server.Close) // after the tab, whose stream of views it would wait for
	g.Tab, g.url = browser.Open(t).Tab(t, v), server.URL
	return g
}

func (g *glass) publish() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.page.Publish(g.view)
}

// opens shows a view on a page that is opened anew.
func (g *glass) opens(v display.View) {
	g.shows(v)
	g.Open(g.url)
	g.Await("the page's script", `document.documentElement.style.getPropertyValue("--rows") !== "" && document.fonts.status === "loaded"`)
	g.Frame()
}

// shows puts a view onto the page that is open.
func (g *glass) shows(v display.View) {
	v.List = append([]display.Call{}, v.List...) // a list in JSON, even where there is none
	g.mu.Lock()
	g.view = v
	g.mu.Unlock()
	g.publish()
}

// morning is the server's time on the glass.
var morning = time.Date(2026, 12, 9, 9, 41, 0, 0, time.FixedZone("", 3600))

func online(v display.View) display.View {
	v.Online, v.Now = true, &morning
	return v
}

func called(seq town.Seq, number town.Number, label string) *display.Call {
	return &display.Call{Seq: seq, Number: number, Room: wire.Room{ID: "r", Label: label}}
}

func recalled(seq town.Seq, number town.Number, label string) *display.Call {
	c := called(seq, number, label)
	c.Again = true
	return c
}

// listed are calls to rooms, newest first.
func listed(labels ...string) []display.Call {
	var calls []display.Call
	for i, label := range labels {
		calls = append(calls, *called(town.Seq(100-i), town.Number(108+97*i), label))
	}
	return calls
}

func encoded(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }
