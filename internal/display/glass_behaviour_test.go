package display_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"aufruf/internal/display"
	"aufruf/internal/wire"
	"aufruf/test/browser"
)

// Someone who doesn't see hears number and room once for each call: however
// often the page is painted, and for the second recall too, though its words
// are those of the first.
func TestAScreenReaderSaysEachCallOnce(t *testing.T) {
	g := newGlass(t, browser.Wall)
	look := &wire.ScreenLook{Town: "Grimma", Language: "de"}
	g.opens(online(display.View{Look: look}))
	g.Do("count what is added", countAdded)
	var want []string
	for i, c := range []*display.Call{
		called(1, 417, "Platz 1"), called(2, 203, "Zimmer 2.03"), recalled(3, 203, "Zimmer 2.03"), recalled(4, 203, "Zimmer 2.03"),
	} {
		text := fmt.Sprintf("Nummer %v, %s", c.Number, c.Room.Label)
		if c.Again {
			text = "Erneuter Aufruf: " + text
		}
		want = append(want, text)
		for _, notice := range []string{"", "Heute bis 12 Uhr"} {
			g.shows(online(display.View{Look: look, Large: c, Notice: notice, List: listed("Platz 5")[:i%2]}))
			g.Await("the notice", fmt.Sprintf("document.getElementById('notice').textContent === %q", notice))
		}
		heard := g.Heard("log")
		if got := heard[len(heard)-1]; got != text {
			t.Errorf("a screen reader finds %q, want %q", got, text)
		}
	}
	if diff := cmp.Diff(want, browser.Evaluate[[]string](g.Tab, "window.added")); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	if got, most := len(g.Heard("log")), 3; got > most {
		t.Errorf("%d announcements are kept, want at most %d", got, most)
	}
}

// The page is the same for axe in each of its colours, and text has a contrast
// of 7:1 on the ground and on the brightest of the pulse.
func TestColoursOfEachTheme(t *testing.T) {
	g := newGlass(t, browser.View{Width: 1920, Height: 1080, Calm: true})
	for _, theme := range []string{"dark", "light", "contrast"} {
		look := &wire.ScreenLook{Town: "Grimma", Language: "de", Demonstration: true}
		large := recalled(1, 417, "Zimmer 2.03")
		large.Cleared = true
		g.opens(online(display.View{Theme: theme, Look: look, Large: large, List: listed("Platz 1", annex), Notice: "Heute bis 12 Uhr"}))
		g.CheckAccessible(theme)
		g.Picture("calm-" + theme)
		colour := func(name string) string {
			return browser.Evaluate[string](g.Tab, fmt.Sprintf("getComputedStyle(document.documentElement).getPropertyValue(%q).trim()", name))
		}
		for _, pair := range [][2]string{
			{"--ink", "--paper"}, {"--quiet", "--paper"}, {"--stage-ink", "--stage"}, {"--stage-quiet", "--stage"}, {"--stage-ink", "--pulse"},
		} {
			if got := contrast(t, colour(pair[0]), colour(pair[1])); got < 7 {
				t.Errorf("%s: %s on %s has a contrast of %.1f, want 7", theme, pair[0], pair[1], got)
			}
		}
		if got := contrast(t, colour("--mark"), colour("--paper")); got < 3 {
			t.Errorf("%s: the mark has a contrast of %.1f, want 3", theme, got)
		}
		if got := contrast(t, colour("--warn-ink"), colour("--warn-paper")); got < 7 {
			t.Errorf("%s: the warning has a contrast of %.1f, want 7", theme, got)
		}
	}
}

// The pulse keeps to WCAG 2.3.1, and who asked for no motion sees none.
func TestThePulse(t *testing.T) {
	for _, calm := range []bool{false, true} {
		g := newGlass(t, browser.View{Width: 1280, Height: 720, Calm: calm})
		g.opens(online(display.View{Large: called(1, 417, "Platz 1")}))
		running := browser.Evaluate[[]float64](g.Tab,
			"document.getAnimations().map((a) => 1000 / a.effect.getComputedTiming().duration)")
		if calm && len(running) > 0 {
			t.Errorf("%d animations in spite of reduced motion", len(running))
		}
		if !calm && (len(running) != 1 || running[0] >= 3) {
			t.Errorf("pulses a second: got %v, want one animation below 3", running)
		}
	}
}

