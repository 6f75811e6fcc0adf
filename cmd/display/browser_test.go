package main

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAPlainBrowserIsAScreen runs the page as a server gives it: the page
// itself holds the connection and rings.
func TestAPlainBrowserIsAScreen(t *testing.T) {
	server := newFakeServer(t)
	browser := newBrowser(t, chromedp.Flag("autoplay-policy", "document-user-activation-required"))
	open(t, browser, server.http.URL+"/display", 1280, 720)

	if got, want := server.await("status")["sound"], "blocked"; got != want {
		t.Errorf("untouched browser: got %v, want %v", got, want)
	}
	do(t, browser, chromedp.WaitVisible("#sound"))
	server.call(1, 417, "Platz 1")
	if got, want := server.await("shown")["seq"], 1.0; got != want {
		t.Errorf("shown although the sound is blocked: got %v, want %v", got, want)
	}
	if got, want := server.await("sounded")["sound"], "blocked"; got != want {
		t.Errorf("sounded: got %v, want %v", got, want)
	}
	picture(t, browser, "browser-blocked")

	do(t, browser, chromedp.Click("#sound"))
	if got, want := server.await("status")["sound"], "ready"; got != want {
		t.Errorf("touched browser: got %v, want %v", got, want)
	}
	do(t, browser, chromedp.WaitNotVisible("#sound"))
	server.call(2, 203, "Platz 2")
	if got, want := server.await("sounded")["sound"], "played"; got != want {
		t.Errorf("sounded: got %v, want %v", got, want)
	}
	if got, want := textOf(t, browser, "#number"), "203"; got != want {
		t.Errorf("number: got %q, want %q", got, want)
	}
}

func TestAPlainBrowserResumes(t *testing.T) {
	server := newFakeServer(t)
	browser := newBrowser(t)
	open(t, browser, server.http.URL+"/display", 1280, 720)
	server.call(7, 417, "Platz 1")
	server.await("shown")
	if got, want := <-server.queries, ""; got != want {
		t.Errorf("first connection: got %q, want %q", got, want)
	}
	server.drop()
	if got, want := <-server.queries, "epoch=e1&after=6"; got != want {
		t.Errorf("resumed with %q, want %q", got, want)
	}
	do(t, browser, chromedp.WaitNotVisible("#connection"))
	if got, want := textOf(t, browser, "#number"), "417"; got != want {
		t.Errorf("number: got %q, want %q", got, want)
	}
}

func textOf(t *testing.T, browser context.Context, selector string) string {
	t.Helper()
	return do(t, browser, chromedp.Text(selector))
}

// TestAPlainBrowserSpeaksOneLanguageWhileOthersWait: three calls at once are
// three gongs, and German twice before both languages.
func TestAPlainBrowserSpeaksOneLanguageWhileOthersWait(t *testing.T) {
	server := newFakeServer(t)
	browser := newBrowser(t, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	open(t, browser, server.http.URL+"/display", 1280, 720)
	const ringThree = `(async () => {
		const { Sound } = await import("/display/sound.js");
		const played = [];
		const start = AudioBufferSourceNode.prototype.start;
		AudioBufferSourceNode.prototype.start = function (...when) {
			played.push(this.buffer.duration);
			return start.apply(this, when);
		};
		const sound = new Sound({ sounds: "/sounds/" }, () => {});
		const call = { sound: { volume: 100, gong: "gong", speech: ["de", "en"] }, said: { de: ["de/4"], en: ["en/4", "en/4"] } };
		await Promise.all([sound.ring(call), sound.ring(call), sound.ring(call)]);
		AudioBufferSourceNode.prototype.start = start;
		const [gong, german, , , , , english] = played;
		return played.map((d) => (d === gong ? "gong" : d === german ? "de" : d === english ? "en" : d)).join(" ");
	})()`
	got := do(t, browser, chromedp.Evaluate[string](ringThree, chromedp.EvalAwaitPromise))
	if want := "gong de gong de gong de en en"; got != want {
		t.Errorf("played: got %q, want %q", got, want)
	}
}
