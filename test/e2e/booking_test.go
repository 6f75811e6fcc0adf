package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aufruf/internal/wire"
	"aufruf/test/browser"
)

// citizen books in a browser.
type citizen struct {
	*townHall
	tab *browser.Tab
}

// booked is what a citizen has afterwards.
type booked struct {
	number string
	token  string
}

// book goes through the four steps and returns what the last page shows. Each
// page is checked with axe and kept as a picture.
func (c citizen) book(service, day string) booked {
	c.Helper()
	c.tab.Open(c.server.URL + "/")
	c.look("1-concern")
	c.tab.Click("main a[href*='" + service + "']")
	c.look("2-day")
	c.tab.Click(".branches a[href*='" + string(branch) + "']")
	c.tab.Click("a[data-date='" + day + "']")
	c.look("3-time")
	c.tab.Click("button[name=start]")
	c.look("4-details")
	c.tab.Type("input[name=name]", "Ada Beispiel")
	c.tab.Type("input[name=email]", "ada@example.org")
	c.tab.Click(".promise button")
	c.look("5-done")
	token, _ := strings.CutPrefix(c.tab.Path(), "/t/")
	return booked{number: c.tab.Text(".number strong"), token: token}
}

func (c citizen) look(step string) {
	c.Helper()
	c.tab.Picture(step)
	c.tab.CheckAccessible(step)
}

// mailTo returns the one mail that was written to an address.
func (h *townHall) mailTo(address string) string {
	h.Helper()
	var found string
	h.await("a mail to "+address, func() error {
		files, err := filepath.Glob(filepath.Join(h.server.MailDir(), "*.eml"))
		if err != nil {
			return err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if strings.Contains(string(text), address) {
				found = string(text)
				return nil
			}
		}
		return os.ErrNotExist
	})
	return found
}

func TestBookingWorksOnAPhoneWithoutScript(t *testing.T) {
	h := openTownHall(t, tuesday(8, 30))
	view := browser.Phone
	view.NoScript = true
	tab := browser.Open(t).Tab(t, view)
	made := citizen{townHall: h, tab: tab}.book("personalausweis-beantragen", "2026-12-01")
	if len(made.number) != 3 {
		t.Errorf("number: got %q, want three digits", made.number)
	}

	tab.Open(h.server.URL + "/t/" + made.token + "/absagen")
	h.expectState(made, "booked") // looking changes nothing
	tab.Click("main form[method=post] button")
	h.expectState(made, "cancelled")
}

func (h *townHall) appointment(b booked) wire.AppointmentReply {
	h.Helper()
	citizen := must(h.server.Client())(h)
	return must(citizen.Appointment(h.ctx, b.token))(h)
}

func (h *townHall) startOf(b booked) time.Time {
	h.Helper()
	return h.appointment(b).Start
}

func (h *townHall) expectState(b booked, want string) {
	h.Helper()
	appointment := h.appointment(b)
	if got := string(appointment.State); got != want {
		h.Errorf("appointment: got %s, want %s", got, want)
	}
	if got := appointment.Number.String(); got != b.number {
		h.Errorf("number: got %s, want %s", got, b.number)
	}
}