// Nothing stands on the same pixels for years: the page wanders by some
// pixels, and never over the edge; in the night hours of a hall it is dark.
func TestNothingBurnsIn(t *testing.T) {
	g := newGlass(t, browser.View{Width: 1280, Height: 720})
	g.Before("const every = setInterval; setInterval = (run, ms) => every(run, ms / 1000)")
	f := faces()[7]
	g.opens(f.view)
	g.Do("note where the page stands", notePlaces)
	g.Await("nine places", "window.places.size >= 9")
	for place := range strings.SplitSeq(browser.Evaluate[string](g.Tab, "[...window.places].join(';')"), ";") {
		g.Do("stand there", evaluated(fmt.Sprintf("document.getElementById('screen').style.transform = %q", place)))
		for _, fault := range g.survey().faults(f) {
			t.Errorf("at %s: %s", place, fault)
		}
	}
	night := online(display.View{Dark: true, Look: &wire.ScreenLook{Town: "Grimma", Language: "de"}})
	g.opens(night)
	if got := len(g.survey().Texts); got > 0 {
		t.Errorf("%d texts are to be seen in the night", got)
	}
}

// The columns stay where they are, whatever is in them.
func TestColumnsDontJump(t *testing.T) {
	g := newGlass(t, browser.Wall)
	look := &wire.ScreenLook{Town: "Grimma", Language: "de"}
	var first []float64
	var stage string
	for _, labels := range [][]string{
		{"Platz 1", "Platz 1", "Platz 1", "Platz 1"}, {annex, "Trauzimmer", "Zimmer 2.03", "Platz 1", annex, "Platz 12"},
	} {
		g.opens(online(display.View{Look: look, Large: called(200, 417, "Platz 1"), List: listed(labels...)}))
		left, place := g.survey().Left, browser.Evaluate[string](g.Tab, "JSON.stringify(document.getElementById('stage').getBoundingClientRect())")
		if first == nil {
			first, stage = left, place
		}
		if !slices.Equal(left, first) || place != stage {
			t.Errorf("columns at %v and the stage at %s, want %v and %s", left, place, first, stage)
		}
	}
	widths := browser.Evaluate[map[string]float64](g.Tab, `Object.fromEntries([..."0123456789"].map((digit) => {
		const b = document.getElementById("number");
		b.textContent = digit.repeat(3);
		return [digit, b.getBoundingClientRect().width];
	}))`)
	for digit, width := range widths {
		if math.Abs(width-widths["0"]) > 0.5 {
			t.Errorf("three times %s is %.1f px wide, three times 0 %.1f", digit, width, widths["0"])
		}
	}
}

// A long look of the town's own fits too: more or fewer calls in the list, but never
// more than can be read.
func TestTheTownSetsHowManyAreListed(t *testing.T) {
	g := newGlass(t, browser.Wall)
	rooms := slices.Repeat([]string{"Zimmer 2.03"}, 12)
	for listing, want := range map[int]int{2: 2, 5: 5, 12: 8} {
		view := online(display.View{Look: &wire.ScreenLook{Town: "Grimma", ScreenStyle: wire.ScreenStyle{Listed: listing}}})
		view.Large, view.List = called(200, 417, "Platz 1"), listed(rooms[:listing]...)
		g.opens(view)
		s := g.survey()
		seen := strings.Count(s.writing(), "\n2.03\n")
		if seen != want {
			t.Errorf("%d of %d calls are to be seen, want %d", seen, listing, want)
		}
		if share := s.Heights["list"] / s.short(); share < listShare {
			t.Errorf("with %d in the list its numbers are %.1f %% high", listing, share*100)
		}
		g.Picture("listed-" + strconv.Itoa(listing))
		if share := s.Heights["number"] / s.short(); share < numberShare {
			t.Errorf("with %d in the list the number is %.1f %% high", listing, share*100)
		}
	}
}

