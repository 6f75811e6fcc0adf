package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	drive "aufruf/test/browser"

	"github.com/chromedp/chromedp"
)

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
	// the connection is lost before the screen knows why
	do(t, browser, chromedp.WaitVisible("#screen[data-state=idle] #connection"))
	picture(t, browser, "denied")
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
	got, err := drive.Ask(ctx, action)
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
