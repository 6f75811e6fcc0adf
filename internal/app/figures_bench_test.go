package app_test

import (
	"testing"

	"aufruf/internal/figures"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
)

// BenchmarkYearOfABigBranch asks for each way of counting 100,000 visits of 250 days
// that are packed.
func BenchmarkYearOfABigBranch(b *testing.B) {
	h := openTownHall(b)
	const days, visits = 250, 400
	from := tuesday.AddDays(-400)
	packed := bigDay(visits).Pack()
	err := h.store.Update(h.ctx(), nil, func(tx ledger.Tx) error {
		for i := range days {
			if err := tx.Figures().Put(h.ctx(), markt, ledger.FigureDay{Date: from.AddDays(i), Body: packed}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, by := range []figures.By{figures.ByAll, figures.ByDay, figures.ByMonth, figures.ByHourOfWeek, figures.ByService, figures.ByChannel} {
		b.Run(string(by), func(b *testing.B) {
			for b.Loop() {
				counted := 0
				for _, r := range h.counted(markt, by, from, from.AddDays(364)) {
					counted += r.Visits()
					r.Spread(figures.Waiting)
					r.Spread(figures.Serving)
				}
				if counted != days*visits {
					b.Fatalf("got %d visits, want %d", counted, days*visits)
				}
			}
		})
	}
}

func bigDay(visits int) figures.Sheet {
	var sheet figures.Sheet
	for i := range visits {
		sheet.Stretches = append(sheet.Stretches, figures.Stretch{
			Hour: 8 + i%9, Office: "buergerbuero", Room: "platz-1", Service: pin, Quantity: 1, Kind: queue.WalkIn, Channel: queue.ByKiosk,
			Outcome: figures.Served, Waiting: figures.Seconds(i * 7 % 3600), Way: figures.Seconds(i % 60), Serving: figures.Seconds(300 + i*11%900),
			Aside: figures.Unknown, LateOffice: figures.Unknown, LatePerson: figures.Unknown, Key: uint16(i * 7919),
		})
	}
	return sheet
}
