package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

const (
	crowd   = 500
	service = town.ServiceID("eid-pin")
)

// engines open a town hall on each kind of database.
var engines = map[string]func(*testing.T, time.Time) *townHall{
	"SQLite": openTownHall, "PostgreSQL": openTownHallOnPostgreSQL,
}

// request is one of a crowd's, sent until it is answered: a server that was
// killed may have done it or not.
type request struct {
	method, path, key string
	body              any
}

// throng asks one server, whose address stays the same however often it is
// started.
type throng struct {
	*townHall
	base string
}

// send returns the status of the first answer. A connection that breaks and a
// server that is gone are no answers.
func (c throng) send(r request, into any) (int, error) {
	body, err := json.Marshal(r.body)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeoutCause(c.ctx, patience, errors.New("no answer"))
	defer cancel()
	status := 0
	return status, townhall.Eventually(ctx, func() error {
		status, err = c.try(ctx, r, body, into)
		return err
	})
}

func (c throng) try(ctx context.Context, r request, body []byte, into any) (int, error) {
	message, err := http.NewRequestWithContext(ctx, r.method, c.base+"/api/v1"+r.path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	message.Header.Set("Content-Type", "application/json")
	if r.key != "" {
		message.Header.Set("Idempotency-Key", r.key)
	}
	answer, err := http.DefaultClient.Do(message)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		return 0, fmt.Errorf("%s %s: %s: %s", r.method, r.path, answer.Status, text)
	}
	if into != nil && answer.StatusCode < http.StatusBadRequest && len(text) > 0 {
		err = json.Unmarshal(text, into)
	}
	return answer.StatusCode, err
}

// promise is what a citizen was told last.
type promise struct {
	wire.AppointmentReply
	cancelled bool
}

// comeAndGo books, and some hold first, move or cancel. The promise is nil
// where the time was taken.
func (c throng) comeAndGo(i int, starts []time.Time) (*promise, error) {
	start := starts[i%len(starts)]
	booking := anAppointment(i, start)
	if i%3 == 0 {
		var held wire.Hold
		body := wire.HoldRequest{Branch: branch, Services: booking.Services, Start: start}
		status, err := c.send(request{http.MethodPost, "/holds", fmt.Sprint("hold-", i), body}, &held)
		if err != nil || status == http.StatusConflict {
			return nil, err
		}
		booking.Hold = held.Hold
	}
	var p promise
	status, err := c.send(request{http.MethodPost, "/appointments", fmt.Sprint("book-", i), booking}, &p.AppointmentReply)
	switch {
	case err != nil:
		return nil, err
	case status == http.StatusConflict:
		return nil, nil
	case status != http.StatusCreated:
		return nil, fmt.Errorf("book: got status %d", status)
	}
	return c.changeMind(i, starts, &p)
}

func (c throng) changeMind(i int, starts []time.Time, p *promise) (*promise, error) {
	path := "/appointments/" + p.Token
	switch i % 5 {
	case 0:
		status, err := c.send(request{http.MethodDelete, path, "", nil}, nil)
		p.cancelled = status == http.StatusNoContent
		return p, err
	case 1, 2:
		body := wire.MoveRequest{Start: starts[(i*7+1)%len(starts)]}
		status, err := c.send(request{http.MethodPatch, path, "", body}, &p.AppointmentReply)
		if err == nil && status != http.StatusOK && status != http.StatusConflict {
			err = fmt.Errorf("move: got status %d", status)
		}
		return p, err
	}
	return p, nil
}

// A crowd books, holds, moves and cancels on two days, while the server is
// killed twice in the middle. Everybody asks again until there is an answer.
func TestAPowerCutInTheCrowdLosesAndDoublesNothing(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) { open(t, tuesday(8, 30)).survivesPowerCuts() })
	}
}

