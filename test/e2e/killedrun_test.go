package e2e

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/wire"
)

const (
	many     = 120 // appointments of a run
	unfit    = "/staff/grimma-markt/passt-nicht"
	closings = "/staff/verwaltung/schliessen"
)

var (
	chosen   = regexp.MustCompile(`name="termin" value="([^"]+)"`)
	seen     = regexp.MustCompile(`name="gesehen" value="([^"]+)"`)
	runID    = regexp.MustCompile(`name="lauf" value="([^"]+)"`)
	progress = regexp.MustCompile(`([0-9]+) von ([0-9]+) erledigt`)
	undone   = regexp.MustCompile(`<td>zurückgenommen`)
)

// TestARunThatIsKilledInTheMiddle deals with many appointments at once, and ends the
// server's process by SIGKILL in the middle of the run, of its being undone, and while
// its mails leave. The run goes on by itself after each start: everybody has one mail
// and one place, or stands as before.
func TestARunThatIsKilledInTheMiddle(t *testing.T) {
	for name, open := range engines {
		for kind, test := range map[string]func(*runOfMany){"anbieten": (*runOfMany).offered, "verlegen": (*runOfMany).moved, "zurücknehmen": (*runOfMany).undone} {
			t.Run(name+" "+kind, func(t *testing.T) { test(open(t, tuesday(8, 30)).crowdToMove()) })
		}
	}
}

// runOfMany is a run and whom it is about.
type runOfMany struct {
	*office
	path   string
	before []wire.AppointmentReply
}

// crowdToMove books, and closes the days.
func (h *townHall) crowdToMove() *runOfMany {
	h.Helper()
	c, o := throng{townHall: h, base: h.server.URL}, h.manager()
	starts, limit := h.open("2026-12-03", "2026-12-08")
	if len(starts)*limit < many {
		h.Fatalf("%d places, want %d", len(starts)*limit, many)
	}
	r := &runOfMany{office: o, before: make([]wire.AppointmentReply, many)}
	errs := make([]error, many)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := worker; i < many; i += 4 {
				booking := anAppointment(i, starts[i%len(starts)])
				status, err := c.send(request{"POST", "/appointments", fmt.Sprint("book-", i), booking}, &r.before[i])
				if err != nil || r.before[i].Token == "" {
					errs[i] = fmt.Errorf("book: got status %d, %w", status, err)
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			h.Fatal(err)
		}
	}
	h.awaitMails("confirmation", many)
	form := url.Values{"wo": {"grimma-markt"}, "von": {"2026-12-03"}, "bis": {"2026-12-08"}}
	form.Set("gesehen", o.finds(seen, closings, form))
	o.post(closings, form)
	return r
}

// finds fills in a form, and returns what the page that follows holds.
func (o *office) finds(what *regexp.Regexp, path string, form url.Values) string {
	o.Helper()
	response := must(o.http.PostForm(o.server.URL+path, form))(o)
	defer response.Body.Close()
	match := what.FindSubmatch(must(io.ReadAll(response.Body))(o))
	if match == nil {
		o.Fatalf("%s: %s without %s", path, response.Status, what)
	}
	return string(match[1])
}

// page returns a page of the office's.
func (o *office) page(path string) string {
	o.Helper()
	response := must(o.http.Get(o.server.URL + path))(o)
	defer response.Body.Close()
	return string(must(io.ReadAll(response.Body))(o))
}

// begins chooses all, looks at the preview and carries it out.
func (r *runOfMany) begins(kind string) {
	r.Helper()
	form := url.Values{"art": {kind}, "ab": {"2026-12-09"}, "antwort": {"2026-12-02"}, "uhr": {"18:00"}, "ohne": {"bleiben"}, "grund": {"Rohrbruch"}}
	for _, match := range chosen.FindAllStringSubmatch(r.page(unfit+"?alle=1"), -1) {
		form.Add("termin", match[1])
	}
	if got := len(form["termin"]); got != many {
		r.Fatalf("%d can be chosen, want %d", got, many)
	}
	form.Set("lauf", r.finds(runID, unfit+"/vorschau", form))
	r.path = unfit + "/lauf/" + form.Get("lauf")
	r.post(unfit+"/lauf", form)
}

