package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"aufruf/internal/audio"
	"aufruf/internal/audio/audiotest"
	"aufruf/internal/display"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

// promised is how soon a screen is back after its server.
const promised = 2 * time.Second

// The server stops, or is killed, while a gong sounds. The gong goes on to its
// end and isn't repeated; the calls made right before and right after are shown
// and rung once each, in order, and the desk learns of all of them.
func TestAServerThatRestartsInMidAnnouncement(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *townhall.Server){
		"stopped": func(t *testing.T, s *townhall.Server) {
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
		},
		"killed": func(_ *testing.T, s *townhall.Server) { s.Kill() },
	} {
		t.Run(name, func(t *testing.T) { restartInMidAnnouncement(t, end) })
	}
}

func restartInMidAnnouncement(t *testing.T, end func(*testing.T, *townhall.Server)) {
	h := openTownHall(t, tuesday(9, 5))
	card := must(audiotest.NewHeld(t.TempDir()))(t)
	t.Cleanup(func() { card.Close() })
	token := must(h.server.AddDevice(h.ctx, "wartehalle", "display", string(branch)))(t)
	s := h.bareScreen(token, townhall.ScreenOptions{
		Player: "alsa", Env: []string{audiotest.Variable + "=" + card.Config()}, Flags: []string{"--large", "1"},
	})
	s.until("the board", func(v display.View) bool { return v.Online })
	desk := h.desk("platz-1")
	watch := desk.watch()
	var want []string
	for range 3 {
		want = append(want, h.issue("meldebescheinigung"))
	}
	announcement := (&screen{townHall: h}).shippedGong()
	announcement = append(announcement, make([]int16, audio.Rate/5)...) // and its silence

	desk.do("next", "--sure")
	begun := must(card.Hear(len(announcement)/10, patience))(t)
	desk.do("next", "--sure")
	end(t, h.server)
	s.until("the notice", func(v display.View) bool { return !v.Online })
	looks := len(watch.messages("queue"))
	h.start()
	back := time.Now()
	s.until("the board again", func(v display.View) bool { return v.Online })
	if took := time.Since(back); took > promised {
		t.Errorf("the screen was back %v after its server, want at most %v", took, promised)
	}
	desk.do("next", "--sure")
	h.await("the desk's connection", func() error {
		if len(watch.messages("queue")) <= looks {
			return errors.New("no queue yet")
		}
		return nil
	})

	heard := append(begun, must(card.Hear(3*len(announcement)-len(begun), patience))(t)...)
	for i := range want {
		if part := heard[i*len(announcement):][:len(announcement)]; !slices.Equal(part, announcement) {
			t.Errorf("announcement %d isn't one whole gong", i+1)
		}
	}
	watch.reported(len(want), func(d wire.Delivery) bool { return d.Shown == 1 && d.Sounded == 1 })
	s.until("the last call", func(v display.View) bool { return v.Large != nil && v.Large.Number.String() == want[2] })
	if got := s.shown(); !slices.Equal(got, want) {
		t.Errorf("shown: got %v, want %v", got, want)
	}
	if more, err := card.Hear(1, time.Second); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after the last announcement: heard %v, %v, want nothing", more, err)
	}
}

// paint says that a call is on the glass, as the browser would.
func (s *bareScreen) paint(c display.Call) {
	response, err := http.Post(s.URL+"/shown", "application/json", strings.NewReader(fmt.Sprintf(`{"seq":%d}`, c.Seq)))
	if err == nil {
		response.Body.Close()
	}
}

// shown returns the numbers that had the large place, in order.
func (s *bareScreen) shown() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.large)
}
