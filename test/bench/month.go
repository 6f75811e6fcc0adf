package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

const (
	onRecord = 48_000
	perDay   = 600 // of the 672 that eight counters have, so that days stay free
)

// busyOffice gives the branch eight counters that are open long every day.
const busyOffice = `format: aufruf/1
services: [{id: meldebescheinigung, minutes: 10}]
branches:
  - id: grimma-markt
    closures: []
    offices:
      - id: buergerbuero
        horizon_days: 120
        opening:
          - days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
            hours: [06:00-20:00]
            on_holidays: true
            capacity: {online: 8, staff: 8, counters: 8}
`

// measureMonth books 48,000 appointments through the interface, then asks for a
// month of what is left.
func measureMonth(ctx context.Context, b *bench) error {
	h, err := b.openServer(ctx)
	if err != nil {
		return err
	}
	return errors.Join(b.monthOf(ctx, h), h.close())
}

func (b *bench) monthOf(ctx context.Context, h *benchServer) error {
	if err := h.fill(ctx); err != nil {
		return err
	}
	from := town.DateOf(opening, opening.Location()).AddDays(1)
	wanted := "branch=" + string(branch) + "&service=" + string(service)
	month := "/api/v1/days?" + wanted + "&from=" + from.String() + "&to=" + from.AddDays(30).String()
	page := "/termin/tag?" + wanted
	for range b.runs {
		if err := b.measurePage(ctx, h, "month of 48,000 as JSON", month); err != nil {
			return err
		}
		if err := b.measurePage(ctx, h, "month of 48,000 as a page", page); err != nil {
			return err
		}
		if err := b.measureFirstByte(ctx, h, page); err != nil {
			return err
		}
	}
	return nil
}

// fill books as staff, who need no mail address, so that no mails are written
// meanwhile.
func (h *benchServer) fill(ctx context.Context) error {
	if err := h.widen(ctx); err != nil {
		return err
	}
	var next atomic.Int64
	_, err := perSecond(ctx, 64, onRecord, func(ctx context.Context) error {
		i := int(next.Add(1) - 1)
		day := opening.AddDate(0, 0, 1+i/perDay)
		start := time.Date(day.Year(), day.Month(), day.Day(), 6, i%perDay/8*10, 0, 0, opening.Location())
		_, err := h.staff.Book(ctx, wire.AppointmentRequest{
			Branch: branch, Services: []wire.ItemRequest{{ID: service}}, Start: start, Name: "Ada Beispiel", Language: town.German,
		})
		if err != nil {
			return fmt.Errorf("book %s: %w", start, err)
		}
		return nil
	})
	return err
}

// widen makes the office a busy one.
func (h *benchServer) widen(ctx context.Context) error {
	file := filepath.Join(h.server.Dir, "busy.yaml")
	if err := os.WriteFile(file, []byte(busyOffice), 0o600); err != nil {
		return err
	}
	_, err := h.server.Command(ctx, "", "import", file)
	return err
}

// firstBytes is how often the time to the first byte is taken.
const firstBytes = 200

// measureFirstByte takes the time to the first byte of a page as it is kept,
// and right after something was booked, when it is rendered anew.
func (b *bench) measureFirstByte(ctx context.Context, h *benchServer, path string) error {
	var kept, anew []time.Duration
	for range firstBytes {
		after, err := firstByte(ctx, h.server.URL+path)
		if err != nil {
			return err
		}
		kept = append(kept, after)
	}
	for i := range firstBytes / 10 {
		if err := h.cancelled(ctx, i); err != nil {
			return err
		}
		after, err := firstByte(ctx, h.server.URL+path)
		if err != nil {
			return err
		}
		anew = append(anew, after)
	}
	b.table.figure("calendar page, first byte, median", "ms", "").add(percentile(kept, 0.5))
	b.table.figure("calendar page, first byte, 99 %", "ms", "").add(percentile(kept, 0.99))
	b.table.figure("calendar page after a booking, first byte, median", "ms", "").add(percentile(anew, 0.5))
	return nil
}

// cancelled books a time and gives it back.
func (h *benchServer) cancelled(ctx context.Context, i int) error {
	day := opening.AddDate(0, 0, 1+i)
	made, err := h.staff.Book(ctx, wire.AppointmentRequest{
		Branch: branch, Services: []wire.ItemRequest{{ID: service}}, Name: "Ada Beispiel", Language: town.German,
		Start: time.Date(day.Year(), day.Month(), day.Day(), 19, 0, 0, 0, opening.Location()),
	})
	if err != nil {
		return err
	}
	return h.staff.Cancel(ctx, string(made.Ticket))
}

func firstByte(ctx context.Context, url string) (time.Duration, error) {
	var first time.Time
	trace := &httptrace.ClientTrace{GotFirstResponseByte: func() { first = time.Now() }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	sent := time.Now()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", url, response.Status)
	}
	return first.Sub(sent), nil
}
