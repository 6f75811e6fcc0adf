package web_test

import (
	"strings"
	"testing"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
)

// What the desk reads about a call, and whether it has to call by voice. The
// warning is what counts: a number that nobody has seen or heard.
func TestADeskIsWarnedOfACallThatNobodySawOrHeard(t *testing.T) {
	o, shown := openDesk(t), 40
	for name, c := range map[string]struct {
		screens int
		reports []ledger.Delivery // of the first screen, the second, …
		after   time.Duration
		says    string
		warns   bool
	}{
		"no screen":               {says: "Kein Bildschirm hat diesen Aufruf bekommen.", warns: true},
		"under way":               {screens: 1, after: 3 * time.Second, says: "Der Aufruf ist unterwegs."},
		"late":                    {screens: 1, after: 3*time.Second + time.Millisecond, says: "Noch kein Bildschirm hat den Aufruf gezeigt.", warns: true},
		"shown":                   {screens: 1, reports: []ledger.Delivery{{Shown: &shown}}, after: time.Minute, says: "Auf 1 von 1 Bildschirm"},
		"shown and heard":         {screens: 1, reports: []ledger.Delivery{{Shown: &shown, Sound: "played"}}, says: "Gong gespielt"},
		"shown in silence":        {screens: 1, reports: []ledger.Delivery{{Shown: &shown, Sound: "blocked"}}, says: "ohne Ton", warns: true},
		"one of two heard":        {screens: 2, reports: []ledger.Delivery{{Shown: &shown, Sound: "played"}, {Shown: &shown, Sound: "no_device"}}, says: "Gong auf 1", warns: true},
		"one of two shown":        {screens: 2, reports: []ledger.Delivery{{Shown: &shown}}, says: "Auf 1 von 2 Bildschirmen"},
		"a screen came meanwhile": {reports: []ledger.Delivery{{Shown: &shown, Sound: "played"}}, says: "Auf 1 von 1 Bildschirm"},
	} {
		t.Run(name, func(t *testing.T) {
			o.t = t
			for i := range c.screens {
				defer o.live.ScreenConnected(markt, live.Screen{Device: town.DeviceID(rune('a' + i))})()
			}
			call := o.calls(o.walkIn().Number)
			for i, r := range c.reports {
				r.Branch, r.Call, r.Device, r.At = markt, call, town.DeviceID(rune('a'+i)), o.Clock.Now()
				if err := o.Report(t.Context(), []ledger.Delivery{r}); err != nil {
					t.Fatal(err)
				}
			}
			o.Clock.Add(c.after)
			page := o.get(deskOne)
			wantText(t, page, c.says)
			if got := strings.Contains(page.Body.String(), `class="arrived warn"`); got != c.warns {
				t.Errorf("warns: got %t, want %t", got, c.warns)
			}
		})
	}
}

// calls calls a number to the first desk and returns the call's position.
func (o *house) calls(number town.Number) town.Seq {
	o.t.Helper()
	done, err := o.Do(o.t.Context(), o.actor("lena", ledger.RoleClerk), markt, deskwork.Command{ID: number.String(), Type: deskwork.Call, Room: "platz-1", Number: number})
	if err != nil {
		o.t.Fatal(err)
	}
	return done.Seq
}