func (h *townHall) survivesPowerCuts() {
	h.Helper()
	c := throng{townHall: h, base: h.server.URL}
	starts, limit := h.open("2026-12-03", "2026-12-08")
	var booked atomic.Int32
	cut := make(chan struct{}, crowd)
	promises := make([]*promise, crowd)
	errs := make([]error, crowd)
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			promises[i], errs[i] = c.comeAndGo(i, starts)
			if promises[i] != nil {
				booked.Add(1)
			}
			cut <- struct{}{}
		})
	}
	for range 2 {
		for range crowd / 10 {
			<-cut
		}
		h.server.Kill()
		h.start()
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		h.Fatal(err)
	}
	h.Logf("%d of %d got a time", booked.Load(), crowd)
	h.keptPromises(promises)
	h.withinCapacity(promises, starts, limit)
}

// open returns every bookable start of some dates, and how many can book each.
func (h *townHall) open(dates ...string) ([]time.Time, int) {
	h.Helper()
	citizen := must(h.server.Client())(h)
	var starts []time.Time
	limit := 0
	for _, text := range dates {
		date := must(town.ParseDate(text))(h)
		slots := must(citizen.Slots(h.ctx, branch, []town.Item{{Service: service, Quantity: 1}}, date))(h)
		for _, slot := range slots.Slots {
			starts = append(starts, slot.Start)
			limit = max(limit, slot.Free)
		}
	}
	return starts, limit
}

// keptPromises compares what each was told last with what is on record, and no
// number is given out twice on a date.
func (h *townHall) keptPromises(promises []*promise) {
	h.Helper()
	citizen := must(h.server.Client())(h)
	given := map[string]int{}
	for i, p := range promises {
		if p == nil {
			continue
		}
		got := must(citizen.Appointment(h.ctx, p.Token))(h)
		want := wire.TicketState("booked")
		if p.cancelled {
			want = "cancelled"
		}
		if got.State != want || got.Number != p.Number || !got.Start.Equal(p.Start) {
			h.Errorf("citizen %d: got %s, %s at %s, was promised %s, %s at %s", i, got.State, got.Number, got.Start, want, p.Number, p.Start)
		}
		key := got.Start.Format(time.DateOnly) + " " + got.Number.String()
		if other, twice := given[key]; twice {
			h.Errorf("citizens %d and %d both hold number %s", other, i, key)
		}
		given[key] = i
	}
}

// withinCapacity counts overlaps of live appointments, and asks whether the
// server sees the same places left once all holds are over: nothing is on
// record that nobody was told of.
func (h *townHall) withinCapacity(promises []*promise, starts []time.Time, limit int) {
	h.Helper()
	overlapping := func(from, to time.Time) int {
		most := 0
		for moment := from; moment.Before(to); moment = moment.Add(5 * time.Minute) {
			n := 0
			for _, p := range promises {
				if p != nil && !p.cancelled && !p.Start.After(moment) && p.End.After(moment) {
					n++
				}
			}
			most = max(most, n)
		}
		return most
	}
	h.restartAt(tuesday(9, 0)) // all holds are over
	citizen := must(h.server.Client())(h)
	free := map[int64]int{}
	length := time.Duration(0)
	for _, date := range []string{"2026-12-03", "2026-12-08"} {
		slots := must(citizen.Slots(h.ctx, branch, []town.Item{{Service: service, Quantity: 1}}, must(town.ParseDate(date))(h)))(h)
		for _, slot := range slots.Slots {
			free[slot.Start.Unix()] = slot.Free
			length = slot.End.Sub(slot.Start)
		}
	}
	if length == 0 {
		length = 10 * time.Minute
	}
	for _, start := range starts {
		taken := overlapping(start, start.Add(length))
		if taken > limit {
			h.Errorf("%s: %d at once, want at most %d", start, taken, limit)
		}
		if got, want := free[start.Unix()], max(0, limit-taken); got != want {
			h.Errorf("%s: the server has %d places left, want %d", start, got, want)
		}
	}
}
