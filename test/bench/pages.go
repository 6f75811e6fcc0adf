package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/town"
)

// readsPerRun is how often an address is asked for.
const readsPerRun = 4000

// measurePages asks for a month of availability, as JSON and as a page, beside
// a bare handler that answers as many bytes.
func measurePages(ctx context.Context, b *bench) error {
	month := "branch=" + string(branch) + "&service=" + string(service)
	from := town.DateOf(opening, opening.Location())
	addresses := []struct{ name, path string }{
		{"month as JSON", "/api/v1/days?" + month + "&from=" + from.String() + "&to=" + from.AddDays(30).String()},
		{"month as a page", "/termin/tag?" + month},
		{"first page", "/"},
	}
	for range b.runs {
		h, err := b.openServer(ctx)
		if err != nil {
			return err
		}
		if _, err := bookAll(ctx, h, 8); err != nil {
			return errors.Join(err, h.close())
		}
		for _, a := range addresses {
			if err := b.measurePage(ctx, h, a.name, a.path); err != nil {
				return errors.Join(err, h.close())
			}
		}
		if err := h.close(); err != nil {
			return err
		}
	}
	return nil
}

// measurePage asks ours, then a bare program that answers as much: a page is
// rendered there by gin and html/template, anything else is ready-made bytes.
func (b *bench) measurePage(ctx context.Context, h *benchServer, name, path string) error {
	size, err := fetch(ctx, h.server.URL+path)
	if err != nil {
		return err
	}
	ours, err := read(ctx, h.server.Program().PID(), h.server.URL+path)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(b.dir, "bare-")
	if err != nil {
		return err
	}
	y, err := startYardstick(ctx, dir)
	if err != nil {
		return err
	}
	defer y.stop()
	kind := "page"
	if strings.HasPrefix(path, "/api/") {
		kind = "bytes"
	}
	bare, err := read(ctx, y.program.PID(), fmt.Sprintf("http://%s/%s?n=%d", y.address, kind, size))
	if err != nil {
		return err
	}
	b.table.figure(name+", requests", "per s", "").addBeside(ours.rate, bare.rate)
	b.table.figure(name+", CPU of the server", "µs", "").addBeside(ours.cpu, bare.cpu)
	b.table.figure(name+", size", "bytes", "").add(float64(size))
	return nil
}

// reading is what asking for an address again and again gave.
type reading struct {
	rate float64 // answers per second
	cpu  float64 // of the server for each, in microseconds
}

func read(ctx context.Context, pid int, url string) (reading, error) {
	before, err := cpuTime(pid)
	if err != nil {
		return reading{}, err
	}
	rate, err := perSecond(ctx, 8, readsPerRun, func(ctx context.Context) error {
		_, err := fetch(ctx, url)
		return err
	})
	if err != nil {
		return reading{}, err
	}
	after, err := cpuTime(pid)
	return reading{rate: rate, cpu: float64((after - before).Microseconds()) / readsPerRun}, err
}

// fetch returns the size of an answer as it was sent, without compression.
func fetch(ctx context.Context, url string) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Accept-Encoding", "identity")
	return sizeOf(request)
}

// sizeOf sends a request and returns the size of the answer.
func sizeOf(request *http.Request) (int64, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	size, err := io.Copy(io.Discard, response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", request.URL, response.Status)
	}
	return size, err
}

// tick is the unit in which Linux counts the time of a process, the same on
// every machine that we know of.
const tick = time.Second / 100

// cpuTime returns the processor time that a process has used.
func cpuTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in brackets may hold spaces; behind it the times of user and
	// system are the 12th and 13th field.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("read the time of process %d: %q", pid, stat)
	}
	var total time.Duration
	for _, field := range fields[11:13] {
		ticks, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		total += time.Duration(ticks) * tick
	}
	return total, nil
}
