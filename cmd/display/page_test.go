package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// fonts: the digits of Atkinson Hyperlegible Next are 0.66 em high.
const digitHeight = 0.66

// TestTheBrowserReportsWhatItPainted drives a real Chromium.
func TestTheBrowserReportsWhatItPainted(t *testing.T) {
	server := newFakeServer(t)
	screen := start(t, server, "--player", "none")
	browser := newBrowser(t)
	open(t, browser, screen.url, 1920, 1080)
	server.call(1, 417, "Platz 1")
	report := server.await("shown")
	if got, want := report["seq"], 1.0; got != want {
		t.Errorf("shown: got %v, want %v", got, want)
	}
	if got, want := do(t, browser, chromedp.Text("#number")), "417"; got != want {
		t.Errorf("number: got %q, want %q", got, want)
	}
	if got, want := do(t, browser, chromedp.TextContent("#live", chromedp.NodeReady)), "Nummer 417, Platz 1"; got != want {
		t.Errorf("for screen readers: got %q, want %q", got, want)
	}
	server.call(2, 203, "Platz 2")
	if got, want := server.await("shown")["seq"], 2.0; got != want {
		t.Errorf("shown: got %v, want %v", got, want)
	}
	server.http.Listener.Close()
	server.drop()
	do(t, browser, chromedp.WaitVisible("#connection"))
	if got, want := do(t, browser, chromedp.TextContent("#connection")), "Keine Verbindung seit 9.41\u00a0Uhr"; !strings.HasPrefix(got, want) {
		t.Errorf("notice: got %q, want it to begin with %q", got, want)
	}
}

// TestThePageInEachSize measures the page on the screens that hang in halls.
// From 8 m on a 43-inch panel, 535 mm on its short side, the number needs
// 73 mm and the list 52 mm.
func TestThePageInEachSize(t *testing.T) {
	server := newFakeServer(t)
	for i, label := range []string{"Platz 1", "Zimmer 2.03", "Platz 12", "Schalter B", "Zimmer 0.02", "Platz 3", "Zimmer 2.03"} {
		server.board.Seq = town.Seq(i + 1)
		server.board.Calls = append(server.board.Calls, wire.BoardCall{
			Seq: server.board.Seq, Number: town.Number(408 + 97*i%500), Room: wire.Room{ID: "r", Label: label}, At: nine.Add(-time.Hour),
		})
	}
	server.board.Calls[6].Hints = wire.Hints{Direction: town.Text{"de": "1. Etage, links den Gang entlang"}}
	server.board.Look = &wire.ScreenLook{
		Town: "Große Kreisstadt Grimma", Accent: "#1f5f8b", Language: "de", QueueURL: "https://termin.example.org/warteraum/grimma-markt",
		Logo: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 5'%3E%3Cpath d='M0 0h4v3L2 5 0 3z' fill='%23c33'/%3E%3C/svg%3E",
	}
	server.board.Notice = "Bitte halten Sie Ihre Unterlagen bereit. Heute bis 18 Uhr geöffnet."
	screen := start(t, server, "--player", "none")
	browser := newBrowser(t)
	sizes := []struct {
		name          string
		width, height int64
		theme         string
	}{
		{"1080p", 1920, 1080, "dark"}, {"1080p-light", 1920, 1080, "light"}, {"4k", 3840, 2160, "dark"},
		{"portrait", 1080, 1920, "dark"}, {"4-3", 1024, 768, "dark"}, {"5-4", 1280, 1024, "light"},
		{"portrait-3-4", 768, 1024, "dark"}, {"720p", 1280, 720, "dark"},
	}
	for _, size := range sizes {
		t.Run(size.name, func(t *testing.T) {
			open(t, browser, screen.url, size.width, size.height)
			do(t, browser, chromedp.WaitVisible("#number"))
			do(t, browser, chromedp.Evaluate[string](fmt.Sprintf("document.documentElement.dataset.theme=%q", size.theme)))
			picture(t, browser, size.name)
			measureUp(t, browser, float64(min(size.width, size.height)), 4)
		})
	}
}

