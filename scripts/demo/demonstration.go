package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

const (
	branch = town.BranchID("grimma-markt")
	zone   = "Europe/Berlin"
)

// account is somebody who can sign in.
type account struct {
	name, role, password string
}

// demonstration is the running demonstration.
type demonstration struct {
	programs townhall.Programs
	server   *townhall.Server
	screen   *townhall.Screen
	clerk    account
	manager  account
	desk     *townhall.Desk
	booked   []town.Number
	waiting  []town.Number
	opened   time.Time // what the clock showed
}

// open starts a server early on the day, lets people book, and starts it again
// at five past nine; then come the screen, the desk and those without an
// appointment.
func open(ctx context.Context, programs townhall.Programs, dir string) (h *demonstration, err error) {
	h = &demonstration{programs: programs}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if err := h.findDay(ctx, dir); err != nil {
		return h, err
	}
	if err := h.server.Stop(); err != nil {
		return h, err
	}
	h.server.SetClock(h.opened)
	if err := h.server.Start(ctx); err != nil {
		return h, err
	}
	if err := h.employ(ctx); err != nil {
		return h, err
	}
	return h, h.fillWaitingRoom(ctx)
}

// findDay starts the server on the next Tuesday on which people can book from
// nine on, and lets some of them do so: on a Tuesday that is closed, nobody
// can, and the next one is tried with an empty database.
func (h *demonstration) findDay(ctx context.Context, dir string) error {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return err
	}
	day := nextTuesday(time.Now().In(location))
	for week := range 8 {
		date := day.AddDate(0, 0, 7*week)
		h.opened = date.Add(9*time.Hour + 5*time.Minute)
		h.server = townhall.NewServer(h.programs, filepath.Join(dir, date.Format(time.DateOnly)), townhall.ServerOptions{
			Clock: date.Add(7*time.Hour + 30*time.Minute), Address: preferred(8080),
		})
		if err := h.server.Start(ctx); err != nil {
			return err
		}
		if err := h.book(ctx, town.DateOf(date, location)); err != nil {
			return err
		}
		if len(h.booked) > 0 {
			return nil
		}
		if err := h.server.Stop(); err != nil {
			return err
		}
	}
	return errors.New("no Tuesday on which the town hall opens in the next eight weeks")
}

// visitors book at the first free times, one after the other.
var visitors = []struct {
	service town.ServiceID
	name    string
}{
	{"personalausweis-beantragen", "Ada Beispiel"},
	{"reisepass-beantragen", "Bruno Muster"},
	{"wohnsitz-anmelden", "Clara Probe"},
	{"fuehrungszeugnis", "Dora Exempel"},
	{"personalausweis-beantragen", "Emil Vorlage"},
}

func (h *demonstration) book(ctx context.Context, date town.Date) error {
	citizen, err := h.server.Client()
	if err != nil {
		return err
	}
	for _, v := range visitors {
		slots, err := citizen.Slots(ctx, branch, []town.Item{{Service: v.service, Quantity: 1}}, date)
		if err != nil {
			return err
		}
		if len(slots.Slots) == 0 {
			return nil
		}
		reply, err := citizen.Book(ctx, wire.AppointmentRequest{
			Branch: branch, Services: []wire.ItemRequest{{ID: v.service}}, Start: slots.Slots[0].Start,
			Name: v.name, Email: "besuch@example.org", Language: town.German,
		})
		if err != nil {
			return err
		}
		h.booked = append(h.booked, reply.Number)
	}
	return nil
}

// employ creates the accounts and the screen, each with a secret of its own.
func (h *demonstration) employ(ctx context.Context) (err error) {
	h.clerk = account{name: "lena", role: "clerk"}
	h.manager = account{name: "maria", role: "manager"}
	for _, a := range []*account{&h.clerk, &h.manager} {
		if a.password, err = h.server.AddUser(ctx, a.name, a.role); err != nil {
			return err
		}
	}
	passwordFile, err := h.server.WriteSecret("lena.password", h.clerk.password)
	if err != nil {
		return err
	}
	if h.desk, err = townhall.NewDesk(h.server, h.clerk.name, passwordFile, string(branch), "platz-1"); err != nil {
		return err
	}
	token, err := h.server.AddDevice(ctx, "wartehalle", "display", string(branch))
	if err != nil {
		return err
	}
	h.screen, err = townhall.StartScreen(ctx, h.server, token, townhall.ScreenOptions{Player: "alsa", Address: preferred(8090)})
	return err
}

// fillWaitingRoom has one of those who booked check in, and three people come
// without an appointment.
func (h *demonstration) fillWaitingRoom(ctx context.Context) error {
	reception, err := h.server.SignIn(ctx, town.UserID(h.clerk.name), h.clerk.password)
	if err != nil {
		return err
	}
	if _, err := reception.CheckIn(ctx, wire.CheckInRequest{Branch: branch, Number: h.booked[0]}); err != nil {
		return err
	}
	for _, service := range []town.ServiceID{"wohnsitz-ummelden", "personalausweis-beantragen", "meldebescheinigung"} {
		number, err := walkIn(ctx, reception, service)
		if err != nil {
			return err
		}
		h.waiting = append(h.waiting, number)
	}
	return nil
}

func walkIn(ctx context.Context, reception *client.Client, service town.ServiceID) (town.Number, error) {
	reply, err := reception.IssueTicket(ctx, wire.TicketRequest{Branch: branch, Services: []wire.ItemRequest{{ID: service}}})
	return reply.Number, err
}

// close ends the screen, then the server.
func (h *demonstration) close() error {
	var errs []error
	if h.screen != nil {
		errs = append(errs, h.screen.Stop())
	}
	if h.server != nil && h.server.Program() != nil {
		errs = append(errs, h.server.Stop())
	}
	return errors.Join(errs...)
}

func (h *demonstration) describe(out io.Writer) {
	fmt.Fprintf(out, `
The clock shows %s. %d people have booked, %d more are waiting.

  Booking     %s/
  Screen      %s/
  Desk        %s/staff   as %s, password %s
  Office      %s/staff   as %s, password %s
  Mails       %s

Open the screen in a browser, then call the next number and hear the gong:

  %s next --wait

and see what else there is: recall, start, finish, no-show, queue, watch.
Ctrl-C ends everything; nothing is kept.
`, h.opened.Format("Monday, 2 January 2006, 15:04"), len(h.booked), len(h.waiting),
		h.server.URL, h.screen.URL,
		h.server.URL, h.clerk.name, h.clerk.password,
		h.server.URL, h.manager.name, h.manager.password,
		h.server.MailDir(), h.desk.Line())
}
