package display_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"aufruf/internal/display"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/browser"
)

// Heights by DIN 1450 and ASR A1.3: at least the distance divided by 155. A
// 43-inch panel is 941 mm by 529 mm; from 8 m the list needs 52 mm there, and
// the number 73 mm, 1.4 times as much for low vision. As shares of the short
// side, so that they hold for any panel.
const (
	numberShare = 73.0 / 529
	listShare   = 52.0 / 529
)

// face is one of the things that the glass shows.
type face struct {
	name string
	view display.View
	calm bool // the labels are such that the room must be read from 8 m too
}

const annex = "Zimmer 2.03 (Anbau, 1. Obergeschoss)"

func faces() []face {
	look := wire.ScreenLook{
		Town: "Große Kreisstadt Grimma", Accent: "#1f5f8b", Language: "de", QueueURL: "https://termin.example.org/warteraum/grimma-markt",
		Logo: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 5'%3E%3Cpath d='M0 0h4v3L2 5 0 3z' fill='%23c33'/%3E%3C/svg%3E",
	}
	english, demonstration, plain := look, look, wire.ScreenLook{Town: "Grimma", Language: "de"}
	english.Language, demonstration.Demonstration = "en", true
	six := listed("Platz 1", "Zimmer 2.03", "Platz 12", "Schalter B", "Trauzimmer", annex)
	hinted := called(200, 417, "Zimmer 2.03")
	hinted.Direction = town.Text{"de": "1. Etage, links den Gang entlang", "en": "1st floor, along the corridor on the left"}
	far := called(201, 888, annex)
	far.Direction = town.Text{"de": "1. Etage, links den Gang entlang bis zur Glastür"}
	const notice = "Bitte halten Sie Ihre Unterlagen bereit."
	const longNotice = "Wegen einer Personalversammlung ist das Bürgerbüro am Donnerstag, 10. Dezember, nur von 13 bis 18 Uhr " +
		"geöffnet. Bitte halten Sie Ihre Unterlagen bereit; Fotos machen wir am Platz."
	since := morning.Add(-1200e9)
	lost := display.View{Now: &morning, Since: &since, Look: &demonstration, Notice: longNotice}
	lost.Large, lost.List = far, listed(annex, annex, annex, "Bürgerservice Empfang links", "Platz 1", "Platz 2")
	blocked := online(display.View{Look: &look, Large: called(200, 417, "Platz 1"), List: six, Notice: notice})
	return []face{
		{name: "idle", view: online(display.View{Look: &look, Notice: notice})},
		{name: "idle-list", view: online(display.View{Look: &look, List: six})},
		{name: "first-call", view: online(display.View{Look: &plain, Large: called(200, 417, "Platz 1")}), calm: true},
		{name: "call", view: blocked, calm: true},
		{name: "floor", view: online(display.View{Look: &look, Large: called(200, 417, "Zimmer 2.03"), List: six, Notice: notice}), calm: true},
		{name: "light", view: online(display.View{Look: &look, Large: called(200, 777, "Trauzimmer"), List: six, Theme: "light"})},
		{name: "english-contrast", view: online(display.View{Look: &english, Large: hinted, List: six, Notice: "Please have your documents ready.", Theme: "contrast"})},
		{name: "recall", view: online(display.View{Look: &demonstration, Large: recalled(200, 417, "Zimmer 2.03"), List: six, Notice: longNotice, Theme: "light"})},
		{name: "lost", view: lost},
		{name: "code", view: display.View{Code: "K7M3PX"}},
		{name: "revoked", view: display.View{Code: "K7M3PX", Denied: true}},
	}
}

var panels = []struct {
	name string
	view browser.View
}{
	{"1080p", browser.View{Width: 1920, Height: 1080}},
	{"4k", browser.View{Width: 3840, Height: 2160}},
	{"4k-scaled", browser.View{Width: 1920, Height: 1080, Scale: 2}},
	{"768p", browser.View{Width: 1366, Height: 768}},
	{"portrait", browser.View{Width: 1080, Height: 1920}},
	{"portrait-3-4", browser.View{Width: 768, Height: 1024}},
	{"4-3", browser.View{Width: 1024, Height: 768}},
	{"5-4", browser.View{Width: 1280, Height: 1024}},
}

// Every face on every panel: large enough, whole, and nothing on top of
// another.
func TestThePageOnEachPanel(t *testing.T) {
	g := newGlass(t, browser.Wall)
	least := map[string]float64{}
	for _, f := range faces() {
		g.View(panels[0].view)
		g.opens(f.view)
		for _, p := range panels {
			g.View(p.view)
			g.Frame()
			g.Picture(f.name + "-" + p.name)
			s := g.survey()
			for _, fault := range s.faults(f) {
				t.Errorf("%s on %s: %s", f.name, p.name, fault)
			}
			if f.calm {
				for part, height := range s.Heights {
					key := p.name + " " + part
					least[key] = min(height/s.short(), orFull(least[key]))
				}
			}
		}
	}
	for part, share := range least {
		t.Logf("%-24s %4.1f %% of the short side, read from %4.1f times that side, on 43 inches %3.0f mm from %4.1f m",
			part, share*100, share*155, share*529, share*529*155/1000)
	}
}