// TestTheOtherFacesOfThePage keeps pictures of what is seen less often.
func TestTheOtherFacesOfThePage(t *testing.T) {
	server := newFakeServer(t)
	screen := start(t, server, "--player", "none")
	browser := newBrowser(t)
	open(t, browser, screen.url, 1920, 1080)
	server.await("status")
	do(t, browser, chromedp.WaitVisible("#idle"))
	picture(t, browser, "idle")
	server.recall(1, 417, "Platz 1")
	server.await("shown")
	do(t, browser, chromedp.WaitVisible("#again"))
	server.deny()
	do(t, browser, chromedp.WaitVisible("#connection"))
	picture(t, browser, "denied")
	if got, want := do(t, browser, chromedp.Evaluate[string]("document.getElementById('screen').dataset.state")), "idle"; got != want {
		t.Errorf("a revoked screen: got %s, want %s", got, want)
	}
}

// TestARecallWithoutConnection is the fullest page there is.
func TestARecallWithoutConnection(t *testing.T) {
	server := newFakeServer(t)
	screen := start(t, server, "--player", "none")
	browser := newBrowser(t)
	open(t, browser, screen.url, 1280, 720)
	server.recall(1, 417, "Zimmer 2.03")
	server.await("shown")
	server.http.CloseClientConnections()
	server.drop()
	server.http.Listener.Close()
	do(t, browser, chromedp.WaitVisible("#connection"))
	picture(t, browser, "recall-offline")
	measureUp(t, browser, 720, 0)
}

// box is a place on the glass, in CSS pixels.
type box struct{ Left, Top, Right, Bottom, Font float64 }

// measureUp compares the page with the norms; short is the screen's short side
// in pixels, listed the calls that must be in the list.
func measureUp(t *testing.T, browser context.Context, short float64, listed int) {
	t.Helper()
	const script = `(() => {
		const of = (e) => { const b = e.getBoundingClientRect();
			return {Left: b.left, Top: b.top, Right: b.right, Bottom: b.bottom, Font: parseFloat(getComputedStyle(e).fontSize)}; };
		const all = (s) => [...document.querySelectorAll(s)].map(of);
		return {Screen: [{Left: 0, Top: 0, Right: innerWidth, Bottom: innerHeight, Font: 0}],
			Stage: all("#stage"), Number: all("#number"), Room: all("#room"), List: all("#list"),
			Digits: all("#list b"), Labels: all("#list span")};
	})()`
	found := do(t, browser, chromedp.Evaluate[map[string][]box](script))
	stage, number, room, list := found["Stage"][0], found["Number"][0], found["Room"][0], found["List"][0]
	if got, want := number.Font*digitHeight, 73.0/535*short; got < want {
		t.Errorf("number is %.0f px high, want at least %.0f", got, want)
	}
	visible := 0
	for i, d := range found["Digits"] {
		if d.Bottom > list.Bottom+1 {
			continue
		}
		visible++
		if got, want := d.Font*digitHeight, 52.0/535*short; got < want {
			t.Errorf("a number in the list is %.0f px high, want at least %.0f", got, want)
		}
		if label := found["Labels"][i]; d.Right > label.Left {
			t.Errorf("number %+v runs into its room %+v", d, label)
		}
	}
	if visible < listed {
		t.Errorf("the list shows %d calls, want at least %d", visible, listed)
	}
	if number.Left < stage.Left-1 || room.Right > stage.Right+1 {
		t.Errorf("number %+v and room %+v leave the stage %+v", number, room, stage)
	}
	if list.Bottom > found["Screen"][0].Bottom {
		t.Errorf("the list %+v leaves the screen", list)
	}
}

func newBrowser(t *testing.T, further ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()))
	allocator, end := chromedp.NewExecAllocator(context.Background(), append(options, further...)...)
	t.Cleanup(end)
	browser, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	return browser
}

func open(t *testing.T, browser context.Context, url string, width, height int64) {
	t.Helper()
	if err := chromedp.Do(browser, chromedp.EmulateViewport(width, height), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

func do[T any](t *testing.T, browser context.Context, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, 30*time.Second)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// picture keeps what the glass shows, for whoever runs the test with
// -artifacts.
func picture(t *testing.T, browser context.Context, name string) {
	t.Helper()
	png := do(t, browser, chromedp.CaptureScreenshot())
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
