package e2e

import (
	"slices"
	"testing"

	"aufruf/internal/display"
	"aufruf/test/townhall"
)

// A screen is switched off with a number large. The call ends, or is taken
// back, the server is killed and started again, and the screen resumes: the
// number isn't large any more, and one that was taken back isn't even listed.
func TestAScreenThatWasAwayWhenACallEnded(t *testing.T) {
	for name, test := range map[string]struct {
		step   string
		listed bool
	}{"ended": {"start", true}, "withdrawn": {"undo", false}} {
		t.Run(name, func(t *testing.T) {
			h := openTownHall(t, tuesday(9, 5))
			token := must(h.server.AddDevice(h.ctx, "wartehalle", "display", string(branch)))(t)
			s := h.bareScreen(token, townhall.ScreenOptions{Player: "none"})
			s.until("the board", func(v display.View) bool { return v.Online })
			number := h.issue("meldebescheinigung")
			isIt := func(c display.Call) bool { return c.Number.String() == number }
			desk := h.desk("platz-1")
			desk.do("next")
			s.until("the call", func(v display.View) bool { return v.Large != nil && isIt(*v.Large) })
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			desk.do(test.step)
			h.server.Kill()
			h.start()
			s = h.bareScreen(token, townhall.ScreenOptions{Player: "none"})
			v := s.until("its end", func(v display.View) bool { return v.Online && v.Large == nil })
			if got := slices.ContainsFunc(v.List, isIt); got != test.listed {
				t.Errorf("listed: %v, want %v: %+v", got, test.listed, v.List)
			}
		})
	}
}