// killedWhile kills the server whenever more is done than the last time, until the
// page says that the run has ended; once at least in the middle.
func (r *runOfMany) killedWhile(done func(page string) int, ended string) {
	r.Helper()
	kills, last := 0, 0
	r.await("the end of the run", func() error {
		page := r.page(r.path)
		if strings.Contains(page, ended) {
			return nil
		}
		if now := done(page); now > last && now < many && kills < 3 {
			r.server.Kill()
			r.start()
			kills, last = kills+1, now
			r.Logf("killed after %d of %d", now, many)
		}
		return fmt.Errorf("the run goes on: %d done", done(page))
	})
	if kills == 0 {
		r.Error("the run was never killed in the middle")
	}
}

func inProgress(page string) int {
	match := progress.FindStringSubmatch(page)
	if match == nil {
		return 0
	}
	n, err := strconv.Atoi(match[1])
	if err != nil {
		return 0
	}
	return n
}

func takenBack(page string) int { return len(undone.FindAllString(page, -1)) }

// offered: everybody accepts what they were asked.
func (r *runOfMany) offered() {
	r.Helper()
	r.begins("anbieten")
	r.killedWhile(inProgress, "Fertig.")
	r.mailsLeave("new_time")
	for _, b := range r.before {
		r.post("/t/"+url.PathEscape(b.Token)+"/neue-zeit", nil)
	}
	r.everybodyHasAPlace()
}

func (r *runOfMany) moved() {
	r.Helper()
	r.begins("verlegen")
	r.killedWhile(inProgress, "Fertig.")
	r.mailsLeave("change")
	r.everybodyHasAPlace()
}

func (r *runOfMany) undone() {
	r.Helper()
	r.begins("verlegen")
	r.await("the end of the run", func() error {
		if !strings.Contains(r.page(r.path), "Fertig.") {
			return fmt.Errorf("the run goes on")
		}
		return nil
	})
	r.post(r.path+"/zurueck", nil)
	r.killedWhile(takenBack, "Zurückgenommen.")
	r.restartAt(tuesday(9, 0))
	citizen := must(r.server.Client())(r)
	for _, b := range r.before {
		got := must(citizen.Appointment(r.ctx, b.Token))(r)
		if !got.Start.Equal(b.Start) || got.Number != b.Number {
			r.Errorf("got %s at %s, want %s at %s as before", got.Number, got.Start, b.Number, b.Start)
		}
	}
	if got := len(r.mails("change")); got != 0 {
		r.Errorf("%d mails of an undone run", got)
	}
}

// mailsLeave waits for the mails of the run, kills the server while they leave, and
// wants one for everybody.
func (r *runOfMany) mailsLeave(cause string) {
	r.Helper()
	if got := len(r.mails(cause)); got != 0 {
		r.Errorf("%d mails left while the run could be undone", got)
	}
	r.restartAt(tuesday(9, 0))
	r.awaitMails(cause, many/4)
	r.server.Kill()
	r.server.SetClock(tuesday(9, 30))
	r.start()
	r.awaitMails(cause, many)
	of := map[string]int{}
	for _, ticket := range r.mails(cause) {
		if of[ticket]++; of[ticket] > 1 {
			r.Errorf("ticket %s has %d mails", ticket, of[ticket])
		}
	}
}

// mails returns the tickets that mails of a cause were written for.
func (h *townHall) mails(cause string) (tickets []string) {
	h.Helper()
	files, err := filepath.Glob(filepath.Join(h.server.MailDir(), "*."+cause+"*.eml"))
	if err != nil {
		h.Fatal(err)
	}
	for _, file := range files {
		ticket, _, _ := strings.Cut(filepath.Base(file), ".")
		tickets = append(tickets, ticket)
	}
	return tickets
}

func (h *townHall) awaitMails(cause string, atLeast int) {
	h.Helper()
	h.await(fmt.Sprint(atLeast, " mails ", cause), func() error {
		if got := len(h.mails(cause)); got < atLeast {
			return fmt.Errorf("%d mails", got)
		}
		return nil
	})
}

// everybodyHasAPlace: at a time that fits, with a number of their own.
func (r *runOfMany) everybodyHasAPlace() {
	r.Helper()
	r.sees(unfit, "Alle Termine passen.")
	citizen := must(r.server.Client())(r)
	closed, given := time.Date(2026, time.December, 9, 0, 0, 0, 0, time.FixedZone("CET", 3600)), map[string]bool{}
	for _, b := range r.before {
		got := must(citizen.Appointment(r.ctx, b.Token))(r)
		key := got.Start.Format(time.DateOnly) + " " + got.Number.String()
		if got.Start.Before(closed) || given[key] {
			r.Errorf("got %s at %s, want a new time and a number that nobody else has", got.Number, got.Start)
		}
		given[key] = true
	}
}
