package display_test

import (
	"testing"

	"aufruf/internal/display"
	"aufruf/test/browser"
)

// In the system's colours alone numbers and lines vanished: everything that is
// written must stand out from what is behind it, and who is awaited keeps a bar that
// who has come doesn't have.
func TestNothingVanishesInForcedColours(t *testing.T) {
	g := newGlass(t, browser.View{Width: 1920, Height: 1080, Calm: true, Forced: true})
	look := grimma()
	list := listed("Platz 1", "Zimmer 2.03")
	list[1].Cleared = true
	for _, theme := range themes {
		g.opens(online(display.View{Theme: theme, Look: &look, Large: recalled(300, 417, "Platz 1"), List: list, Notice: "Heute bis 12:00 Uhr"}))
		g.Picture("forced-" + theme)
		got := browser.Evaluate[map[string]string](g.Tab, `(() => {
			const colour = (selector, of) => getComputedStyle(document.querySelector(selector))[of];
			const plates = ["#number", "#room .name", ".list b", ".list .name", "#notice"].filter((s) => colour(s, "forcedColorAdjust") !== "none").join(" ");
			return {
				plates,
				number: colour("#number", "color"), room: colour("#room", "color"), listed: colour(".list b", "color"),
				notice: colour("#notice", "color"), ground: colour("body", "backgroundColor"), stage: colour("#stage", "backgroundColor"),
				frame: colour("#stage", "borderTopColor"), awaited: colour(".list li", "borderLeftColor"), over: colour(".list [data-cleared]", "borderLeftColor"),
			};
		})()`)
		for _, part := range []string{"number", "room", "listed", "notice", "frame", "awaited"} {
			if got[part] == got["ground"] || got[part] == got["stage"] {
				t.Errorf("%s: %s is %s on %s and %s", theme, part, got[part], got["ground"], got["stage"])
			}
		}
		if got["plates"] != "" {
			t.Errorf("%s: each line of %s has a ground of its own, which covers the line above it", theme, got["plates"])
		}
		if got["awaited"] == got["over"] {
			t.Errorf("%s: who is awaited looks like who has come: %s", theme, got["over"])
		}
	}
}