// A day of 5,000 calls leaves nothing behind in the page.
func TestAPagesMemoryIsFlat(t *testing.T) {
	g := newGlass(t, browser.View{Width: 800, Height: 600})
	g.opens(online(display.View{}))
	const day = `(async (from, calls) => {
		const [{ Board }, { Renderer }, { ServerClock, Words }] = await Promise.all(["board", "render", "words"].map((f) => import("/display/" + f + ".js")));
		const config = JSON.parse(document.body.dataset.config);
		document.getElementById("screen").style.display = "none"; // sizes are not the question, and take their time
		const hall = window.hall ??= { board: new Board(), renderer: new Renderer(new Words(config.texts, "de"), new ServerClock()) };
		const now = "2026-12-09T09:41:00+01:00";
		if (from === 0) hall.board.board(0, { epoch: "e", seq: 0, now, calls: [], notice: "" });
		for (let seq = from + 1; seq <= from + calls; seq++) {
			const at = seq * 10000; // each is large for its time
			hall.board.call(at, { seq, number: 100 + seq %% 900, room: { id: "r", label: "Platz " + (seq %% 9) }, at: now, now, again: seq %% 7 === 0 });
			hall.board.tick(at);
			hall.renderer.render(hall.board.view(at));
			hall.board.painted(at, seq);
		}
		return hall.board.list.length;
	})(%d, %d)`
	browser.Resolve[int](g.Tab, fmt.Sprintf(day, 0, 500))
	bytes, nodes := g.Memory()
	for hour := range 5 {
		if got, want := browser.Resolve[int](g.Tab, fmt.Sprintf(day, 500+1000*hour, 1000)), 6; got != want {
			t.Errorf("the list holds %d calls, want %d", got, want)
		}
	}
	after, nodesAfter := g.Memory()
	t.Logf("after 5,000 calls: %+.0f kB, %+.0f nodes", (after-bytes)/1000, nodesAfter-nodes)
	if after-bytes > 150_000 || nodesAfter-nodes > 100 {
		t.Errorf("5,000 calls left %.0f bytes and %.0f nodes behind", after-bytes, nodesAfter-nodes)
	}
}

// A plain browser has no program behind it that would tell it of midnight: its
// board asks to be woken, and yesterday's call doesn't stand there until the
// first of the morning, or keep a dark hall bright.
func TestAPlainBrowserTurnsTheDay(t *testing.T) {
	g := newGlass(t, browser.View{Width: 800, Height: 600})
	g.opens(online(display.View{}))
	type turn struct {
		Due          float64
		Before, Next string
		Dark         bool
		Again        float64
	}
	got := browser.Resolve[turn](g.Tab, `(async () => {
		const { Board, defaults } = await import("/display/board.js");
		const board = new Board({ ...defaults, night: ["20:00-06:00"] });
		const now = "2026-12-09T23:59:58.250+01:00", calls = [{ seq: 1, number: "417", room: { id: "r", label: "Platz 1" }, at: now }];
		board.board(1000, { epoch: "e", seq: 1, now, calls, notice: "" });
		const Due = board.wake(), Before = board.view(Due - 1).large.number;
		board.tick(Due);
		const view = board.view(Due);
		return { Due, Before, Next: view.large?.number ?? "nobody", Dark: view.dark, Again: board.wake() - Due };
	})()`)
	want := turn{Due: 2750, Before: "417", Next: "nobody", Dark: true, Again: 24 * 3600 * 1000}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("at midnight (-want +got):\n%s", diff)
	}
}

func contrast(t *testing.T, one, other string) float64 {
	a, b := luminance(t, one), luminance(t, other)
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// luminance is the relative one of WCAG 2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatalf("colour %q: %v", hex, err)
	}
	part := func(shift uint) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

var countAdded = evaluated(`window.added = [];
	new MutationObserver((changes) => changes.forEach((c) => c.addedNodes.forEach((n) => window.added.push(n.textContent))))
		.observe(document.getElementById("live"), { childList: true, subtree: true });`)

var notePlaces = evaluated(`window.places = new Set();
	new MutationObserver(() => window.places.add(document.getElementById("screen").style.transform))
		.observe(document.getElementById("screen"), { attributes: true, attributeFilter: ["style"] });`)

func evaluated(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "; null")
}
