package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// capacityOfThree opens one morning on which three can be served at once.
const capacityOfThree = `format: aufruf/1
branches:
  - id: grimma-markt
    offices:
      - id: buergerbuero
        opening:
          - dates: [2026-12-03]
            hours: [09:00-12:00]
            capacity: {online: 3, staff: 3, counters: 3}
`

// Five hundred ask for one time at once. Three get it, each with a number of
// their own; everybody else is told the three nearest times, and those can be
// booked.
func TestFiveHundredAtOnceOnOneTimeAreThree(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			h := open(t, tuesday(8, 30))
			h.imports(capacityOfThree)
			h.rushFor(time.Date(2026, time.December, 3, 10, 0, 0, 0, time.FixedZone("CET", 3600)))
		})
	}
}

// imports gives the running server a catalogue file.
func (h *townHall) imports(yaml string) {
	h.Helper()
	file := filepath.Join(h.TempDir(), "change.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		h.Fatal(err)
	}
	must(h.server.Command(h.ctx, "", "import", file))(h)
}

func (h *townHall) rushFor(start time.Time) {
	h.Helper()
	citizen := must(h.server.Client())(h)
	var mu sync.Mutex
	numbers := map[town.Number]bool{}
	refusals := map[string]int{} // by what was offered instead
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			made, err := citizen.Book(h.ctx, anAppointment(i, start))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				numbers[made.Number] = true
			case problem.Is(err, "booking.slot_taken"):
				refusals[words(problem.Of(err).Alternatives)]++
			default:
				h.Errorf("citizen %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if len(numbers) != 3 {
		h.Errorf("got %d bookings with numbers of their own, want 3", len(numbers))
	}
	near := []time.Time{start.Add(-10 * time.Minute), start.Add(10 * time.Minute), start.Add(-20 * time.Minute)}
	if got, want := refusals[words(near)], crowd-3; got != want || len(refusals) != 1 {
		h.Fatalf("got refusals %v, want %d with %s", refusals, want, words(near))
	}
	h.canBeBooked(citizen, near)
}

// canBeBooked takes each of some times three times, and not a fourth.
func (h *townHall) canBeBooked(citizen *client.Client, times []time.Time) {
	h.Helper()
	for i, at := range slices.Concat(times, times, times) {
		if _, err := citizen.Book(h.ctx, anAppointment(crowd+i, at)); err != nil {
			h.Errorf("%s was offered: %v", at, err)
		}
	}
	for i, at := range times {
		if _, err := citizen.Book(h.ctx, anAppointment(2*crowd+i, at)); !problem.Is(err, "booking.slot_taken") {
			h.Errorf("%s a fourth time: got %v, want booking.slot_taken", at, err)
		}
	}
}

func anAppointment(i int, start time.Time) wire.AppointmentRequest {
	return wire.AppointmentRequest{
		Branch: branch, Services: []wire.ItemRequest{{ID: service}}, Start: start,
		Name: "Ada Beispiel", Email: fmt.Sprintf("ada%d@example.org", i),
	}
}

// words writes times as a problem document's list of them is read.
func words(times []time.Time) string {
	var texts []any
	for _, at := range times {
		texts = append(texts, at.Format(time.RFC3339))
	}
	return fmt.Sprint(texts)
}
