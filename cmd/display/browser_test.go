package main

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"aufruf/internal/wire"
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
	sounded := server.await("sounded")
	for sounded["seq"] != 2.0 { // the gong that was missed is made up for
		sounded = server.await("sounded")
	}
	if got, want := sounded["sound"], "played"; got != want {
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
	if got, want := <-server.queries, "epoch=e1&after=7"; got != want {
		t.Errorf("resumed with %q, want %q", got, want)
	}
	do(t, browser, chromedp.WaitNotVisible("#connection"))
	if got, want := textOf(t, browser, "#number"), "417"; got != want {
		t.Errorf("number: got %q, want %q", got, want)
	}
}

// The documented resume: a browser that was away while a call ended, or was
// taken back, doesn't keep its number large.
func TestAPlainBrowserLearnsWhatEndedWhileItWasAway(t *testing.T) {
	for name, withdrawn := range map[string]bool{"ended": false, "withdrawn": true} {
		t.Run(name, func(t *testing.T) {
			server := newFakeServer(t)
			browser := newBrowser(t)
			open(t, browser, server.http.URL+"/display", 1280, 720)
			server.call(3, 417, "Platz 1")
			server.await("shown")
			<-server.queries
			server.endWhileAway(wire.BoardCall{
				Seq: 3, Number: 417, Room: wire.Room{ID: "r", Label: "Platz 1"}, At: nine, Cleared: true, Withdrawn: withdrawn,
			})
			if got, want := <-server.queries, "epoch=e1&after=3"; got != want {
				t.Errorf("resumed with %q, want %q", got, want)
			}
			do(t, browser, chromedp.WaitVisible("#screen[data-state=idle]"))
			listed := do(t, browser, chromedp.Evaluate[bool](`document.getElementById("last").textContent.includes("417")`))
			if listed == withdrawn {
				t.Errorf("in the list: %v", listed)
			}
		})
	}
}

// How long a player may take is over half a minute after each call. A card that
// played isn't taken for lost then.
func TestACallLongPastDoesNotSilenceAPlainBrowser(t *testing.T) {
	server := newFakeServer(t)
	browser := newBrowser(t, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	open(t, browser, server.http.URL+"/display", 1280, 720)
	const ringAndWait = `(async () => {
		const { Sound } = await import("/display/sound.js");
		const real = window.setTimeout, due = [];
		window.setTimeout = (then, ms) => ms < 10000 ? real(then, ms) : due.push(then);
		const sound = new Sound({ sounds: "/sounds/" }, () => {});
		const ended = await sound.ring({ seq: 1, sound: { volume: 100, gong: "gong", speech: [] } });
		window.setTimeout = real;
		due.forEach((then) => then());
		await new Promise((resolve) => real(resolve, 0));
		return ended + ", then " + sound.state;
	})()`
	got := do(t, browser, chromedp.Evaluate[string](ringAndWait, chromedp.EvalAwaitPromise))
	if want := "played, then ready"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The voice drops a call that was taken back: one that waits isn't heard, one
// that sounds stops, and neither is reported.
func TestAPlainBrowserHushesAWithdrawnCall(t *testing.T) {
	server := newFakeServer(t)
	browser := newBrowser(t, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	open(t, browser, server.http.URL+"/display", 1280, 720)
	const ringThree = `(async () => {
		const { Sound } = await import("/display/sound.js");
		let begun, first = new Promise((resolve) => { begun = resolve; });
		const start = AudioBufferSourceNode.prototype.start;
		let gongs = 0;
		AudioBufferSourceNode.prototype.start = function (...when) {
			gongs++;
			start.apply(this, when);
			begun();
		};
		const sound = new Sound({ sounds: "/sounds/" }, () => {});
		const call = (seq) => ({ seq, sound: { volume: 100, gong: "gong", speech: [] } });
		const rings = [sound.ring(call(1)), sound.ring(call(2)), sound.ring(call(3))];
		await first;
		sound.hush([1, 2]);
		const ended = await Promise.all(rings);
		AudioBufferSourceNode.prototype.start = start;
		return ended.map((e) => e ?? "nothing").join(" ") + ", gongs: " + gongs;
	})()`
	got := do(t, browser, chromedp.Evaluate[string](ringThree, chromedp.EvalAwaitPromise))
	if want := "nothing nothing played, gongs: 2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func textOf(t *testing.T, browser context.Context, selector string) string {
	t.Helper()
	return do(t, browser, chromedp.Text(selector))
}

// TestAPlainBrowserAnnouncesInEachManner: as the board says, and what is curtailed while
// its first language sounds leaves the second out.
func TestAPlainBrowserAnnouncesInEachManner(t *testing.T) {
	server := newFakeServer(t)
	browser := newBrowser(t, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	open(t, browser, server.http.URL+"/display", 1280, 720)
	const ringInEach = `(async () => {
		const { Sound } = await import("/display/sound.js");
		const names = new Map(), played = [], stopped = [];
		const { start, stop } = AudioBufferSourceNode.prototype;
		const sound = new Sound({ sounds: "/sounds/" }, () => {});
		let begun;
		AudioBufferSourceNode.prototype.start = function (...when) {
			const near = ([duration]) => Math.abs(duration - this.buffer.duration) < 0.01; // the rates may differ
			const name = [...names].find(near)?.[1] ?? "gong";
			this.at = played.push(name) - 1;
			start.apply(this, when);
			begun?.();
		};
		AudioBufferSourceNode.prototype.stop = function () {
			played[this.at] += " left out";
			stop.apply(this);
		};
		const context = new OfflineAudioContext(1, 1, 48000);
		for (const name of ["de/number", "de/4", "en/4"]) {
			const bytes = await (await fetch("/sounds/" + name)).arrayBuffer();
			names.set((await context.decodeAudioData(bytes)).duration, name);
		}
		const call = (seq, manner) => ({
			seq, sound: { volume: 100, gong: "gong", speech: ["de", "en"], manner }, said: { de: ["de/number", "de/4"], en: ["en/4"] },
		});
		const spoken = async (seq, manner) => {
			played.length = 0;
			await sound.ring(call(seq, manner));
			return manner + ": " + played.join(", ");
		};
		const lines = [];
		for (const [i, manner] of ["", "short", "brief", "shared", "gong"].entries()) lines.push(await spoken(i + 1, manner));
		played.length = 0;
		const ringing = sound.ring(call(9, ""));
		await new Promise((resolve) => { begun = resolve; });
		sound.curtail([9]);
		await ringing;
		lines.push("curtailed: " + played.filter((p) => !p.endsWith("left out")).join(", "));
		Object.assign(AudioBufferSourceNode.prototype, { start, stop });
		return lines;
	})()`
	got := do(t, browser, chromedp.Evaluate[[]string](ringInEach, chromedp.EvalAwaitPromise))
	want := []string{
		": gong, de/number, de/4, en/4", "short: gong, de/number, de/4", "brief: gong, de/4", "shared: de/4", "gong: gong",
		"curtailed: gong, de/number, de/4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("played (-want +got):\n%s", diff)
	}
}
