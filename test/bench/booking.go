package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// bookingsPerRun takes one client some seconds, so that what a server does
// when it is new hardly counts.
const bookingsPerRun = 4000

// measureBookings books free times, one client and 64 at once, beside bare
// commits of single rows.
func measureBookings(ctx context.Context, b *bench) error {
	for range b.runs {
		bare, err := b.bareCommits()
		if err != nil {
			return err
		}
		for _, clients := range []int{1, 64} {
			ours, err := b.bookAtOnce(ctx, clients)
			if err != nil {
				return err
			}
			goal := "beside bare single-row commits"
			if clients > 1 {
				goal = "3 × bare single-row commits"
			}
			name := fmt.Sprintf("bookings, %d at once", clients)
			b.table.figure(name, "per s", goal).addBeside(ours.rate, bare)
			b.table.figure(name+", CPU of the server", "µs", "").add(ours.cpu)
		}
	}
	return nil
}

func (b *bench) bookAtOnce(ctx context.Context, clients int) (reading, error) {
	h, err := b.openServer(ctx)
	if err != nil {
		return reading{}, err
	}
	ours, err := bookAll(ctx, h, clients)
	return ours, errors.Join(err, h.close())
}

func bookAll(ctx context.Context, h *benchServer, clients int) (reading, error) {
	if err := h.widen(ctx); err != nil {
		return reading{}, err
	}
	citizen, err := h.server.Client()
	if err != nil {
		return reading{}, err
	}
	starts, err := freeStarts(ctx, citizen, bookingsPerRun)
	if err != nil {
		return reading{}, err
	}
	pid := h.server.Program().PID()
	before, err := cpuTime(pid)
	if err != nil {
		return reading{}, err
	}
	var next atomic.Int64
	rate, err := perSecond(ctx, clients, len(starts), func(ctx context.Context) error {
		start := starts[next.Add(1)-1]
		_, err := citizen.Book(ctx, wire.AppointmentRequest{
			Branch: branch, Services: []wire.ItemRequest{{ID: service}}, Start: start,
			Name: "Ada Beispiel", Email: "ada@example.org", Language: town.German,
		})
		return err
	})
	if err != nil {
		return reading{}, err
	}
	after, err := cpuTime(pid)
	return reading{rate: rate, cpu: float64((after - before).Microseconds()) / float64(len(starts))}, err
}

// freeStarts returns bookable starts from tomorrow on, each as often as it can
// be booked.
func freeStarts(ctx context.Context, citizen *client.Client, n int) ([]time.Time, error) {
	wanted := []town.Item{{Service: service, Quantity: 1}}
	first := town.DateOf(opening, opening.Location()).AddDays(1)
	days, err := citizen.Days(ctx, branch, wanted, first, first.AddDays(60))
	if err != nil {
		return nil, err
	}
	var starts []time.Time
	for _, day := range days.Days {
		if day.State != wire.DayFree {
			continue
		}
		slots, err := citizen.Slots(ctx, branch, wanted, day.Date)
		if err != nil {
			return nil, err
		}
		for _, slot := range slots.Slots {
			for range slot.Free {
				starts = append(starts, slot.Start)
			}
		}
		if len(starts) >= n {
			return starts[:n], nil
		}
	}
	return nil, fmt.Errorf("only %d free times", len(starts))
}