func orFull(share float64) float64 {
	if share == 0 {
		return 1
	}
	return share
}

// survey is where things are on the glass, in CSS pixels.
type survey struct {
	Width, Height float64
	Texts         []ink
	Heights       map[string]float64 // of a digit or capital, by the part of the page
	Overflowing   []string
	Left          []float64 // of the columns of the list
}

// ink is a line of writing without the air above and below it, or a picture.
type ink struct {
	Text                     string
	Left, Top, Right, Bottom float64
}

func (i ink) overlaps(other ink) bool {
	const touch = 1.5
	return i.Left+touch < other.Right && other.Left+touch < i.Right && i.Top+touch < other.Bottom && other.Top+touch < i.Bottom
}

func (s survey) short() float64 { return math.Min(s.Width, s.Height) }

func (g *glass) survey() survey { return browser.Evaluate[survey](g.Tab, surveying) }

const surveying = `(() => {
	const screen = document.getElementById("screen");
	const pen = document.createElement("canvas").getContext("2d");
	pen.font = "700 100px 'Fira Sans'";
	const capital = pen.measureText("0123456789").actualBoundingBoxAscent / 100;
	const font = (e) => parseFloat(getComputedStyle(e).fontSize);
	const seen = (e) => e && !e.closest(".hidden") && e.checkVisibility({visibilityProperty: true});
	const Texts = [];
	const walk = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT);
	for (let n = walk.nextNode(); n; n = walk.nextNode()) {
		if (!n.data.trim() || !seen(n.parentElement)) continue;
		const range = new Range();
		range.setEnd(n, n.data.trimEnd().length);
		range.setStart(n, 0);
		const half = font(n.parentElement) * capital / 2;
		const cut = n.parentElement.closest("#notice, #direction, #town-name")?.getBoundingClientRect(); // shortened on purpose
		for (const r of range.getClientRects()) {
			if (cut && (r.top >= cut.bottom - 1 || r.left >= cut.right || Texts.some((t) => t.Text === n.data && t.At === r.top))) continue;
			const middle = (r.top + r.bottom) / 2;
			Texts.push({Text: n.data, At: r.top, Left: r.left, Right: Math.min(r.right, cut?.right ?? r.right), Top: middle - half, Bottom: middle + half});
		}
	}
	for (const e of screen.querySelectorAll("img")) {
		const r = e.getBoundingClientRect();
		if (seen(e)) Texts.push({Text: e.id, Left: r.left, Right: r.right, Top: r.top, Bottom: r.bottom});
	}
	const Heights = {};
	for (const [part, selector] of Object.entries({number: "#number", room: "#room .name", list: ".list b", "room in the list": ".list .pair .name", notice: "#notice"})) {
		const heights = [...document.querySelectorAll(selector)].filter(seen).map((e) => font(e) * capital);
		if (heights.length) Heights[part] = Math.min(...heights);
	}
	const Overflowing = [...screen.querySelectorAll("*")]
		.filter((e) => seen(e) && e.tagName !== "OPTION" && !["notice", "direction", "town-name"].includes(e.id) && getComputedStyle(e).overflowX === "hidden" && e.scrollWidth > e.clientWidth + 1)
		.map((e) => e.id || e.className);
	if (document.documentElement.scrollWidth > innerWidth) Overflowing.push("page");
	const Left = [...new Set([...document.querySelectorAll(".list b")].filter(seen).map((e) => Math.round(e.getBoundingClientRect().left)))];
	return {Width: innerWidth, Height: innerHeight, Texts, Heights, Overflowing, Left};
})()`

// faults names everything that is wrong with what was found.
func (s survey) faults(f face) []string {
	var found []string
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for i, a := range s.Texts {
		if a.Left < 0 || a.Top < 0 || a.Right > s.Width || a.Bottom > s.Height {
			say("%q leaves the glass: %+v", a.Text, a)
		}
		for _, b := range s.Texts[i+1:] {
			if a.overlaps(b) {
				say("%q and %q overlap: %+v %+v", a.Text, b.Text, a, b)
			}
		}
	}
	if len(s.Overflowing) > 0 {
		say("cut off in %s", strings.Join(s.Overflowing, ", "))
	}
	atLeast := map[string]float64{"number": numberShare, "list": listShare}
	if f.calm {
		atLeast["room"] = listShare
	}
	for part, share := range atLeast {
		if height, shown := s.Heights[part]; shown && height < share*s.short() {
			say("%s is %.1f px high, want at least %.1f", part, height, share*s.short())
		}
	}
	if f.view.Large != nil && s.Heights["number"] == 0 {
		say("no number")
	}
	if got, want := strings.Count(s.writing(), "\n108\n"), min(len(f.view.List), 1); got != want {
		say("the newest of the list is to be seen %d times, want %d", got, want)
	}
	return found
}

func (s survey) writing() string {
	var b strings.Builder
	for _, text := range s.Texts {
		b.WriteString("\n" + text.Text + "\n")
	}
	return b.String()
}
