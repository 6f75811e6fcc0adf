package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/browser"
	"aufruf/test/townhall"
)

// The whole path: booked in a browser, called at a desk, shown, rung, and
// reported back; then everything again after a power cut.
func TestFromBookingToGong(t *testing.T) {
	h := openTownHall(t, tuesday(8, 30))
	chromium := browser.Open(t)
	made := citizen{townHall: h, tab: chromium.Tab(t, browser.Desktop)}.book("personalausweis-beantragen", "2026-12-01")
	mail := h.mailTo("ada@example.org")
	if !strings.Contains(mail, made.number) || !strings.Contains(mail, made.token) {
		t.Errorf("the confirmation lacks the number %s or the link:\n%s", made.number, mail)
	}

	start := h.startOf(made)
	h.restartAt(start.Add(-4 * time.Minute))
	walkIn := h.issue("meldebescheinigung")
	s := h.screen()
	page := chromium.Tab(t, browser.Wall)
	page.Open(s.URL)
	one, two := h.desk("platz-1"), h.desk("platz-2")
	watch := one.watch()

	if got := one.do("next"); got != made.number {
		t.Errorf("first call: got %s, want the one who booked, %s", got, made.number)
	}
	if got := two.do("next"); got != walkIn {
		t.Errorf("second call: got %s, want the one without an appointment, %s", got, walkIn)
	}
	page.AwaitText("#number", made.number)
	page.AwaitText("#room", "1")
	page.Picture("screen")
	page.AwaitText("#number", walkIn)
	page.AwaitText("#room", "2")
	s.heardGongs(2)
	watch.arrived(2)

	if got := one.do("recall"); got != made.number {
		t.Errorf("recall: got %s, want %s", got, made.number)
	}
	page.AwaitText("#number", made.number)
	s.heardGongs(3)
	watch.arrived(3)

	h.server.Kill()
	page.AwaitText("#connection", "Keine Verbindung")
	page.Picture("screen-without-connection")
	h.server.SetClock(start)
	h.start()
	h.expectState(made, "called")
	h.expectOpen(made.number, walkIn)
	h.awaitScreens(1) // a call counts the screens that were there
	third := h.issue("wohnsitz-ummelden")
	if got := one.do("next"); got != third {
		t.Errorf("call after the power cut: got %s, want %s", got, third)
	}
	page.AwaitText("#number", third)
	s.heardGongs(4) // each call once, none again
	watch.arrived(4)
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if err := h.server.Stop(); err != nil {
		t.Error(err)
	}
}

// issue gives a number to somebody without an appointment.
func (h *townHall) issue(service town.ServiceID) string {
	h.Helper()
	request := wire.TicketRequest{Branch: branch, Services: []wire.ItemRequest{{ID: service}}}
	return must(h.staff().IssueTicket(h.ctx, request))(h).Number.String()
}

// expectOpen compares the numbers that rooms have open, in any order.
func (h *townHall) expectOpen(want ...string) {
	h.Helper()
	queue := must(h.staff().Queue(h.ctx, branch))(h)
	open := map[string]bool{}
	for _, entry := range queue.Open {
		open[entry.Number.String()] = true
	}
	for _, number := range want {
		if !open[number] {
			h.Errorf("%s isn't open any more: %v", number, open)
		}
	}
	if len(open) != len(want) {
		h.Errorf("open: got %v, want %v", open, want)
	}
}

// awaitScreens waits until so many screens are connected.
func (h *townHall) awaitScreens(want int) {
	h.Helper()
	h.await(fmt.Sprintf("%d screens are connected", want), func() error {
		queue, err := h.staff().Queue(h.ctx, branch)
		if err != nil {
			return err
		}
		if queue.Screens.Connected != want {
			return fmt.Errorf("%d are", queue.Screens.Connected)
		}
		return nil
	})
}

// watch is `caller watch` in the background.
type watch struct {
	*townHall
	program *townhall.Program
}

func (d *desk) watch() *watch {
	d.townHall.Helper()
	program := must(d.Watch())(d.townHall)
	d.Cleanup(program.Kill)
	w := &watch{townHall: d.townHall, program: program}
	w.await("a look at the queue", func() error {
		if len(w.messages("queue")) == 0 {
			return errors.New("no queue yet")
		}
		return nil
	})
	return w
}

// arrived waits until so many calls were reported as shown and rung on the one
// screen.
func (w *watch) arrived(want int) {
	w.Helper()
	w.reported(want, func(d wire.Delivery) bool { return d.Screens == 1 && d.Shown == 1 && d.Sounded == 1 })
}

// reported waits until the reports of so many calls were once as they should
// be.
func (w *watch) reported(want int, good func(wire.Delivery) bool) {
	w.Helper()
	w.await(fmt.Sprintf("report %d of a call that was shown and rung", want), func() error {
		complete := map[town.Seq]bool{}
		for _, line := range w.messages("delivery") {
			var d wire.Delivery
			if err := json.Unmarshal(line, &d); err != nil {
				return err
			}
			if good(d) {
				complete[d.Seq] = true
			}
		}
		if len(complete) != want {
			return fmt.Errorf("%d calls were reported", len(complete))
		}
		return nil
	})
}

// messages returns what came of a type so far, as JSON.
func (w *watch) messages(kind string) [][]byte {
	var found [][]byte
	lines := bufio.NewScanner(strings.NewReader(w.program.Log().String()))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var head struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(lines.Bytes(), &head) == nil && head.Type == kind {
			found = append(found, []byte(lines.Text()))
		}
	}
	return found
}

func TestNobodyWaiting(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	printed, told, err := h.desk("platz-1").Do(h.ctx, "next")
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("next: got %v, want exit code 3", err)
	}
	if printed != "" || told == "" {
		t.Errorf("next: got %q on standard output, %q on standard error, want only the latter", printed, told)
	}
}

func TestScreenWithoutAServer(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	s := h.screen()
	page := browser.Open(t).Tab(t, browser.Wall)
	page.Open(s.URL)
	page.AwaitText("#screen", "9")
	h.server.Kill()
	page.AwaitText("#connection", "Keine Verbindung seit 9.05 Uhr")
	h.server.SetClock(tuesday(9, 30))
	h.start()
	number := h.issue("meldebescheinigung")
	if got := h.desk("platz-1").do("next"); got != number {
		t.Errorf("next: got %s, want %s", got, number)
	}
	page.AwaitText("#number", number)
	s.heardGongs(1)
}
